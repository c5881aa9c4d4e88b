# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which kept frames a window of a clip holds.  halves: which frame each half step takes (cache.py)."""

import math
from fractions import Fraction

SLOWEST, FASTEST = 0.75, 1.33
LATE = 4  # a clip that is shorter than a window starts in its first quarter


def hop_in_points(values):
    frames, sampling = values["input"]["frames"], values["sampling"]
    return max(1, math.ceil(Fraction(round(sampling["hop"] * 1e9) * frames, round(sampling["window"] * 1e9))))


def points_of(halves, values):
    """The frames that the points of the model's grid take."""
    return halves[1::2] or halves[:1] if values["sampling"].get("at") == "centre" else halves[::2]


def of_pipeline(halves, values):
    """The windows that the element answers for, in the order of time: lists of T frames; and whether the last is partial."""
    frames, hop, points = values["input"]["frames"], hop_in_points(values), points_of(halves, values)
    found = [points[first : first + frames] for first in range(0, len(points) - frames + 1, hop)]
    rest = points[len(found) * hop :][:frames]
    if rest and (not found or rest[-1] > found[-1][-1]):
        return [*found, rest + rest[-1:] * (frames - len(rest))], True
    return found, False


def spread(found, most):
    """At most so many of them, over the whole."""
    if len(found) <= most:
        return found
    return [found[index * (len(found) - 1) // max(1, most - 1)] for index in range(most)]


def draw(rng, halves, frames, speed=1.0):
    """The frames of a window from some moment on, which is played at a speed; a clip that ends before it stands still."""
    steps = [math.ceil(2 * point * speed - 1e-9) for point in range(frames)]
    spare = len(halves) - 1 - steps[-1]
    first = int(rng.integers(spare + 1 if spare >= 0 else 1 + len(halves) // LATE))
    return [halves[min(first + step, len(halves) - 1)] for step in steps]


def speed(rng):
    return float(math.exp(rng.uniform(math.log(SLOWEST), math.log(FASTEST))))


def different(rows):
    """-> frames without repetitions, and which of these each point takes"""
    found, places = [], []
    for row in rows:
        if not found or row != found[-1]:
            found.append(row)
        places.append(len(found) - 1)
    return found, places
