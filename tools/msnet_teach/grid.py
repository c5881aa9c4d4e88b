# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which frames the points of a stream take, and which points are a window: the element's rules (docs/DESIGN.md, Time)."""

SECOND = 10**9


class Grid:
    """frames: T; window: ns; step: points from one window to the next.

    picture, sampling: the objects of `msnet.input` and `msnet.sampling` in a model file
    """

    def __init__(self, picture, sampling):
        self.frames, self.window = picture["frames"], round(sampling["window"] * SECOND)
        self.step = max(1, -(-round(sampling["hop"] * SECOND) * self.frames // self.window))
        self.halves = 1 if sampling.get("at") == "centre" else 0

    def offset(self, point):
        """ns from the first frame to a point."""
        return (2 * point + self.halves) * self.window // (2 * self.frames)


class Sampler:
    """Tells which points a frame decides, frame by frame."""

    def __init__(self, grid):
        self.grid, self.point, self.first, self.last, self.sampled = grid, 0, None, None, False

    def take(self, pts, duration):
        """-> [(point, whether it takes this frame)]: the others are gaps, which the last sampled frame fills."""
        if self.last is None:
            self.first = pts
        elif pts <= self.last[0]:
            return []
        patience = max(self.grid.window // self.grid.frames, self.last[1] if self.last else 0)
        self.last, found, sampled = (pts, min(duration, self.grid.window)), [], self.sampled
        while (due := self.first + self.grid.offset(self.point)) <= pts:
            found.append((self.point, not sampled or pts <= due + patience))
            self.sampled |= found[-1][1]
            self.point += 1
        return found


def windows_of(grid, serving, start=None, end=None):
    """First points of the windows that a span is about.

    serving: the number of the frame that each point of the recording shows; start, end: seconds from the first frame, or
    None: the whole recording, as the element answers for it, with the partial window of its end.
    """
    last = grid.frames - 1
    firsts = list(range(0, len(serving) - last, grid.step))
    if start is None and end is None:
        return firsts + partial(serving, grid.step * len(firsts), firsts[-1] + last if firsts else None)
    start, end = (start or 0) * SECOND, float("inf") if end is None else end * SECOND
    inside = [first for first in firsts if start <= grid.offset(first) and grid.offset(first + last) <= end]
    if inside or not firsts or start > grid.offset(len(serving) - 1):
        return inside
    middle = (start + min(end, grid.offset(len(serving) - 1))) / 2  # too short for a window: the one around it
    return [min(firsts, key=lambda first: abs(grid.offset(first) + grid.window // 2 - middle))]


def partial(serving, first, answered):
    """The window that the end completes, if it shows a frame that no whole window showed.  answered: the last point of these"""
    is_new = first < len(serving) and (answered is None or serving[-1] > serving[answered])
    return [first] if is_new else []
