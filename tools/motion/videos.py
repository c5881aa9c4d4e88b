# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real videos whose own camera is still, cached as arrays, with a fixed split by source."""

import csv
import glob
import json
import os
import re
import zlib

import cv2
import numpy as np

SHORT_SIDE = 288
RATE = 15.0
MOST_FRAMES = 120
STILL_WITHIN = 0.006
INLIERS = 0.5
HELD_ALWAYS = ("ps7/P3", "clips/one-by-one-person-detection")


def held_out(source):
    """One source in three is kept for measuring; stable over machines."""
    return source in HELD_ALWAYS or (source.startswith("fight-surv/") and zlib.crc32(source.encode()) % 3 == 0)


def list_videos(data):
    """(path, source) of every video: a source is a scene, a person or a camera."""
    found = []
    groups = os.path.join(data, "fight-surv", "groups.csv")
    if os.path.exists(groups):
        with open(groups, newline="") as rows:
            for row in csv.DictReader(rows):
                found.append((os.path.join(data, "fight-surv", row["class"], row["clip"]), "fight-surv/" + row["source"]))
    for path in sorted(glob.glob(os.path.join(data, "ps7-actions", "*.avi"))):
        found.append((path, "ps7/" + re.search(r"(P\d)T", path).group(1)))
    for path in sorted(glob.glob(os.path.join(data, "asl-signs", "*.mkv"))):
        found.append((path, "asl"))
    for path in sorted(glob.glob(os.path.join(data, "clips", "*.mp4"))):
        found.append((path, "clips/" + os.path.splitext(os.path.basename(path))[0]))
    return found


def read_frames(path):
    """Frames at about RATE a second, short side SHORT_SIDE: [F, H, W, 3], or None."""
    capture = cv2.VideoCapture(path)
    stride = max(1, round((capture.get(cv2.CAP_PROP_FPS) or 30) / RATE))
    frames, index = [], 0
    while len(frames) < MOST_FRAMES:
        good, frame = capture.read()
        if not good:
            break
        if index % stride == 0:
            scale = SHORT_SIDE / min(frame.shape[:2])
            how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            frames.append(cv2.resize(frame, None, fx=scale, fy=scale, interpolation=how))
        index += 1
    return np.stack(frames) if len(frames) >= 16 else None


def camera_motion(first, later):
    """Largest shift of a corner of the picture, in widths, and the share of corners that agree."""
    old, new = (cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in (first, later))
    corners = cv2.goodFeaturesToTrack(old, 300, 0.01, 6)
    if corners is None or len(corners) < 20:
        return 1.0, 0.0
    moved, found, _ = cv2.calcOpticalFlowPyrLK(old, new, corners, None, winSize=(21, 21))
    found = found.ravel() == 1
    if found.sum() < 20:
        return 1.0, 0.0
    matrix, inliers = cv2.estimateAffinePartial2D(corners[found], moved[found], ransacReprojThreshold=1.0)
    if matrix is None:
        return 1.0, 0.0
    height, width = old.shape
    frame = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], float)
    shift = np.abs(frame @ matrix.T - frame[:, :2]).max() / width
    return float(shift), float(inliers.sum() / len(corners))


def camera_is_still(frames):
    """The first and middle frame against several others."""
    for base in (0, len(frames) // 2):
        for other in np.linspace(0, len(frames) - 1, 5).astype(int):
            shift, agree = camera_motion(frames[base], frames[other])
            if shift > STILL_WITHIN or agree < INLIERS:
                return False
    return True


def cache_still(found, root, folder, name):
    """Write the still-camera videos among `found`, (path, source, held), as .npy and NAME.json; returns the index."""
    path = os.path.join(folder, name + ".json")
    if os.path.exists(path):
        with open(path) as text:
            return json.load(text)
    os.makedirs(folder, exist_ok=True)
    index = []
    for number, (video, source, held) in enumerate(found):
        frames = read_frames(video)
        if frames is None or not camera_is_still(frames):
            continue
        array = "%s-%04d.npy" % (name, number)
        np.save(os.path.join(folder, array), frames)
        index.append({"video": os.path.relpath(video, root), "source": source, "array": array, "held": held})
    with open(path, "w") as text:
        json.dump(index, text, indent=1)
    return index


def cache_videos(data, folder):
    """The index of the still-camera videos of a folder."""
    found = [(path, source, held_out(source)) for path, source in list_videos(data)]
    return cache_still(found, data, folder, "index")
