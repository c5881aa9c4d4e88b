# SPDX-License-Identifier: LGPL-2.1-or-later
"""A causal network over a stream: each new frame computed once, an answer at every point.

A point that repeats a frame (a gap, or fewer frames than points) repeats that frame's
logits; state moves only with new frames.  An answer is the mean over the last T points.
"""

import collections

import torch


def sliding_mean(logits, count):
    """Logits of points [N, K, classes] -> means of `count` in a row [N, K - count + 1, classes]."""
    return logits.unfold(1, count, 1).mean(-1)


def whole(model, frames, serving, count):
    """All answers of a stream at once.

    frames: [N, L, 3, S, S], all that are sampled; serving: [K], which of them each point takes;
    count: T -> [N, K - T + 1, classes]
    """
    return sliding_mean(model(frames)[:, serving], count)


class Stream:
    """The same, one point at a time."""

    def __init__(self, model, count):
        self.model, self.state = model, {}
        self.points = collections.deque(maxlen=count)

    def point(self, frame=None):
        """frame: [3, S, S], or None where the point repeats the last one -> logits [classes], or None before T points."""
        if frame is None:
            self.points.append(self.points[-1])
        else:
            with torch.no_grad():
                self.points.append(self.model(frame[None, None], state=self.state)[0, 0])
        return torch.stack(list(self.points)).mean(0) if len(self.points) == self.points.maxlen else None
