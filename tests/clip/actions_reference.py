# SPDX-License-Identifier: LGPL-2.1-or-later
"""Actions by DESIGN.md's rules, a whole stream at a time, against the element's code on random scores.

    python3 tests/clip/actions_reference.py PRINT_ACTIONS [SEQUENCES [FIRST_SEED]]

A difference prints the smallest stream that still shows it, as PRINT_ACTIONS reads it.
"""

import math
import random
import struct
import subprocess
import sys
from collections import namedtuple

Params = namedtuple("Params", "enter leave smoothing min_duration")
Result = namedtuple("Result", "step start end scores params")
RESET = "reset"
SECOND = 10 ** 9


# What DESIGN.md says: a stream is a list of steps, each Params, (start, end, scores) or RESET.

def split(steps):
    """The stretches between resets, each (results, step at which it is cut)."""
    stretches, results, params = [], [], None
    for step, what in enumerate(steps):
        if what == RESET:
            stretches.append((results, step))
            results = []
        elif isinstance(what, Params):
            params = what
        else:
            results.append(Result(step, *what, params))
    return stretches


def middle(result):
    return (result.start + result.end) // 2


def means(results, number):
    """The exponential mean of one class at each result."""
    values = []
    for before, result in zip([None] + results, results):
        score, smoothing = result.scores[number], result.params.smoothing
        if before is None or smoothing == 0:
            values.append(score)
        else:
            weight = 1 - math.exp(-(middle(result) - middle(before)) / smoothing)
            values.append(values[-1] + weight * (score - values[-1]))
    return values


def spans(results, values):
    """(first, last + 1): the results over which a class is on; last + 1 is where it has left, if it has."""
    first, found = None, []
    for index, (result, value) in enumerate(zip(results, values)):
        if first is None and value >= result.params.enter:
            first = index
        elif first is not None and value < result.params.leave:
            found.append((first, index))
            first = None
    return found + ([(first, len(results))] if first is not None else [])


def class_changes(results, cut, number):
    """(step, is begin, class, start, end or None, peak) of one class in one stretch."""
    values = means(results, number)
    for first, after in spans(results, values):
        start = middle(results[first])
        told = [index for index in range(first, after)
                if middle(results[index]) - start >= results[index].params.min_duration]
        if not told:
            continue
        yield results[told[0]].step, True, number, start, None, max(values[first:told[0] + 1])
        peak = max(values[first:after])
        if after < len(results):
            yield results[after].step, False, number, start, middle(results[after]), peak
        else:
            yield cut, False, number, start, results[-1].end, peak


def reference(background, steps):
    """All changes of a stream: by step, ends before begins, by class."""
    return sorted((change for results, cut in split(steps) for number, skipped in enumerate(background)
                   if not skipped for change in class_changes(results, cut, number)), key=lambda change: change[:3])


# Random streams.

def single(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def random_params(rng):
    enter = rng.choice((0.25, 0.5, 0.75, rng.random()))
    leave = rng.choice((enter, enter * rng.random(), 0.25 if enter >= 0.25 else 0.0))
    smoothing = rng.choice((0, 0, 1, rng.randrange(SECOND), rng.randrange(20 * SECOND)))
    return Params(enter, leave, smoothing, rng.choice((0, 0, rng.randrange(3 * SECOND))))


def random_scores(rng, scores):
    """Scores that stay for a while, often values that meet a threshold exactly."""
    def next_score(score):
        if rng.random() < 0.6:
            return score
        return rng.choice((rng.randrange(9) / 8, single(rng.random())))
    return tuple(next_score(score) for score in scores)


def random_stream(seed):
    rng = random.Random(seed)
    background = [int(rng.random() < 0.2) for _ in range(rng.randint(1, 5))]
    window, hop = rng.randrange(2 * SECOND), rng.choice((1, SECOND // 4, rng.randrange(1, SECOND)))
    steps, time, scores = [random_params(rng)], rng.randrange(10 ** rng.randint(1, 17)), (0.0,) * len(background)
    for _ in range(rng.randint(0, 60)):
        what = rng.random()
        if what < 0.06:
            steps.append(RESET)
            time = rng.randrange(10 ** rng.randint(1, 17))
        elif what < 0.1:
            steps.append(random_params(rng))
        else:
            time += 0 if what < 0.15 else hop + rng.randrange(hop)
            scores = random_scores(rng, scores)
            steps.append((time, time + window, scores))
    return background, steps + [RESET]


# The code under test.

def text_of(background, steps):
    lines = ["classes " + " ".join(map(str, background))]
    for what in steps:
        if what == RESET:
            lines.append(RESET)
        elif isinstance(what, Params):
            lines.append("params %.17g %.17g %d %d" % what)
        else:
            lines.append("result %d %d %s" % (what[0], what[1], " ".join("%.9g" % score for score in what[2])))
    return "\n".join(lines) + "\n"


def parse(line, step):
    kind, number, start, *rest = line.split()
    end = int(rest[0]) if kind == "end" else None
    return step, kind == "begin", int(number), int(start), end, float(rest[-1])


def run(program, streams):
    """The changes that the program tells of each stream."""
    text = "".join(text_of(*stream) for stream in streams)
    lines = iter(subprocess.run([program], input=text, capture_output=True, text=True, check=True).stdout.splitlines())
    found = []
    for _, steps in streams:
        changes = []
        for step in range(-1, len(steps)):
            changes += [parse(line, step) for line in iter(lines.__next__, ".")]
        found.append(changes)
    return found


def equal(expected, found):
    return len(expected) == len(found) and all(
        a[:5] == b[:5] and abs(a[5] - b[5]) < 1e-7 for a, b in zip(expected, found))


def unpaired(changes):
    """Classes that end without a begin, begin twice, or are left on."""
    on, odd = set(), set()
    for _, begins, number, *_ in changes:
        if begins == (number in on):
            odd.add(number)
        (on.add if begins else on.discard)(number)
    return on | odd


def fault(stream, found):
    """What is wrong with the changes found, or None."""
    expected = reference(*stream)
    if not equal(expected, found):
        return "expected %s\nfound    %s" % (expected, found)
    return "left open, or without a begin: %s" % unpaired(found) if unpaired(found) else None


def shrink(program, stream):
    """Leaves out step after step while the fault stays."""
    background, steps = stream
    index = 1
    while index < len(steps) - 1:
        fewer = steps[:index] + steps[index + 1:]
        if fault((background, fewer), run(program, [(background, fewer)])[0]):
            steps = fewer
        else:
            index += 1
    return background, steps


def main():
    program = sys.argv[1]
    count, first = [int(word) for word in sys.argv[2:]] + [200, 1][len(sys.argv) - 2:]
    streams = [random_stream(seed) for seed in range(first, first + count)]
    told = 0
    for seed, (stream, found) in enumerate(zip(streams, run(program, streams)), first):
        told += len(found)
        if fault(stream, found):
            stream = shrink(program, stream)
            print("seed %d:\n%s%s" % (seed, text_of(*stream), fault(stream, run(program, [stream])[0])))
            sys.exit(1)
    print("%d streams, %d begins and ends, all as expected" % (count, told))
    sys.exit(0 if told >= count else 1)


if __name__ == "__main__":
    main()
