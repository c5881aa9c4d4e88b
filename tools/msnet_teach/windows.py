# SPDX-License-Identifier: LGPL-2.1-or-later
"""The windows of a recording that spans are about, as the element would look at them."""

import numpy as np
import torch

from . import features, video
from .grid import Sampler, windows_of

LEAD = 2  # windows of a stream before those that count: what the network remembers of earlier ones is little


class Near:
    """Whether a point is worth computing.  spans: of one recording"""

    def __init__(self, grid, spans):
        self.ranges = [((span.start or 0) * 1e9 - (LEAD + 1) * grid.window,
                        float("inf") if span.end is None else span.end * 1e9 + grid.window) for span in spans]

    def has(self, offset):
        return any(start <= offset <= end for start, end in self.ranges)


def read(path, network, picture, grid, spans):
    """-> for each span float64 [windows, features], or None if no window is about it"""
    reader, near, serving = features.reader_of(network, picture, grid), Near(grid, spans), []
    with torch.no_grad():
        feed(path, reader, Sampler(grid), near, serving)
        found = [windows_of(grid, serving, span.start, span.end) for span in spans]
        return [np.stack([reader.window(first, len(serving)).double().numpy() for first in firsts]) if firsts else None
                for firsts in found]


def feed(path, reader, sampler, near, serving):
    """Give the reader what each point shows; `serving` becomes the numbers of their frames."""
    running = False
    for number, (pts, duration, pixels) in enumerate(video.read(path)):
        for point, takes in sampler.take(pts, duration):
            again = running and (not takes or serving[-1] == number)
            serving.append(number if takes else serving[-1])
            if not near.has(sampler.grid.offset(point)):
                if running:
                    reader.reset()
                running = False
            elif again:
                reader.repeat(point)
            else:
                reader.take(point, pixels())
                running = True
