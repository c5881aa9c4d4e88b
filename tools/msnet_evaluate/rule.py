# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which frames of a clip the authors' tests look at: those that the data set code of TSM and MotionSqueeze chooses.

All numbers count from 0.  Each function gives a list of lists of T numbers; each list is one clip of the network.
"""

import numpy as np

DENSE_RANGE = 64
DENSE_CLIPS = 10


def segments(frames, points, clips=1):
    """The centres of T equal parts of the whole; a second clip takes their starts.

    In double precision and cut off, as the authors do it: with 7 points, say, a centre may come out one frame lower.
    """
    tick = frames / points
    starts = [tick / 2 + tick * index for index in range(points)], [tick * index for index in range(points)]
    return [[int(start) for start in row] for row in starts[:clips]]


def dense(frames, points, clips=DENSE_CLIPS):
    """Clips of 64 frames, every 64 / T-th of them, from starts that are spread over the whole; a short one is repeated."""
    latest = max(0, frames - DENSE_RANGE)
    stride = DENSE_RANGE // points
    return [[(int(start) + index * stride) % frames for index in range(points)]
            for start in np.linspace(0, latest, num=clips, dtype=int)]
