# SPDX-License-Identifier: LGPL-2.1-or-later
"""One generated sequence: frames, which points take them, what happens, and the true displacement."""

import numpy as np

from .cadence import stretch
from .cutout import CutOut
from .paths import POINTS, WINDOW, at, camera_path
from .spoil import spoil
from .taxonomy import CAMERA, CLASS, LABELS, OBJECT, TRAINED
from .things import Thing
from .views import View, displacements, has_texture, warp

ASPECTS = (16 / 9, 4 / 3, 1.0, 9 / 16)
ASPECT_ODDS = (0.5, 0.3, 0.1, 0.1)
MORE_STILL = 0.12
OBJECT_SHARE = 0.48
OBJECT_ODDS = (0.16, 0.16, 0.16, 0.16, 0.18, 0.18)
ODDS = [(1 - OBJECT_SHARE) / len(CAMERA)] * len(CAMERA) + [OBJECT_SHARE * odds for odds in OBJECT_ODDS]
FLAT_SHARE = 0.12
FLAT_CONTRAST = (0.0, 0.3)
FRAMES = 16
CUTOUT_SIZES = (0.09, 0.28)
CUTOUT_FRAMES, CUTOUT_BEHIND = 0.7, 0.15  # how often behind a real cut-out is a video's frame, and a video
CUTOUT_STANDS = 0.4
CUTOUT_EDGE = (0.3, 1.5)
HARD_SHARE = 0.3
WINDOWS, OBJECT_WINDOWS = 3, 2  # a thing that moves for longer leaves the picture
MOST_ANSWERS = WINDOWS * POINTS - POINTS + 1


def choose_labels(rng, windows, flat):
    """Labels of consecutive windows: cameras and still may follow each other, an object stays."""
    if flat:
        return ["still" if rng.random() < 0.5 else OBJECT[int(rng.integers(len(OBJECT)))]] * windows
    labels = ["still" if rng.random() < MORE_STILL else str(rng.choice(LABELS, p=ODDS))]
    while len(labels) < windows:
        if labels[0] in OBJECT or rng.random() < 0.35:
            labels.append(labels[-1])
        else:
            labels.append(CAMERA[int(rng.integers(len(CAMERA)))])
    return labels


def accepted(label, people):
    """Which classes are right: over people who move, a still camera may say what they do."""
    right = np.zeros(len(LABELS), np.float32)
    right[CLASS[label]] = 1
    if people and label == "still":
        right[[CLASS[other] for other in OBJECT]] = 1
    return right


def flatten(frames, contrast):
    """Asphalt, walls, skies: a background in which hardly anything can be matched."""
    mean = frames.mean((0, 1, 2))
    return (mean + (frames - mean) * contrast).astype(np.uint8)


def real_thing(rng, pictures, picture, label, windows, aspect, times):
    """A real cut-out, often one that does not act, mostly with a soft edge."""
    if rng.random() < CUTOUT_STANDS:
        chosen = int(rng.integers(len(pictures)))
        pictures = pictures[chosen : chosen + 1]
    thing = CutOut(rng, pictures, picture, label, windows, aspect, sizes=CUTOUT_SIZES, times=times)
    if rng.random() < 0.7:
        thing.soften(rng.uniform(*CUTOUT_EDGE))
    return thing


