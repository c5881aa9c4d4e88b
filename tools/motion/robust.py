# SPDX-License-Identifier: LGPL-2.1-or-later
"""The same clips as they are and in worse pictures: noise, low light, few frames, compression, blur."""

import zlib

import cv2
import numpy as np

from msnet_evaluate.interval import interval

from .spoil import jpeg

DARK_NOISE = 4.0  # of the sensor, in grey levels


def noisy(rng, frames, deviation):
    return np.clip(frames + deviation * rng.standard_normal(frames.shape, np.float32), 0, 255).astype(np.uint8)


def dark(rng, frames, gain):
    return noisy(rng, frames * np.float32(gain), DARK_NOISE)


def compressed(rng, frames, quality):
    return np.stack([jpeg(frame, quality) for frame in frames])


def blurred(rng, frames, sigma):
    return np.stack([cv2.GaussianBlur(frame, (0, 0), sigma) for frame in frames])


# name -> what it does to the frames, what its strengths are in, the strengths
WORSE = {"noise": (noisy, "deviation in grey levels", (5, 10, 20)), "low light": (dark, "times the light", (0.5, 0.25, 0.12)),
         "compression": (compressed, "quality of JPEG", (40, 20, 10)), "blur": (blurred, "sigma in pixels", (1, 2, 3))}
RATES = (12, 8, 5)


def slower(clip, rate):
    """Fewer frames a second: at each time the frame that was seen last; one more than fit, so that a window fills."""
    times = np.arange(int(np.ceil(len(clip.frames) / clip.rate * rate)) + 1) / rate
    shown = np.minimum((times * clip.rate + 1e-6).astype(int), len(clip.frames) - 1)
    return clip.frames[shown], float(rate)


def ways(clips):
    """(name, (frames, rate) of each clip), one way at a time, so that only one is in memory."""
    yield "as they are", [(clip.frames, clip.rate) for clip in clips]
    for rate in RATES:
        yield "%d frames a second" % rate, (slower(clip, rate) for clip in clips)
    for name, (make, unit, strengths) in WORSE.items():
        for strength in strengths:
            rng = np.random.default_rng(zlib.crc32(("%s %g" % (name, strength)).encode()))
            yield "%s, %g %s" % (name, strength, unit), ((make(rng, clip.frames, strength), clip.rate) for clip in clips)


def report(clips, ask, right):
    """Print the share of right answers of each way.

    ask: pairs of frames and rate -> (number, label) of each; right(label of the clip, answer) -> bool
    """
    sources, plain = [clip.source for clip in clips], None
    for name, pairs in ways(clips):
        found = {}
        for number, label in ask(pairs):
            found.setdefault(number, label)  # the first window of a clip answers for it
        hits = np.array([right(clip.label, found.get(number)) for number, clip in enumerate(clips)], float)
        plain = hits if plain is None else plain
        low, high, _ = interval(sources, hits - plain)
        print("%-40s %.3f   %+.3f (%+.3f to %+.3f)" % (name, hits.mean(), (hits - plain).mean(), low, high), flush=True)
