# SPDX-License-Identifier: LGPL-2.1-or-later
"""The recognizer's windows are those of the oracle, over random streams; prints the smallest that differs.  Each is
seen twice: by an engine of clips, and by one that is a stream, which remembers what it was given.

    test_oracle.py DRIVER [COUNT [SEED]]
"""
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "oracle"))
from oracle import windows  # noqa: E402

MS, SECOND, HOUR = 10**6, 10**9, 3600 * 10**9
YEAR = 365 * 24 * HOUR


def random_settings(rng):
    count = rng.randint(1, 16)
    window = rng.choice([SECOND, 2 * SECOND, rng.randint(count * MS, 3 * SECOND), rng.randint(count * MS, HOUR),
                         count * MS, HOUR])
    hop = rng.choice([0, 1, window // count, window // 4, window // 2, window, rng.randint(0, 3 * window), HOUR])
    return count, window, min(hop, HOUR), rng.choice([0, 0, 1])


def frame_step(rng, window, count):
    """A typical distance of frames: a frame rate, or something of the grid's own scale."""
    return rng.choice([SECOND // rng.randint(1, 240), max(1, window // count),
                       max(1, rng.randint(window // count // 10, window // count * 3)), max(1, window * rng.randint(4, 16) // 10)])


def random_stream(rng):
    count, window, hop, centre = random_settings(rng)
    step = frame_step(rng, window, count)
    jitter, odd = rng.choice([0, 0, step // 10, step]), rng.choice([0, 0, 0.02, 0.2])
    nominal, durations = rng.choice([None, step, step // 10]), rng.choice(["own", "none", "mixed"])
    time = rng.choice([0, 0, rng.randint(0, HOUR), rng.randint(0, 100 * YEAR)])
    events = [random_range(rng, time, step, window)] if rng.random() < 0.1 else []
    clips = rng.random() < 0.3
    if clips:
        events.append(random_clip(rng, time, step))
    for _ in range(rng.randint(0, 80)):
        time += max(0, step + (rng.randint(-jitter, jitter) if jitter else 0))
        if rng.random() < odd:
            time = odd_time(rng, time, window, count, centre, events)
        own = durations == "own" or durations == "mixed" and rng.random() < 0.5
        pts = None if rng.random() < odd / 4 else time
        events.append(("frame", pts, rng.choice([step, step, 0, step // 20, window * 2]) if own else None, nominal))
        if rng.random() < odd / 3:
            events.append(rng.choice([("reset",), ("eos", 1), ("eos", 0), random_range(rng, time, step, window)]))
        if clips and rng.random() < 0.05:
            events.append(random_clip(rng, time, step))
    if rng.random() < 0.8:
        events.append(("eos", int(rng.random() < 0.9)))
    return (count, window, hop, centre), events


def odd_time(rng, time, window, count, centre, events):
    """Repeated, backward by little or much, a hole, a limit of the rules met exactly or missed by 1 ns."""
    interval = window // count
    jump = rng.choice([0, -1, -interval, -interval - 1, -rng.randint(0, window), rng.randint(0, 3 * window),
                       window // 2, window // 2 + 1, interval, interval + 1, 50 * window])
    frames = [event for event in events if event[0] == "frame" and event[1] is not None]
    if frames and rng.random() < 0.4:
        return at_the_limit(rng, frames, window, count, centre)
    anchor = rng.choice([time] + [frame[1] for frame in 2 * frames[-1:]])
    return max(0, anchor + jump + rng.choice([-1, 0, 0, 1]))


def at_the_limit(rng, frames, window, count, centre):
    """As late for a coming point of the grid as a frame may be, or 1 ns more; if the grid began with an old frame."""
    origin, last = rng.choice(frames[:1] + frames[-3:])[1], frames[-1]
    point = (last[1] - origin) * count // window + rng.randint(1, 2)
    patience = max(window // count, last[2] or last[3] or 0)
    return max(0, origin + (2 * point + centre) * window // (2 * count) + rng.choice([0, patience])
               + rng.choice([-1, 0, 0, 1]))


def random_range(rng, time, step, window):
    """Often begins or ends with a frame that comes."""
    start = rng.choice([max(0, time + rng.randint(-window, window)), time, time + step * rng.randint(1, 5)])
    return "range", start, start + rng.choice([rng.randint(1, 4 * window), step * rng.randint(1, 20)])


def random_clip(rng, time, step):
    """Of the frames that come, some more or some fewer; rarely over already."""
    return "clip", max(0, time + step * rng.choice([rng.randint(1, 90), rng.randint(1, 10), rng.randint(-5, 1)])
                       + rng.choice([-1, 0, 0, 1]))


def as_text(settings, events):
    lines = ["%s %d %d %d %d" % settings]
    for kind, *values in events:
        lines.append(" ".join([kind] + ["-" if value is None else str(value) for value in values]))
    return "\n".join(lines + ["end\n"])


def run(driver, streams):
    """What the driver says about each of the streams: lines of numbers."""
    text = "".join(as_text(*stream) for stream in streams)
    done = subprocess.run([driver], input=text, stdout=subprocess.PIPE, text=True, check=False)
    answers, lines = [], []
    for line in done.stdout.splitlines():
        if line == "end":
            answers.append(lines)
            lines = []
        else:
            lines.append(line)
    return answers + [["the driver crashed (%d)" % done.returncode]] * (len(streams) - len(answers))


def histories(frames):
    """frame -> fake_history() of all frames up to it."""
    found, history = {}, 0
    for frame in frames:
        history = found[frame] = (history + frame + 1) * 6364136223846793005 % 2**64
    return found


def points(kind, window):
    """As the driver prints them; a stream's depend on all that came before in its grid, and on nothing else."""
    if kind == "stream":
        return window.points
    history = histories([frame.pts for frame in window.past])
    return ["%d/%d" % (point, history[point]) for point in window.points]


def expected(stream):
    (kind, count, window, hop, centre), events = stream
    return ["%d %d %d %d %d %d %d %s" % (index, found.event, found.start, found.end, found.frames, found.gaps,
                                         found.partial, " ".join(map(str, points(kind, found))))
            for index, found in enumerate(windows(events, count, window, hop, centre))]


def smaller(stream):
    """Streams that are simpler in one thing, the boldest first."""
    settings, events = stream
    for size in (len(events) // 2, len(events) // 4, 1):
        for first in range(0, len(events), max(size, 1)):
            if size:
                yield settings, events[:first] + events[first + size:]
    times = [value for kind, *values in events for value in values[:1] if kind == "frame" and value is not None]
    base = min(times, default=0)
    if base:
        yield settings, [shift(event, base) for event in events]
    for number, event in enumerate(events):
        if event[0] == "frame" and (event[2] is not None or event[3] is not None):
            yield settings, events[:number] + [("frame", event[1], None, None)] + events[number + 1:]
    yield from rounder(settings, events)


def rounder(settings, events):
    """Streams with rounder, and then with smaller numbers."""
    kind, count, window, hop, centre = settings
    for unit in (SECOND, MS, 1000):
        candidate = (kind, count, max(count * MS, window // unit * unit), hop // unit * unit, centre), events
        if candidate[0] != settings:
            yield candidate
        for number, event in enumerate(events):
            rounded = tuple(value // unit * unit if isinstance(value, int) else value for value in event)
            if event[0] in ("frame", "range", "clip") and rounded != event:
                yield settings, events[:number] + [rounded] + events[number + 1:]
    if window >= 10 * count * MS:
        yield (kind, count, window // 10, hop // 10, centre), [tenth(event) for event in events]


def tenth(event):
    if event[0] not in ("frame", "range", "clip"):
        return event
    return tuple(value // 10 if isinstance(value, int) else value for value in event)


def shift(event, base):
    if event[0] == "frame" and event[1] is not None:
        return ("frame", event[1] - base) + event[2:]
    if event[0] == "range":
        return "range", max(0, event[1] - base), max(1, event[2] - base)
    if event[0] == "clip":
        return "clip", max(0, event[1] - base)
    return event


def shrink(driver, stream):
    progress = True
    while progress:
        progress = False
        candidates = list(smaller(stream))
        for candidate, answer in zip(candidates, run(driver, candidates)):
            if answer != expected(candidate):
                stream, progress = candidate, True
                break
    return stream


def main():
    driver = sys.argv[1]
    usual = 10000 if os.environ.get("MSNET_TEST_LONG") else 200
    count, seed = [int(value) for value in sys.argv[2:4]] + [usual, 1][len(sys.argv) - 2:]
    rng = random.Random(seed)
    streams = [((kind,) + settings, events) for settings, events in [random_stream(rng) for _ in range(count)]
               for kind in ("stream", "follow")]
    total = 0
    for stream, answer in zip(streams, run(driver, streams)):
        total += len(answer)
        if answer == expected(stream):
            continue
        stream = shrink(driver, stream)
        print(as_text(*stream) + "oracle:\n" + "\n".join(expected(stream)))
        print("recognizer:\n" + "\n".join(run(driver, [stream])[0]))
        return 1
    print(f"{count} streams, each seen in two ways, with {total} windows agree")
    return 0 if total > 2 * count else 1


if __name__ == "__main__":
    sys.exit(main())
