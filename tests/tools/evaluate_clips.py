# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clips for the tests of msnet-evaluate: pixels that are known, in files that keep them."""

import os
import subprocess

import numpy as np
from PIL import Image

RATE = 25


def noise(seed, count, width, height):
    """Smooth coloured noise, another picture each frame: uint8 [count, height, width, 3]."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (count, 6, 8, 3)).astype(np.uint8)
    return np.stack([np.asarray(Image.fromarray(picture).resize((width, height), Image.BICUBIC)) for picture in small])


def texture(seed, size):
    """A large picture with detail of all sizes."""
    rng = np.random.default_rng(seed)
    layers = [np.asarray(Image.fromarray(rng.integers(0, 256, (cells, cells, 3)).astype(np.uint8)).resize(
        (size, size), Image.BICUBIC), np.float64) for cells in (8, 24, 72, 200)]
    mixed = sum(layers) / len(layers)
    return Image.fromarray(np.clip((mixed - mixed.mean()) * 2.5 + 128, 0, 255).astype(np.uint8))


def camera(picture, seconds, pan=0.0, zoom=0.0, width=320, height=240, rate=RATE):
    """What a camera sees that pans to the right (widths a second) and zooms in (logarithm of the growth a second)."""
    found = []
    for index in range(round(seconds * rate)):
        time = index / rate - seconds / 2
        scale = np.exp(-zoom * time)
        left = picture.width / 2 + pan * width * time - width * scale / 2
        top = picture.height / 2 - height * scale / 2
        found.append(np.asarray(picture.transform((width, height), Image.AFFINE, (scale, 0, left, 0, scale, top), Image.BILINEAR)))
    return np.stack(found)


def write(path, frames, rate=RATE):
    """uint8 RGB [count, height, width, 3] -> a file from which exactly these are decoded."""
    count, height, width = frames.shape[:3]
    os.makedirs(os.path.dirname(path), exist_ok=True)
    command = ["gst-launch-1.0", "-q", "fdsrc", "fd=0", "!", "rawvideoparse", "format=rgb", "width=%d" % width,
               "height=%d" % height, "framerate=%d/1" % rate, "!", "matroskamux", "!", "filesink", "location=" + path]
    subprocess.run(command, input=frames.tobytes(), check=True)
    return path
