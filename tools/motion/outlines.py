# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real people and things whose outline is known, cut out of real videos and cached.

People come from J-HMDB, whose masks say where they are.  Things come from videos whose own camera is still: what
differs from the background.  A cut-out is uint8 [F, height, width, 4]: blue, green, red, and 255 where it is.
"""

import json
import os
import zlib

import cv2
import numpy as np

from msnet_train import clips, masks

from .videos import cache_still

RATE = 15.0
AREA = (0.01, 0.20)
MARGIN = 8
LEAST_FRAMES = 8
STILL = "_nm_"
LEAST_SIDE = 32
THINGS_A_VIDEO = 4


def held_out(source):
    """One film or video of J-HMDB in five is kept for measuring."""
    return zlib.crc32(("people/" + source).encode()) % 5 == 0


def foreground(frames, index):
    """What moves in a frame of a still camera: mask of its largest part, or None."""
    background = np.median(np.stack(frames[:: max(1, len(frames) // 15)]), 0)
    difference = np.abs(frames[index].astype(np.float32) - background).max(-1)
    mask = cv2.morphologyEx((difference > 30).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    count, parts, figures, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return None
    best = 1 + int(figures[1:, cv2.CC_STAT_AREA].argmax())
    share = figures[best, cv2.CC_STAT_AREA] / mask.size
    return (parts == best).astype(np.uint8) * 255 if AREA[0] < share < AREA[1] else None


def cropped(frames, mask):
    """The cut-out of frames and their masks, with a margin around what any mask covers."""
    left, top, wide, high = cv2.boundingRect(mask.max(0))
    part = np.s_[:, max(0, top - MARGIN) : top + high + MARGIN, max(0, left - MARGIN) : left + wide + MARGIN]
    return np.concatenate([frames[part], mask[part][..., None]], -1)


def whole(mask):
    """Whether a person is large enough and within the picture in every frame."""
    _, _, wide, high = cv2.boundingRect(mask.max(0))
    return max(wide, high) >= LEAST_SIDE and not (mask[:, [0, -1]].any() or mask[:, :, [0, -1]].any())


def read_person(clip, rate=RATE):
    """The cut-out of one clip of J-HMDB at about `rate` frames a second (None: all), or None; and its own rate."""
    mask = masks.read(clip.mask) if clip.mask else None
    if mask is None or not whole(mask):
        return None, 0.0
    capture = cv2.VideoCapture(clip.path)
    own = capture.get(cv2.CAP_PROP_FPS) or 30.0
    stride = max(1, round(own / rate)) if rate else 1
    frames = [capture.read()[1] for _ in range(len(mask))]
    shown = [number for number in range(0, len(mask), stride) if frames[number] is not None and mask[number].any()]
    if len(shown) < LEAST_FRAMES:
        return None, 0.0
    return cropped(np.stack([frames[number] for number in shown]), mask[shown] * np.uint8(255)), own / stride


def people(folder, kept):
    """The clips of J-HMDB of one side of the split."""
    return [clip for clip in clips.read(folder).clips if held_out(clip.source) == kept]


def cache_people(folder, cache):
    """The index of clips of J-HMDB, one a source, whose names say that the camera does not move, and whose corners agree."""
    still = {clip.source: clip for clip in reversed(clips.read(folder).clips) if STILL in os.path.basename(clip.path)}
    found = [(clip.path, "people/" + source, held_out(source)) for source, clip in sorted(still.items())]
    return cache_still(found, folder, cache, "people")


def things(entry, cache):
    """Cut-outs, of one frame each, of what moves in a cached video."""
    frames = np.load(os.path.join(cache, entry["array"]), mmap_mode="r")
    for number in np.linspace(0, len(frames) - 1, THINGS_A_VIDEO).astype(int):
        mask = foreground(frames, number)
        if mask is not None:
            yield cropped(frames[number : number + 1], mask[None])


def cut_out(folder, index, cache):
    """(source, cut-out) of everything on the side of training."""
    for clip in people(folder, False) if folder else []:
        pictures, _ = read_person(clip)
        if pictures is not None:
            yield "people/" + clip.source, pictures
    for entry in index:
        for pictures in things(entry, cache) if not entry["held"] else []:
            yield entry["source"], pictures


def cache_cutouts(folder, index, cache):
    """Write what training cuts out as .npy; returns [{"source", "array"}].

    folder: J-HMDB as it is unpacked, or None; index: of cache_videos().
    """
    kept = "cutouts-with-people" if folder else "cutouts"
    path = os.path.join(cache, kept + ".json")
    if os.path.exists(path):
        with open(path) as text:
            return json.load(text)
    os.makedirs(os.path.join(cache, kept), exist_ok=True)
    rows = []
    for number, (source, pictures) in enumerate(cut_out(folder, index, cache)):
        name = os.path.join(kept, "%04d.npy" % number)
        np.save(os.path.join(cache, name), pictures)
        rows.append({"source": source, "array": name})
    with open(path, "w") as text:
        json.dump(rows, text, indent=1)
    return rows
