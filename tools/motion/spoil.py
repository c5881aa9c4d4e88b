# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cameras and codecs do to a picture: light, flicker, noise, blur, compression."""

import cv2
import numpy as np


# how dark the dark are, and the limits of noise, blur and JPEG's quality
USUAL = {"dark": (0.35, 0.65), "darkness": 0.1, "noise": 10.0, "blur": (0.4, 1.2), "quality": (20, 80)}
HARD = {"dark": (0.10, 0.45), "darkness": 0.4, "noise": 30.0, "blur": (0.8, 2.2), "quality": (6, 30)}


def gains(rng, count, limits):
    """A factor for each frame: dark or bright, flickering, drifting."""
    dark = rng.random() < limits["darkness"]
    gain = np.full(count, rng.uniform(*limits["dark"]) if dark else rng.uniform(0.65, 1.25))
    if rng.random() < 0.3:
        gain = gain * (1 + rng.normal(0, 0.03, count))
    if rng.random() < 0.15:
        gain = gain * np.linspace(1, rng.uniform(0.7, 1.3), count)
    return gain.reshape(-1, 1, 1, 1).astype(np.float32)


def noise(rng, shape, most):
    """Sensor noise; now and then a pattern that stays."""
    if rng.random() < 0.1:
        shape = (1,) + shape[1:]
    return rng.standard_normal(shape, np.float32) * np.float32(rng.uniform(0, most) * rng.uniform(0.3, 1))


def jpeg(frame, quality):
    return cv2.imdecode(cv2.imencode(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_COLOR)


def spoil(rng, frames, hard=False):
    """frames: uint8 [T, height, width, 3] -> a worse copy; hard: much worse."""
    limits = HARD if hard else USUAL
    x = frames * gains(rng, len(frames), limits) + np.float32(rng.uniform(-8, 18))
    if rng.random() < 0.5:
        x += noise(rng, x.shape, limits["noise"])
    if rng.random() < 0.15:
        x[:] = x.mean(-1, keepdims=True)
    x = np.clip(x, 0, 255).astype(np.uint8)
    blur = rng.uniform(*limits["blur"]) if rng.random() < 0.25 else 0
    quality = int(rng.integers(*limits["quality"])) if rng.random() < 0.35 else 0
    for frame in x:
        if blur:
            frame[:] = cv2.GaussianBlur(frame, (0, 0), blur)
        if quality:
            frame[:] = jpeg(frame, quality)
    return x
