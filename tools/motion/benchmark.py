# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clips for measuring: what the model never saw, as a video of its own frame rate.

generated   sixteen classes over photographs that are kept for measuring
slow        the same down to the least speeds of training, over any picture
carried     the same as generated, but the second window of a stream: the first showed another class of camera
camera      ten classes, a virtual camera over real videos of sources that are kept for measuring
cutouts     six classes, people and things cut out of those videos, moved over still frames of others
people      the same with people of J-HMDB, who act while they move, at or above the stated speeds
"""

import glob
import os
import zlib

import cv2
import numpy as np

from msnet_train import layouts

from . import outlines, videos
from .clips import Scene
from .cutout import CutOut
from .outlines import foreground
from .paths import at, camera_path
from .pictures import pyramid
from .source import Source
from .spoil import spoil
from .taxonomy import CAMERA, LABELS, OBJECT, ROLL, SHAKE, SLIDE, STATED, TRAINED, ZOOM, kind
from .views import View, has_corners, has_texture, warp

SECONDS = 1.0
PICTURES = ((320, 240), (424, 240))
RATES = (10, 12.5, 15, 24, 25, 30, 50, 60)
CAMERA_SPEEDS = {SLIDE: (0.15, 0.40), ZOOM: (np.log(1.15), np.log(1.35)), ROLL: (12.0, 30.0), SHAKE: (0.015, 0.045)}
PERSON_SIZES = (0.15, 0.30)


class Clip:
    """Frames with their rate, the right label, the source for resampling, and what is known of the picture's motion."""

    def __init__(self, frames, rate, label, source, matrices=None, scene=None):
        self.frames, self.rate, self.label, self.source = frames, rate, label, source
        self.matrices, self.scene = matrices, scene
        self.followed = None  # see confirmed()


class Kept(Source):
    """The kept photographs; remembers which ones a clip used."""

    def __init__(self, cache):
        super().__init__(None, cache, kept=True)
        self.used = []

    def texture(self):
        index = int(self.rng.integers(len(self.photographs)))
        self.used.append("photograph %d" % index)
        return self.photographs[index]


def frame_times(rate, windows=1):
    return np.arange(int(round(SECONDS * windows * rate))) / rate


def can_be_told(clip):
    """Whether any method could answer: enough texture, and a camera's motion confirmed by tracked corners."""
    textured = all(has_texture(clip.frames[index]) for index in (0, -1))
    return textured and (clip.label in OBJECT or confirmed(clip))


def window_before(rng, label):
    """What a stream showed before: an object goes on, a camera does anything."""
    return label if label in OBJECT else CAMERA[int(rng.integers(len(CAMERA)))]


def generated(cache, picture, each, seed, slow=False, carried=False):
    """`each` clips a class over the kept photographs, spoilt as real ones are.

    At or above the stated speeds over pictures that show motion in both directions; `slow`: from the least trained
    speeds on, over any picture, stripes and gradients too. `carried`: two windows long, and the label is the second's.
    """
    source = Kept(cache)
    for number in range(each):
        for label in LABELS:
            rng = np.random.default_rng([seed, number, LABELS.index(label), picture[0]])
            source.rng = rng
            rate = float(rng.choice(RATES))
            labels = [window_before(rng, label), label] if carried else [label]
            times = frame_times(rate, len(labels))
            last = slice(-len(frame_times(rate)), None)
            while True:
                source.used.clear()
                scene = Scene(rng, source, labels, times, picture, picture[0] / picture[1],
                              speeds=TRAINED if slow else STATED)
                frames, _ = scene.render()
                clip = Clip(frames, rate, label, source.used[0], scene.matrices, scene)
                window = Clip(frames[last], rate, label, source.used[0], scene.matrices[last], scene)
                if can_be_told(window) and (slow or has_corners(frames[0])):
                    break
            clip.frames = spoil(rng, frames)
            yield clip


def read_video(path):
    """All frames at full size, and the rate."""
    capture = cv2.VideoCapture(path)
    frames = []
    while len(frames) < videos.MOST_FRAMES:
        good, frame = capture.read()
        if not good:
            break
        frames.append(frame)
    return frames, capture.get(cv2.CAP_PROP_FPS)


def held_videos(index, data):
    """source -> paths of its videos with a still camera."""
    found = {}
    for entry in index:
        if entry["held"]:
            found.setdefault(entry["source"], []).append(os.path.join(data, entry["video"]))
    return dict(sorted(found.items()))


def other_videos(folder):
    """source -> paths of the videos of any folder, each a source of its own; of J-HMDB, of the kept still cameras."""
    found = {}
    if layouts.find(folder):
        for clip in outlines.people(folder, True):
            if outlines.STILL in os.path.basename(clip.path):
                found.setdefault("people/" + clip.source, []).append(clip.path)
        return dict(sorted(found.items()))
    return {os.path.basename(path): [path] for path in sorted(glob.glob(os.path.join(folder, "*")))
            if layouts.VIDEO.search(path)}


