# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which windows a stream has: DESIGN.md's rules of time (1 to 5) over a whole stream at once, in plain integers.

A stream is a list of events:
    ("frame", pts, duration, nominal)  ns, None where unknown; nominal: 1 / frame rate of the caps
    ("frame", pts, duration, nominal, True)  there was no room for it: all that it would have served are gaps
    ("range", start, stop)             frames with a PTS outside [start, stop) are not sampled
    ("clip", end)                      grids that start from now on are clips, which end at PTS end; for all or none
    ("reset",)                         flush, another stream, another picture
    ("eos", complete)                  the end; complete: the open window is completed by the last frame
"""
from collections import namedtuple

MS = 10**6
Grid = namedtuple("Grid", "frames end window clip")  # frames in order of time; end: how it ends, or None
Frame = namedtuple("Frame", "pts duration event refused stated")  # stated: the duration is not a guess
Point = namedtuple("Point", "frame gap event")  # event: what decided it
Window = namedtuple("Window", "event start end frames gaps partial points past length")


def grids(events, count, window):
    """The stream cut at every reset, its frames as the rules see them; count: T; window: ns, of what is no clip."""
    frames, start, stop, spacing, clip = [], 0, float("inf"), 0, None
    for number, (kind, *values) in enumerate(events):
        if kind == "range":
            start, stop = values
        elif kind == "clip":
            clip = values[0]
        elif kind in ("reset", "eos"):
            yield Grid(frames, (number, values[0]) if kind == "eos" else None, window, clip is not None)
            frames, spacing = [], 0
        else:
            pts, duration, nominal, *refused = values
            last = frames[-1] if frames else None
            if pts is None and last:
                pts = last.pts + last.duration
            if pts is None or not start <= pts < stop:
                continue
            distance = pts - last.pts if last else 0
            left_hole = last and clip is None and 2 * (distance - max(last.duration, spacing)) > window
            if distance < -(window // count) or left_hole:
                yield Grid(frames, None, window, clip is not None)
                frames = []
            if frames and distance <= 0:
                continue
            if not frames and clip is not None:
                window = max(clip - pts, count * MS)
            distance = max(distance, 0)
            spacing = min(window, max(distance, spacing - distance // 2))
            stated = duration is not None or nominal is not None
            duration = [time for time in (duration, nominal, distance) if time is not None][0]
            frames = frames + [Frame(pts, min(duration, window), number, any(refused), stated)]
    yield Grid(frames, None, window, clip is not None)


def points(grid, count, centre=False):
    """All points of a grid that its frames decide; centre: they lie at the centres of the parts of a window."""
    frames, interval = grid.frames, grid.window // count
    decided, k = [], 0
    for before, frame in zip([None] + frames, frames):
        patience = max(interval, before.duration) if before else interval
        sampled = [point.frame for point in decided if not point.gap]
        lasts = frame.duration * 3 // 2 if frame.stated else 0
        is_last = grid.clip and frame.pts + lasts >= frames[0].pts + grid.window
        while not grid.clip or k < count:
            point = frames[0].pts + (2 * k + centre) * grid.window // (2 * count)
            if point > frame.pts and not is_last:
                break
            is_late = frame.pts > point + patience and not (grid.clip and k == count - 1)
            gap = bool(sampled) and (frame.refused or is_late)
            decided.append(Point(sampled[-1] if gap else frame, gap, frame.event))
            k += 1
    return decided


def describe(decided, first, chosen, event, partial, length):
    """past: what a stream computed by the window's end: the Frames of all of the grid's points, oldest first."""
    seen = decided[:first] + chosen
    return Window(event, chosen[0].frame.pts, chosen[-1].frame.pts, len({point.frame.pts for point in chosen}),
                  sum(point.gap for point in chosen), partial, [point.frame.pts for point in chosen],
                  sorted({point.frame for point in seen}, key=lambda frame: frame.pts), length)


def windows(events, count, window, hop, centre=False):
    """All windows of a stream, in the order in which they are due.  count: T; window, hop: ns"""
    step = max(1, -(-hop * count // window))
    found = []
    for grid in grids(events, count, window):
        decided = points(grid, count, centre)
        whole = [decided[n:n + count] for n in range(0, len(decided) - count + 1, step)]
        found += [describe(decided, n * step, chosen, chosen[-1].event, False, grid.window)
                  for n, chosen in enumerate(whole)]
        start = len(whole) * step
        open_points = decided[start:]
        if grid.end and grid.end[1] and open_points:
            last = open_points[-1]
            if not whole or last.frame.pts > whole[-1][-1].frame.pts:
                missing = count - len(open_points)
                chosen = open_points + [last._replace(gap=False)] * missing
                found.append(describe(decided, start, chosen, grid.end[0], True, grid.window))
    return found
