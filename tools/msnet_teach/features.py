# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the classifier will read of each window, from a network in PyTorch.

The classifier is linear and its answer is a mean over the points of a window, so the answer for a window is that for the
mean of the features of its points: a window is one vector.
"""

import collections

import torch

from msnet_torch.prepare import prepare

BATCH = 8  # frames of a stream that are computed at a time


def reader_of(network, picture, grid):
    return (StreamReader if network.causal else ClipReader)(network, picture, grid)


def run(network, frames, state=None):
    """frames: [T, 3, S, S] -> [T, features]"""
    record = {}
    network(frames[None], record, state)
    return record["features"]


class StreamReader:
    """A network in which no frame depends on a later one: each frame is computed once, in the order they came."""

    def __init__(self, network, picture, grid):
        self.network, self.picture, self.grid = network, picture, grid
        self.state, self.pending, self.features, self.serving = {}, [], [], {}

    def take(self, point, pixels):
        """A frame, uint8 [height, width, 3], and the first point that it serves."""
        self.pending.append(prepare(pixels[None], self.picture)[0])
        self.serving[point] = len(self.features) + len(self.pending) - 1
        if len(self.pending) == BATCH:
            self.flush()

    def repeat(self, point):
        """A point that the last frame serves."""
        self.serving[point] = len(self.features) + len(self.pending) - 1

    def reset(self):
        """The next frame is the first of a stream."""
        self.flush()
        self.state = {}

    def flush(self):
        if self.pending:
            self.features += run(self.network, torch.stack(self.pending), self.state)
            self.pending = []

    def window(self, first, end):
        """Features of the window from point `first` on; points from `end` on repeat the last frame."""
        self.flush()
        points = [min(point, end - 1) for point in range(first, first + self.grid.frames)]
        return torch.stack([self.features[self.serving[point]] for point in points]).mean(0)


class ClipReader:
    """A network that looks ahead: each window is computed when its last point came."""

    def __init__(self, network, picture, grid):
        self.network, self.picture, self.grid = network, picture, grid
        self.step, self.found, self.points = grid.step, {}, collections.deque(maxlen=grid.frames)

    def take(self, point, pixels):
        self.add(point, prepare(pixels[None], self.picture)[0])

    def repeat(self, point):
        self.add(point, self.points[-1])

    def reset(self):
        self.points.clear()

    def add(self, point, frame):
        self.points.append(frame)
        first = point - self.grid.frames + 1
        if len(self.points) == self.grid.frames and first % self.step == 0:
            self.found[first] = run(self.network, torch.stack(list(self.points))).mean(0)

    def window(self, first, end):
        if first not in self.found:
            points = list(self.points)[first - end :]
            points += [points[-1]] * (self.grid.frames - len(points))
            self.found[first] = run(self.network, torch.stack(points)).mean(0)
        return self.found[first]