def camera_clip(rng, path, label, picture):
    """A virtual camera over one real video, at that video's own frames and rate."""
    frames, rate = read_video(path)
    count = int(round(SECONDS * rate))
    first = int(rng.integers(max(1, len(frames) - count)))
    frames = frames[first : first + count]
    aspect = picture[0] / picture[1]
    view = View(rng, picture, aspect, rng.uniform(0.45, 0.65), frames[0].shape)
    poses = at(camera_path(rng, [label], CAMERA_SPEEDS), np.arange(len(frames)) / rate)
    poses = poses - poses[len(poses) // 2]
    if kind(label) == SLIDE:
        poses[:, 1] *= aspect  # speeds are in picture widths, for tilts too
    matrices = [view.matrix(pose) for pose in poses]
    seen = np.stack([warp(pyramid(frame, 2), matrix, picture) for frame, matrix in zip(frames, matrices)])
    return seen, rate, matrices


def tracked_motion(before, after):
    """The similarity that most tracked corners follow, after -> before, and the share that does."""
    old, new = (cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in (before, after))
    corners = cv2.goodFeaturesToTrack(new, 200, 0.01, 6)
    if corners is None or len(corners) < 12:
        return None, 0.0
    moved, found, _ = cv2.calcOpticalFlowPyrLK(new, old, corners, None, winSize=(21, 21), maxLevel=4)
    found = found.ravel() == 1
    if found.sum() < 12:
        return None, 0.0
    matrix, inliers = cv2.estimateAffinePartial2D(corners[found], moved[found], ransacReprojThreshold=1.5)
    return matrix, 0.0 if matrix is None else float(inliers.sum() / len(corners))


def confirmed(clip, within=0.012, share=0.75):
    """Whether tracked corners see the motion that the label says, in most steps of an eighth of a second.

    within: largest difference at the picture's corners, in widths.  clip.followed becomes the share of corners that move
    with the camera: few where people who move fill the picture.
    """
    height, width = clip.frames.shape[1:3]
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], float)
    stride = max(1, int(round(clip.rate / 8)))
    good, follow = [], []
    for index in range(stride, len(clip.frames), stride):
        found, agree = tracked_motion(clip.frames[index - stride], clip.frames[index])
        true = np.linalg.inv(clip.matrices[index - stride]) @ clip.matrices[index]
        error = 1.0 if found is None else np.abs(corners @ found.T - (corners @ true.T)[:, :2]).max() / width
        good.append(error < within and agree > 0.3)
        follow.append(agree)
    clip.followed = float(np.mean(follow))
    return np.mean(good) >= share


def camera(held, picture, each, seed, wanted=None):
    """`each` clips a class and source, or of the `wanted` pairs; those that tracking does not confirm are left out.

    held: source -> paths of its videos.
    """
    for source, paths in held.items():
        for label in CAMERA:
            for number in range(each if wanted is None or (label, source) in wanted else 0):
                rng = np.random.default_rng([seed, number, CAMERA.index(label), zlib.crc32(source.encode()), picture[0]])
                path = paths[int(rng.integers(len(paths)))]
                frames, rate, matrices = camera_clip(rng, path, label, picture)
                if len(frames) < SECONDS * rate - 1:
                    continue
                clip = Clip(frames, rate, label, source, matrices)
                if has_texture(frames[0]) and confirmed(clip):
                    yield clip


def still_frame(rng, paths, picture):
    """The first frame of one of some videos, as a background."""
    behind = read_video(paths[int(rng.integers(len(paths)))])[0][0]
    return cv2.resize(behind, picture, interpolation=cv2.INTER_AREA)


def moved(thing, still, rate):
    """Frames of a thing that moves over a still frame."""
    times = frame_times(rate)
    seen = np.stack([still] * len(times))
    for index, pose in enumerate(at(thing.path, times)):
        thing.draw(seen[index], pose, index)
    return seen


def cutouts(held, picture, each, seed):
    """`each` clips a class and source: the thing of one source over a still frame of the next."""
    sources = list(held)
    for position, source in enumerate(sources):
        other = sources[(position + 1) % len(sources)]
        for number in range(each * len(OBJECT)):
            label = OBJECT[number % len(OBJECT)]
            rng = np.random.default_rng([seed, number, zlib.crc32(source.encode())])
            frames, _ = read_video(held[source][int(rng.integers(len(held[source])))])
            chosen = int(rng.integers(len(frames)))
            mask = foreground(frames, chosen)
            if mask is None:
                continue
            thing = CutOut(rng, np.dstack([frames[chosen], mask])[None], picture, label, 1, picture[0] / picture[1])
            still = still_frame(rng, held[other], picture)
            rate = float(rng.choice(RATES))
            yield Clip(moved(thing, still, rate), rate, label, source)


def people(held, folder, picture, each, seed):
    """`each` clips a class and source: a person of one kept source of J-HMDB over a still frame of some kept video."""
    behind = list(held)
    by_source = {}
    for clip in outlines.people(folder, True):
        by_source.setdefault(clip.source, []).append(clip)
    for source, several in sorted(by_source.items()):
        for number in range(each * len(OBJECT)):
            label = OBJECT[number % len(OBJECT)]
            rng = np.random.default_rng([seed, number, zlib.crc32(source.encode()), picture[0]])
            pictures, own = outlines.read_person(several[int(rng.integers(len(several)))], None)
            if pictures is None:
                continue
            rate = float(rng.choice(RATES))
            thing = CutOut(rng, pictures, picture, label, 1, picture[0] / picture[1], STATED, PERSON_SIZES,
                           frame_times(rate), own)
            still = still_frame(rng, held[behind[int(rng.integers(len(behind)))]], picture)
            yield Clip(moved(thing, still, rate), rate, label, "people/" + source)
