# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which frames the points of a clip take, by the element's rules (docs/time.md), and at half steps between them, too."""

from fractions import Fraction


class Phase:
    """Every second of the half steps: the points of one grid.

    points: for each one decided, the number of the frame (as counted by the caller) that it takes
    """

    def __init__(self, window, frames, phase):
        """window: ns; frames: T; phase: 0, points at the starts of T equal parts, or 1, at their centres"""
        self.step, self.phase, self.interval = Fraction(window, 2 * frames), phase, window // frames
        self.points, self.last = [], None

    def push(self, number, time, before):
        """A frame.  time: ns since the grid's start; before: duration of the frame before it -> whether a point takes it"""
        taken = False
        while (point := int((2 * len(self.points) + self.phase) * self.step)) <= time:
            gap = time > point + max(self.interval, before) and self.last is not None
            self.points.append(self.last if gap else number)
            taken |= not gap
        if taken:
            self.last = number
        return taken


class Sampler:
    """Both phases over a video's frames.  After a hole a grid begins anew; the longest one counts."""

    def __init__(self, window, frames):
        self.window, self.frames, self.grids = window, frames, []
        self.time, self.duration, self.spacing = None, 0, 0

    def begin(self, time):
        self.start, self.phases = time, [Phase(self.window, self.frames, phase) for phase in (0, 1)]
        self.grids.append(self.phases)

    def push(self, number, time, duration=None):
        """A frame.  time: its PTS in ns, or None; duration: ns, or None if it is unknown -> whether it is sampled"""
        if time is None:
            time = None if self.time is None else self.time + self.duration
        if time is None or (self.time is not None and time <= self.time):
            return False
        before, since = self.duration, 0 if self.time is None else time - self.time
        if self.time is None or since > max(before, self.spacing) + self.window // 2:
            self.begin(time)
            before = 0
        self.time, self.spacing = time, min(max(since, self.spacing - since // 2), self.window)
        self.duration = min(since if duration is None else duration, self.window)
        return bool(sum([phase.push(number, time - self.start, before) for phase in self.phases]))

    def count(self):
        """Half steps so far of the grid that runs."""
        return sum(len(phase.points) for phase in self.phases) if self.grids else 0

    def halves(self):
        """-> the frames that the half steps of the longest grid take, by their numbers"""
        starts, centres = ([phase.points for phase in max(self.grids, key=lambda grid: len(grid[0].points))]
                           if self.grids else ([], []))
        return [number for pair in zip(starts, centres) for number in pair] + starts[len(centres):]
