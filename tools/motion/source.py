# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the generator takes textures and moving backgrounds from."""

import os

import numpy as np

from .pictures import load_photographs, pyramid
from .videos import RATE, cache_videos

VIDEO_SHARE = 0.5
FRAME_SHARE = 0.35


def play(numbers, count):
    """Numbers of frames that go on for ever, as a video of `count` frames played forwards and backwards has them."""
    turned = numbers % max(1, 2 * (count - 1))
    return np.minimum(turned, 2 * (count - 1) - turned)


class Video:
    """A stretch of one cached video, played forwards and backwards."""

    def __init__(self, frames, start):
        self.frames, self.start = frames, start

    def at(self, times):
        """One pyramid a time."""
        order = play(self.start + np.floor(times * RATE).astype(int), len(self.frames))
        made = {int(i): pyramid(np.ascontiguousarray(self.frames[i]), 2) for i in set(order.tolist())}
        return [made[int(i)] for i in order]


class Source:
    """Photographs, and where there are any, videos of one side of the split."""

    def __init__(self, rng, cache, data=None, kept=False):
        """cache: folder of arrays, filled where it is empty; data: real videos, or None; kept: the side kept for measuring."""
        self.rng = rng
        self.photographs = load_photographs(cache, kept)
        self.videos = {}
        for entry in cache_videos(data, cache) if data else []:
            if entry["held"] == kept:
                frames = np.load(os.path.join(cache, entry["array"]), mmap_mode="r")
                self.videos.setdefault(entry["source"], []).append(frames)

    def pick(self):
        """The frames of some video, each source as likely as the next."""
        sources = list(self.videos.values())
        several = sources[int(self.rng.integers(len(sources)))]
        return several[int(self.rng.integers(len(several)))]

    def texture(self):
        """The pyramid of a photograph or of a video's frame."""
        if self.videos and self.rng.random() < FRAME_SHARE:
            frames = self.pick()
            return pyramid(np.ascontiguousarray(frames[int(self.rng.integers(len(frames)))]))
        return self.photographs[int(self.rng.integers(len(self.photographs)))]

    def video(self):
        """A moving background, or None."""
        if not self.videos or self.rng.random() > VIDEO_SHARE:
            return None
        frames = self.pick()
        return Video(frames, int(self.rng.integers(2 * len(frames) - 2)))
