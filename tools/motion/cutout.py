# SPDX-License-Identifier: LGPL-2.1-or-later
"""Real cut-outs that move over a picture; people go on acting while they do."""

import cv2
import numpy as np

from .outlines import RATE
from .pictures import pyramid
from .source import play
from .taxonomy import TRAINED
from .things import Thing
from .views import warp

SIZES = (0.10, 0.25)


def anchors(pictures):
    """Where a cut-out is in its pictures and how large, [F, 3] of x, y, log size: straight lines over time.

    Without them, what is left is how people act and not how they move through the picture.
    """
    boxes = np.array([cv2.boundingRect(picture[..., 3]) for picture in pictures], float)
    size = np.array([max(1.0, np.count_nonzero(picture[..., 3] > 127)) for picture in pictures])
    rows = np.column_stack([boxes[:, :2] + boxes[:, 2:] / 2, 0.5 * np.log(size)])
    if len(rows) > 1:
        time = np.arange(len(rows))
        rows = np.column_stack([np.polyval(np.polyfit(time, column, 1), time) for column in rows.T])
    rows[:, 2] -= rows[:, 2].mean()
    return rows, boxes[:, 2:].max(1).mean()


class CutOut(Thing):
    """A part of a real video, moved like any other thing."""

    def __init__(self, rng, pictures, picture, label, windows, aspect, speeds=TRAINED, sizes=SIZES, times=(0.0,),
                 rate=RATE):
        """pictures: a cut-out (see outlines.py) of `rate` frames a second; sizes: half of its longer side, in shorter
        sides of the picture; times: of the frames that it is drawn on."""
        super().__init__(rng, pyramid(np.ascontiguousarray(pictures[0, ..., :3]), 2), picture, label, windows, aspect, speeds)
        height = self.picture[1] * min(1.0, aspect)  # the shorter side, in pixels as high as the picture's
        self.anchors, side = anchors(pictures)
        self.step = side / 2 / (rng.uniform(*sizes) * height)
        self.squeeze = np.array([aspect * self.picture[1] / self.picture[0], 1.0])
        first = int(rng.integers(2 * len(pictures))) if len(pictures) > 1 else 0
        self.order = play(first + np.floor(np.array(times) * rate).astype(int), len(pictures))
        self.masks, self.pyramids = {}, {}
        for number in set(self.order.tolist()):
            self.masks[number] = np.ascontiguousarray(pictures[number, ..., 3])
            self.pyramids[number] = pyramid(np.ascontiguousarray(pictures[number, ..., :3]), 2)

    def soften(self, sigma):
        """Blur the edge by some pixels of the video that it was cut from."""
        self.masks = {number: cv2.GaussianBlur(mask, (0, 0), sigma) for number, mask in self.masks.items()}

    def draw(self, frame, pose, index=0):
        number = int(self.order[index % len(self.order)])
        centre, scale = pose[:2] * self.picture, np.exp(pose[2])
        linear = np.diag(self.squeeze) * (self.step / scale * np.exp(self.anchors[number, 2]))
        matrix = np.vstack([np.column_stack([linear, self.anchors[number, :2] - linear @ centre]), [0, 0, 1]])
        size = tuple(int(length) for length in self.picture)
        weight = cv2.warpAffine(self.masks[number], matrix[:2], size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        piece = warp(self.pyramids[number], matrix, size)
        mixed = frame * (255 - weight[..., None].astype(np.uint16)) + piece * weight[..., None].astype(np.uint16)
        frame[:] = (mixed + 127) // 255
        return weight