class Scene:
    """What one sequence shows: a camera over a photograph or a video, perhaps a thing that moves."""

    def __init__(self, rng, source, labels, times, picture, aspect, flat=False, speeds=TRAINED):
        """labels: one a window; times: of the frames; picture: (width, height) in pixels; flat: the camera is
        still and sees hardly any texture but that of a thing that moves; speeds: (least, most) of each kind."""
        objects = labels[0] in OBJECT
        self.picture = picture
        self.contrast = rng.uniform(*FLAT_CONTRAST) if flat else 1.0
        real = source.cutout() if objects else None
        self.video = self.behind(source, objects, flat, real is not None)
        still = None if self.video else source.texture() if real is None else source.texture(CUTOUT_FRAMES)
        self.pyramids = [still] * len(times) if self.video is None else self.video.at(times)
        path = at(camera_path(rng, ["still"] * len(labels) if objects else labels, speeds), times)
        low, high = (0.5, 1.0) if real is not None else (0.25, 0.75) if self.video is None else (0.45, 0.9)
        view = View(rng, picture, aspect, rng.uniform(low, high), self.pyramids[0][0].shape)
        self.matrices = [view.matrix(pose) for pose in path - path[len(path) // 2]]
        self.thing = self.poses = None
        passer_by = self.video is None and "still" not in labels and rng.random() < 0.25
        if objects or passer_by:
            what = labels[0] if objects else OBJECT[int(rng.integers(4))]
            real = real if objects else source.cutout()
            self.thing = (Thing(rng, source.texture(), picture, what, len(labels), aspect, speeds) if real is None
                          else real_thing(rng, real, picture, what, len(labels), aspect, times))
            self.poses = at(self.thing.path, times)

    @staticmethod
    def behind(source, objects, flat, real):
        """The video behind a camera's motion, seldom behind a real cut-out, or None."""
        if flat or objects and not real:
            return None
        return source.video(CUTOUT_BEHIND) if objects else source.video()

    def render(self):
        """-> frames uint8 BGR [T, height, width, 3] and displacements [T, rows, columns, 2] in cells."""
        frames = np.stack([warp(*pair, self.picture) for pair in zip(self.pyramids, self.matrices)])
        if self.contrast < 1:
            frames = flatten(frames, self.contrast)
        flow = displacements(self.matrices, self.picture)
        if self.thing:
            for index, pose in enumerate(self.poses):
                mask = self.thing.draw(frames[index], pose, index)
                if index:
                    self.thing.displace(flow[index], mask, pose, self.poses[index - 1])
        return frames, flow

    def backward(self, older, newer, columns, rows):
        """Where the centres of a grid on frame `newer` were on frame `older`, minus where they are.

        -> [rows, columns, 2] in fractions of the picture; people in a video are not known.
        """
        x, y = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
        size = np.array(self.picture, float)
        pixels = np.stack([x * size[0] - 0.5, y * size[1] - 0.5, np.ones_like(x)], -1)
        back = np.linalg.inv(self.matrices[older]) @ self.matrices[newer]
        moved = ((pixels @ back.T) - pixels)[..., :2] / size
        if self.thing:
            pose, before = self.poses[newer], self.poses[older]
            mask = self.thing.draw(np.zeros((self.picture[1], self.picture[0], 3), np.uint8), pose, newer)
            covered = mask[(y * size[1]).astype(int), (x * size[0]).astype(int)] > 127
            place = np.stack([x, y], -1)
            was = before[:2] + (place - pose[:2]) * np.exp(before[2] - pose[2])
            moved[covered] = (was - place)[covered]
        return moved


def newest(times):
    """Which window's label each frame shows: what happens between two frames is in the newer one's."""
    return np.maximum(np.ceil(times / WINDOW - 1e-6).astype(int) - 1, 0)


def asked(serving, labels):
    """What each full window of points is asked for, [K - T + 1]: the number of its middle frame, or -1.

    labels: of frames.  Not asked: a window of which more than one point is in something else, as while one turns
    into another.
    """
    found = np.full(len(serving) - POINTS + 1, -1)
    for first in range(len(found)):
        window = serving[first : first + POINTS]
        middle = window[POINTS // 2]
        if sum(labels[frame] == labels[middle] for frame in window) >= POINTS - 1:
            found[first] = middle
    return found


def padded(rows, count):
    """`count` rows: the first of them, and the last one again and again."""
    return rows[np.minimum(np.arange(count), len(rows) - 1)]


def with_zeros(rows, count):
    """`count` rows of numbers, zeros after the given ones."""
    return np.concatenate([rows, np.zeros((count - len(rows),) + rows.shape[1:], rows.dtype)])


def textured_scene(rng, source, size):
    """A scene in which something can be seen, its labels a window, and which of its frames each point takes."""
    while True:
        flat = rng.random() < FLAT_SHARE
        labels = choose_labels(rng, WINDOWS, flat)
        windows = OBJECT_WINDOWS if labels[0] in OBJECT else WINDOWS
        times, serving = stretch(rng, FRAMES, windows * WINDOW)
        aspect = float(rng.choice(ASPECTS, p=ASPECT_ODDS))
        scene = Scene(rng, source, labels[:windows], times, (size, size), aspect, flat)
        frames, flow = scene.render()
        if flat or has_texture(frames[0]) and has_texture(frames[len(frames) // 2]):
            shown = [labels[window] for window in newest(times)]
            return frames, flow, serving, shown, scene.video is not None


def sequence(rng, source, size):
    """A training sequence: FRAMES frames as the element would sample them, and the points that take them.

    source: texture() gives a pyramid; video() None or something whose at(times) gives one pyramid a time.
    Returns frames uint8 BGR [FRAMES, S, S, 3], displacements [FRAMES, G, G, 2], accepted classes of frames
    [FRAMES, 16], which frame each point takes [MOST_ANSWERS + T - 1], accepted classes of answers [MOST_ANSWERS, 16].
    Where nothing is asked no class is accepted: of the first frame, of padding, and of answers while something changes.
    """
    frames, flow, serving, shown, people = textured_scene(rng, source, size)
    accept = np.stack([accepted(label, people) for label in shown])
    which = asked(serving, shown)
    answers = np.where(which[:, None] < 0, np.float32(0), accept[which])
    accept[0] = 0
    return (padded(spoil(rng, frames, rng.random() < HARD_SHARE), FRAMES), with_zeros(flow, FRAMES), with_zeros(accept, FRAMES),
            padded(serving, MOST_ANSWERS + POINTS - 1), with_zeros(answers, MOST_ANSWERS))
