# SPDX-License-Identifier: LGPL-2.1-or-later
"""What of a picture the network sees: what the model file says, or three crops at full resolution."""

import numpy as np
from PIL import Image

from . import Problem
from .frames import AS_DECODED, AS_RGB, from_pixels, pixels

LEAST_SIZE = 32


class Whole:
    """The frame as it was decoded: the element prepares it as the model file says."""

    form, count = AS_DECODED, 1

    def of(self, frame, number):
        return frame


class ThreeCrops:
    """The shorter side becomes what the model file says, and of that three squares along the longer side.

    As the authors' tests do it, from Pillow's bytes to the last one; for pictures that are higher than wide they see
    the middle three times.  The element takes these squares as they are, by a copy of the model (save_resized()).
    """

    form, count = AS_RGB, 3

    def __init__(self, model, size=None):
        """size: of the squares; the whole shorter side unless given"""
        self.shorter = model.input.get("resize", model.input["size"])
        if not isinstance(self.shorter, int):
            raise Problem("%s: three crops need a model that makes the shorter side one length; msnet.input: resize is %s"
                          % (model.name, self.shorter))
        self.size = size or self.shorter
        if not LEAST_SIZE <= self.size <= self.shorter:
            raise Problem("--crop-size: expected %d to %d, the shorter side, found %d" % (LEAST_SIZE, self.shorter, self.size))
        self.antialias = model.input.get("resize_filter", "antialias") == "antialias"

    def of(self, frame, number):
        picture = scaled(*pixels(frame), self.shorter, self.antialias)
        x, y = corners(picture.shape[1], picture.shape[0], self.size)[number]
        crop = from_pixels(picture[y : y + self.size, x : x + self.size])
        crop.buffer.pts, crop.buffer.duration = frame.buffer.pts, frame.buffer.duration
        return crop._replace(segment=frame.segment, end=frame.end)


def scaled(picture, aspect, size, antialias):
    """uint8 [height, width, 3], its shorter side `size` and the longer one in proportion, rounded down."""
    height, width = picture.shape[:2]
    shown = width * aspect
    longer = int(size * max(shown, height) / min(shown, height))
    target = (size, longer) if shown <= height else (longer, size)
    if antialias:
        return np.asarray(Image.fromarray(picture).resize(target, Image.BILINEAR))
    return interpolated(interpolated(picture, target[1], 0), target[0], 1)


def interpolated(picture, size, axis):
    """Along one axis between the two nearest pixels, as OpenCV's INTER_LINEAR."""
    length = picture.shape[axis]
    place = np.clip((np.arange(size) + 0.5) * length / size - 0.5, 0, length - 1)
    first = np.minimum(place.astype(int), max(0, length - 2))
    share = (place - first).reshape([-1 if index == axis else 1 for index in range(3)])
    nearest, other = (np.take(picture, np.minimum(first + step, length - 1), axis).astype(np.float64) for step in (0, 1))
    return np.round(nearest * (1 - share) + other * share).astype(np.uint8)


def corners(width, height, size):
    """Left and top of the three crops: both ends, in steps of a quarter rounded down, and the middle."""
    across, down = (width - size) // 4, (height - size) // 4
    ends = [(0, 2 * down), (4 * across, 2 * down)] if width >= height else [(2 * across, 0), (2 * across, 4 * down)]
    return [*ends, (2 * across, 2 * down)]
