# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which windows a stream has: DESIGN.md's rules of time (1 to 5) over a whole stream at once, in plain integers.

A stream is a list of events:
    ("frame", pts, duration, nominal)  ns, None where unknown; nominal: 1 / frame rate of the caps
    ("frame", pts, duration, nominal, True)  there was no room for it: all that it would have served are gaps
    ("range", start, stop)             frames with a PTS outside [start, stop) are not sampled
    ("reset",)                         flush, another stream, another picture
    ("eos", complete)                  the end; complete: the open window is completed by the last frame
"""
from collections import namedtuple

Frame = namedtuple("Frame", "pts duration event refused", defaults=[False])
Point = namedtuple("Point", "frame gap event")  # event: what decided it
Window = namedtuple("Window", "event start end frames gaps partial points past")


def grids(events, interval, window):
    """The stream cut at every reset: [(frames in order of time, how it ends)], frames as the rules see them."""
    frames, start, stop, spacing = [], 0, float("inf"), 0
    for number, (kind, *values) in enumerate(events):
        if kind == "range":
            start, stop = values
        elif kind in ("reset", "eos"):
            yield frames, (number, values[0]) if kind == "eos" else None
            frames, spacing = [], 0
        else:
            pts, duration, nominal, *refused = values
            last = frames[-1] if frames else None
            if pts is None and last:
                pts = last.pts + last.duration
            if pts is None or not start <= pts < stop:
                continue
            distance = pts - last.pts if last else 0
            left_hole = last and 2 * (distance - max(last.duration, spacing)) > window
            if distance < -interval or left_hole:
                yield frames, None
                frames = []
            if frames and distance <= 0:
                continue
            distance = max(distance, 0)
            spacing = min(window, max(distance, spacing - distance // 2))
            duration = [time for time in (duration, nominal, distance) if time is not None][0]
            frames = frames + [Frame(pts, min(duration, window), number, any(refused))]
    yield frames, None


def points(frames, count, interval, window):
    """All points of one grid that its frames decide."""
    decided, k = [], 0
    for before, frame in zip([None] + frames, frames):
        patience = max(interval, before.duration) if before else interval
        while frames[0].pts + k * window // count <= frame.pts:
            gap = frame.refused or frame.pts > frames[0].pts + k * window // count + patience
            sampled = [point.frame for point in decided if not point.gap]
            decided.append(Point(sampled[-1] if gap else frame, gap, frame.event))
            k += 1
    return decided


def describe(decided, first, chosen, event, partial):
    """past: what a stream computed by the window's end: the Frames of all of the grid's points, oldest first."""
    seen = decided[:first] + chosen
    return Window(event, chosen[0].frame.pts, chosen[-1].frame.pts, len({point.frame.pts for point in chosen}),
                  sum(point.gap for point in chosen), partial, [point.frame.pts for point in chosen],
                  sorted({point.frame for point in seen}, key=lambda frame: frame.pts))


def windows(events, count, window, hop):
    """All windows of a stream, in the order in which they are due.  count: T; window, hop: ns"""
    interval = window // count
    step = max(1, -(-hop * count // window))
    found = []
    for frames, end in grids(events, interval, window):
        decided = points(frames, count, interval, window)
        whole = [decided[n:n + count] for n in range(0, len(decided) - count + 1, step)]
        found += [describe(decided, n * step, chosen, chosen[-1].event, False) for n, chosen in enumerate(whole)]
        start = len(whole) * step
        open_points = decided[start:]
        if end and end[1] and open_points:
            last = open_points[-1]
            if not whole or last.frame.pts > whole[-1][-1].frame.pts:
                missing = count - len(open_points)
                found.append(describe(decided, start, open_points + [last._replace(gap=False)] * missing, end[0], True))
    return found
