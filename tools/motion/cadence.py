# SPDX-License-Identifier: LGPL-2.1-or-later
"""When the frames of a live stream come, and which of them its points take."""

import numpy as np

from .paths import POINTS, WINDOW

INTERVAL = WINDOW / POINTS


def steady(rng, seconds, rate):
    return np.arange(int(seconds * rate)) / rate


def irregular(rng, seconds, rate):
    """No frame on time, and now and then three or four that are missing."""
    count = int(seconds * rate)
    times = (np.arange(count) + rng.uniform(-0.4, 0.4, count)) / rate
    return drop(rng, times - times[0], 3.0, (3, 4))


def drop(rng, times, every, missing):
    """Leave out a few frames in a row every few seconds."""
    keep = np.ones(len(times), bool)
    for time in np.arange(every, times[-1], every) * rng.uniform(0.9, 1.1):
        first = int(np.searchsorted(times, time))
        keep[first : first + int(rng.integers(missing[0], missing[1] + 1))] = False
    return times[keep]


def stalls(rng, seconds, rate):
    """A third of a second without frames every two seconds."""
    return drop(rng, steady(rng, seconds, rate), 2.0, (int(rate * 0.25), int(rate * 0.4)))


# how frames come -> times of a stream, and frames a second as the caps say
CADENCES = {"25": (steady, 25), "12-irregular": (irregular, 12), "25-stalls": (stalls, 25), "5": (steady, 5)}

# what training sees: share, how frames come, frames a second
TRAINED = ((0.40, steady, (10, 12, 12.5, 15, 20, 24, 25, 30, 50, 60)), (0.30, steady, (4, 5, 6, 7.5, 8)),
           (0.15, irregular, (10, 12, 15)), (0.15, stalls, (12, 25, 30)))
LATEST_START = 2.0


class Points:
    """Which frames a stream's points take, by the rules of docs/time.md.

    times: of the frames, in seconds from 0; duration: of each.  frames: the sampled ones; serving: which of these each
    point takes, so that a number twice is a frame that is repeated.
    """

    def __init__(self, times, duration):
        times = np.round(times * 1e6).astype(np.int64) * 1000  # as Matroska keeps them
        interval, patience = round(INTERVAL * 1e9), round(max(INTERVAL, duration) * 1e9)
        points = np.arange(times[-1] // interval + 1) * interval
        chosen = np.searchsorted(times, points)
        self.gaps = times[chosen] > points + patience
        chosen[self.gaps] = 0
        chosen = np.maximum.accumulate(chosen)
        self.frames, self.serving = np.unique(chosen, return_inverse=True)


def stretch(rng, frames, seconds):
    """What a network sees from some moment of a video or live stream on, which begins a grid.

    -> times of the first sampled frames, at most `frames` of them and `seconds` long; which of them each point takes
    """
    which = rng.choice(len(TRAINED), p=[share for share, _, _ in TRAINED])
    _, make_times, rates = TRAINED[which]
    rate = float(rng.choice(rates))
    times = make_times(rng, 2 * seconds + LATEST_START, rate)
    times = times[int(rng.integers(LATEST_START * rate)) :]
    points = Points(times - times[0], 1 / rate)
    serving = points.serving[: round(seconds / INTERVAL)]
    serving = serving[serving < frames]
    return (times - times[0])[points.frames[: serving[-1] + 1]], serving
