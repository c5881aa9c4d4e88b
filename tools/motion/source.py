# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the generator takes textures and moving backgrounds from."""

import os

import numpy as np

from .outlines import cache_cutouts, cache_people
from .pictures import load_photographs, pyramid
from .videos import RATE, cache_videos

VIDEO_SHARE = 0.6
FRAME_SHARE = 0.35
CUTOUT_SHARE = 0.65
PEOPLE_SHARE = 0.6


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
    """Photographs, and where there are any, videos and cut-outs of one side of the split."""

    def __init__(self, rng, cache, data=None, people=None, kept=False):
        """cache: folder of arrays, filled where it is empty; data: real videos, people: J-HMDB, or None; kept: the side
        kept for measuring, which has no cut-outs."""
        self.rng, self.cache = rng, cache
        self.photographs = load_photographs(cache, kept)
        self.videos, self.cutouts = {}, {}
        index = cache_videos(data, cache) if data else []
        for entry in index + (cache_people(people, cache) if people else []):
            if entry["held"] == kept:
                self.videos.setdefault(entry["source"], []).append(entry["array"])
        for entry in cache_cutouts(people, index, cache) if data and not kept else []:
            self.cutouts.setdefault(entry["source"], []).append(entry["array"])

    def pick(self, arrays):
        """An array of {source: names}: people of J-HMDB or not, then each source as likely as the next."""
        people = [source for source in arrays if source.startswith("people/")]
        others = [source for source in arrays if not source.startswith("people/")]
        sources = people if people and (not others or self.rng.random() < PEOPLE_SHARE) else others
        several = arrays[sources[int(self.rng.integers(len(sources)))]]
        return np.load(os.path.join(self.cache, several[int(self.rng.integers(len(several)))]), mmap_mode="r")

    def texture(self, frames=FRAME_SHARE):
        """The pyramid of a photograph or of a video's frame; frames: how often of these."""
        if self.videos and self.rng.random() < frames:
            frames = self.pick(self.videos)
            return pyramid(np.ascontiguousarray(frames[int(self.rng.integers(len(frames)))]))
        return self.photographs[int(self.rng.integers(len(self.photographs)))]

    def video(self, share=VIDEO_SHARE):
        """A moving background, or None; share: how often one."""
        if not self.videos or self.rng.random() > share:
            return None
        frames = self.pick(self.videos)
        return Video(frames, int(self.rng.integers(2 * len(frames) - 2)))

    def cutout(self):
        """A cut-out (see outlines.py), or None."""
        if not self.cutouts or self.rng.random() > CUTOUT_SHARE:
            return None
        return self.pick(self.cutouts)
