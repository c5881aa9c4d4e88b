# SPDX-License-Identifier: LGPL-2.1-or-later
"""What cameras and codecs do to a picture: light, flicker, noise, blur, compression."""

import cv2
import numpy as np


def gains(rng, count):
    """A factor for each frame: dark or bright, flickering, drifting."""
    gain = np.full(count, rng.uniform(0.35, 0.65) if rng.random() < 0.1 else rng.uniform(0.65, 1.25))
    if rng.random() < 0.3:
        gain = gain * (1 + rng.normal(0, 0.03, count))
    if rng.random() < 0.15:
        gain = gain * np.linspace(1, rng.uniform(0.7, 1.3), count)
    return gain.reshape(-1, 1, 1, 1).astype(np.float32)


def noise(rng, shape):
    """Sensor noise; now and then a pattern that stays."""
    if rng.random() < 0.1:
        shape = (1,) + shape[1:]
    return rng.standard_normal(shape, np.float32) * np.float32(rng.uniform(0, 10) * rng.uniform(0.3, 1))


def spoil(rng, frames):
    """frames: uint8 [T, height, width, 3] -> a worse copy."""
    x = frames * gains(rng, len(frames)) + np.float32(rng.uniform(-8, 18))
    if rng.random() < 0.5:
        x += noise(rng, x.shape)
    if rng.random() < 0.15:
        x[:] = x.mean(-1, keepdims=True)
    x = np.clip(x, 0, 255).astype(np.uint8)
    blur = rng.uniform(0.4, 1.2) if rng.random() < 0.25 else 0
    quality = int(rng.integers(20, 80)) if rng.random() < 0.35 else 0
    for frame in x:
        if blur:
            frame[:] = cv2.GaussianBlur(frame, (0, 0), blur)
        if quality:
            frame[:] = cv2.imdecode(cv2.imencode(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, quality))[1], cv2.IMREAD_COLOR)
    return x
