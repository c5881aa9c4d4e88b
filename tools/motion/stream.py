# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measure the `motion` model in streams that go on, beside isolated windows.

    tools/evaluate-stream changes|still [--model motion] [--build build]

changes: long streams over real videos that training never saw, under a virtual camera that does something else every
few seconds; the share of right answers in steady state, and as a function of the time since the change (--picture).
still: ten minutes of still picture, then a pan, beside ten seconds of it.

Streams go through the element as they are, isolated windows as clips with holes between them; `--twin` asks the
PyTorch twin for the streams.
"""

import argparse

import cv2
import numpy as np
import torch

from msnet_evaluate.interval import interval
from msnet_torch import load_model

from . import curve, element, live, twin
from .cadence import CADENCES, INTERVAL
from .evaluate import SEED
from .paths import POINTS
from .taxonomy import CLASS, LABELS, OBJECT
from .videos import cache_videos

WAYS = ("isolated", "stream")
AFTER = 2.0
EVERY_POINT = "hop=%d" % round(INTERVAL * 1e9)
SECONDS_STILL = (10, 600)
SETTLED = 24


def ask_element(options, pictures, *properties):
    """Scores of every window, [windows, classes]."""
    found = []
    for answer in element.answers(options.model, pictures, options.build, ["top-k=%d" % len(LABELS), *properties]):
        order = np.argsort([CLASS[label] for label in answer["labels"]])
        found.append(np.array(answer["scores"])[order])
    return np.array(found)


def ask_stream(options, pictures, sampled, serving):
    """Scores at every point from the T-th on.  pictures: all frames with times; sampled: those that points take."""
    if not options.twin:
        return ask_element(options, pictures, EVERY_POINT)
    model, values = load_model(options.twin)
    return twin.stream_scores(model, values["input"]["size"], sampled, serving)


def windows_of(stream):
    """Each window of the stream as a clip of its own, from zero state."""
    for last in range(POINTS, len(stream.points.serving) + 1):
        yield stream.sampled[stream.points.serving[last - POINTS : last]], 1 / INTERVAL


def ask_both(options, stream):
    """The best class at every point from the T-th on: of isolated windows and of the stream."""
    pictures = ((picture, time, stream.duration) for picture, time in zip(stream.frames, stream.times))
    answers = [ask_element(options, element.apart(windows_of(stream))),
               ask_stream(options, pictures, stream.sampled, stream.points.serving)]
    expected = len(stream.points.serving) - POINTS + 1
    if any(len(part) != expected for part in answers):
        raise RuntimeError("%s: %d windows, but %d isolated answers and %d of the stream" % (
            stream.source, expected, *map(len, answers)))
    return [part.argmax(1) for part in answers]


def right(answers, labels, strict=False):
    """An object in a still picture is a still camera: people move in these videos."""
    still = (labels == CLASS["still"]) & np.isin(answers, [CLASS[label] for label in OBJECT])
    return (answers == labels) | (still & (not strict))


def table(stream, isolated, whole):
    """One row an answer about a leg that tracked corners confirm: (leg, steady, since, label, isolated, stream)."""
    rows = []
    frames = stream.points.frames[stream.points.serving]
    for first, (oldest, newest) in enumerate(zip(frames, frames[POINTS - 1 :])):
        leg = stream.legs[newest]
        if stream.confirmed[leg]:
            since = stream.times[newest] - stream.course.begins[leg]
            label = CLASS[stream.course.labels[leg]]
            rows.append((leg, stream.legs[oldest] == leg, since, label, isolated[first], whole[first]))
    return np.array(rows, float).reshape(-1, 6)


def collect(options, cadence):
    """source -> rows of all its streams."""
    found = {}
    index = cache_videos(options.data, options.cache)
    for stream in live.streams(index, options.data, options.each, options.seconds, cadence, SEED):
        found.setdefault(stream.source, []).append(table(stream, *ask_both(options, stream)))
    return {source: np.concatenate(parts) for source, parts in found.items()}


def shares(rows, strict=False):
    """Share of right answers, isolated and stream."""
    return np.array([right(rows[:, column], rows[:, 3], strict).mean() for column in (4, 5)])


def difference(by_source):
    """95 % interval of stream minus isolated when sources are drawn again."""
    sources = [source for source, rows in by_source.items() for _ in rows]
    rows = np.concatenate(list(by_source.values()))
    isolated, stream = (right(rows[:, column], rows[:, 3]) for column in (4, 5))
    return interval(sources, stream.astype(float) - isolated)[:2]


def since_change(rows):
    """Seconds since the change, and the share of right answers of both, up to AFTER."""
    later = rows[rows[:, 0] > 0]
    steps = np.ceil(later[:, 2] / INTERVAL - 1e-6).astype(int)
    count = int(AFTER / INTERVAL)
    return (np.arange(count) + 0.5) * INTERVAL, np.stack([shares(later[steps == step + 1]) for step in range(count)])


def crossing(times, share, level):
    """When the share first reaches a level, between two steps."""
    above = np.flatnonzero(share >= level)
    if len(above) == 0:
        return np.nan
    first = above[0]
    return times[0] if first == 0 else np.interp(level, share[first - 1 : first + 1], times[first - 1 : first + 1])


def report(cadence, by_source):
    """Print what was found; returns the curve."""
    steady = {source: rows[rows[:, 1] == 1] for source, rows in by_source.items()}
    rows = np.concatenate(list(steady.values()))
    level = shares(rows)
    print("%s frames a second: %d answers in steady state, %d sources" % (cadence, len(rows), len(by_source)))
    print("  right: isolated %.3f, stream %.3f; stream - isolated %+.3f (95 %% interval %+.3f to %+.3f)" % (
        *level, np.diff(level)[0], *difference(steady)))
    print("  strict: isolated %.3f, stream %.3f" % tuple(shares(rows, True)))
    times, curves = since_change(np.concatenate(list(by_source.values())))
    for way, share, steady_share in zip(WAYS, curves.T, level):
        print("  %-8s half of the answers right %.2f s after a change, nine tenths of steady state after %.2f s" % (
            way, crossing(times, share, 0.5), crossing(times, share, 0.9 * steady_share)))
    for label in np.unique(rows[:, 3]).astype(int):
        mine = rows[rows[:, 3] == label]
        print("    %-10s %4d answers   isolated %.3f   stream %.3f" % (LABELS[label], len(mine), *shares(mine)), flush=True)
    return times, curves


def changes(options):
    curves = {cadence: report(cadence, collect(options, cadence)) for cadence in options.cadences}
    if options.picture:
        curve.draw(options.picture, curves)


def noticed(scores, label):
    """Seconds from the first frame of the pan to the first answer that says so."""
    told = np.flatnonzero(scores[-live.PAN_POINTS :].argmax(1) == CLASS[label])
    return told[0] * INTERVAL if len(told) else np.nan


def still(options):
    """The same still seconds and the same pan after ten seconds and after ten minutes."""
    index = cache_videos(options.data, options.cache)
    for scene in live.scenes(index, options.data, SEED):
        found = []
        for seconds in SECONDS_STILL:
            count = int(seconds / INTERVAL) + live.PAN_POINTS
            numbers = np.arange(-count, 0)
            pictures = ((scene.frame(n), k * INTERVAL, INTERVAL) for k, n in enumerate(numbers))
            found.append(ask_stream(options, pictures, scene.frames(numbers), np.arange(count)))
        early, late = (scores[SETTLED - int(SECONDS_STILL[0] / INTERVAL) - live.PAN_POINTS :] for scores in found)
        last = -live.PAN_POINTS - 1
        print("%-40s before the pan %s %.4f after %d s, %s %.4f after %d s; %s noticed after %.3f and %.3f s; "
              "largest difference of any score %.1e" % (
                  scene.name, *told(early[last]), SECONDS_STILL[0], *told(late[last]), SECONDS_STILL[1], scene.label,
                  noticed(early, scene.label), noticed(late, scene.label), np.abs(early - late).max()), flush=True)


def told(scores):
    return LABELS[scores.argmax()], scores.max()


def main():
    parser = argparse.ArgumentParser(prog="evaluate-stream", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("changes", "still"))
    parser.add_argument("--model", default="motion", help="name or path")
    parser.add_argument("--build", default="build", help="build folder of the plugin")
    parser.add_argument("--data", default="../shared/data", help="folder of real videos")
    parser.add_argument("--cache", default=".cache/motion", help="folder for decoded pictures and videos")
    parser.add_argument("--each", type=int, default=1, help="streams a source")
    parser.add_argument("--seconds", type=float, default=30.0, help="length of a stream")
    parser.add_argument("--cadences", nargs="+", choices=list(CADENCES), default=list(CADENCES))
    parser.add_argument("--twin", metavar="PATH", help="streams by the PyTorch twin of this model file, not the element")
    parser.add_argument("--picture", help="write the delay curves here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    {"changes": changes, "still": still}[options.what](options)


if __name__ == "__main__":
    main()
