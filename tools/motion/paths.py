# SPDX-License-Identifier: LGPL-2.1-or-later
"""Paths in continuous time."""

import numpy as np

from .taxonomy import ROLL, SHAKE, SLIDE, STILL_BELOW, TRAINED, ZOOM, kind

TIME_STEP = 1 / 240
SPARE = 0.5
WINDOW = 1.0
POINTS = 8
DIRECTION = {"pan-left": (-1, 0), "pan-right": (1, 0), "tilt-up": (0, -1), "tilt-down": (0, 1),
             "object-left": (-1, 0), "object-right": (1, 0), "object-up": (0, -1), "object-down": (0, 1),
             "zoom-in": 1, "zoom-out": -1, "roll-left": -1, "roll-right": 1, "approaching": 1, "receding": -1}


def log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def speed(rng, limits):
    """A speed at or above the least; half of them near it.  limits: (least, most)."""
    least, most = limits
    return log_uniform(rng, least, most if rng.random() < 0.5 else min(most, 3 * least))


def envelope(rng, count):
    """How a speed changes within a window: never to a standstill."""
    time = np.linspace(-0.5, 0.5, count)
    return 1 + rng.uniform(-0.5, 0.5) * time + rng.uniform(-0.12, 0.12) * np.cos(2 * np.pi * time)


def tremor(rng, count):
    """Noise of 1 to 7 Hz with unit deviation, as positions."""
    time = np.arange(count) * TIME_STEP
    frequency, phase, weight = rng.uniform(1, 7, 5), rng.uniform(0, 2 * np.pi, 5), rng.uniform(0.3, 1, 5)
    wave = (weight[:, None] * np.sin(2 * np.pi * frequency[:, None] * time + phase[:, None])).sum(0)
    return wave / max(wave.std(), 1e-6)


def slide_rates(rng, direction, limits):
    """x, y, log zoom, roll a second: one way, a little across, a little zoom."""
    along = speed(rng, limits)
    across = along * rng.uniform(-0.3, 0.3)
    dx, dy = direction
    return dx * along + abs(dy) * across, dy * along + abs(dx) * across, min(along, 0.3) * rng.uniform(-0.25, 0.25), 0.0


def zoom_rates(rng, sign, limits):
    rate = speed(rng, limits)
    x, y = rate * rng.uniform(-0.15, 0.15, 2)
    return x, y, sign * rate, np.rad2deg(rate) * rng.uniform(-0.1, 0.1)


def roll_rates(rng, sign, limits):
    rate = speed(rng, limits)
    x, y = np.deg2rad(rate) * rng.uniform(-0.15, 0.15, 2)
    return x, y, np.deg2rad(rate) * rng.uniform(-0.1, 0.1), sign * rate


def still_rates(rng):
    """Nothing, or a drift that is too slow to count."""
    if rng.random() < 0.5:
        return 0.0, 0.0, 0.0, 0.0
    angle, slow = rng.uniform(0, 2 * np.pi), rng.uniform(0, STILL_BELOW[SLIDE])
    zoom, roll = rng.uniform(-0.5, 0.5, 2) * (STILL_BELOW[ZOOM], STILL_BELOW[ROLL])
    return slow * np.cos(angle), slow * np.sin(angle), zoom, roll


def camera_rates(rng, label, count, speeds):
    """Velocities over one window, [count, 4] of x, y, log zoom, roll, and the tremor's deviation."""
    what = kind(label)
    tremble = rng.choice((0.0, rng.uniform(0, STILL_BELOW[SHAKE])))
    if what == SHAKE:
        return np.zeros((count, 4)), log_uniform(rng, *speeds[SHAKE])
    if what is None:
        return np.tile(still_rates(rng), (count, 1)), tremble
    rates = {SLIDE: slide_rates, ZOOM: zoom_rates, ROLL: roll_rates}[what](rng, DIRECTION[label], speeds[what])
    return np.outer(envelope(rng, count), rates), tremble


def path_length(windows):
    """Steps of a path over some windows and the spare time after them."""
    return int(round((windows * WINDOW + SPARE) / TIME_STEP))


def camera_path(rng, labels, speeds=TRAINED):
    """Poses over one window a label: [steps, 4] of x, y, log zoom, roll in degrees.

    speeds: (least, most) of each kind.  A label that goes on keeps its speed, about.
    """
    count, total = int(round(WINDOW / TIME_STEP)), path_length(len(labels))
    rates, shakes = [], []
    for position, label in enumerate(labels):
        if position and label == labels[position - 1]:
            rates.append(rates[-1] * rng.uniform(0.9, 1.1))
            shakes.append(shakes[-1])
        else:
            rate, deviation = camera_rates(rng, label, count, speeds)
            rates.append(rate)
            shakes.append(deviation)
    spare = total - count * len(labels)
    poses = np.cumsum(np.concatenate(rates + [np.repeat(rates[-1][-1:], spare, 0)]) * TIME_STEP, 0)
    deviation = np.concatenate([np.repeat(shakes, count), np.full(spare, shakes[-1])])
    for axis, size in ((0, 1.0), (1, 1.0), (3, rng.uniform(0, 30))):
        poses[:, axis] += deviation * tremor(rng, total) * size
    return poses


def at(path, times):
    """The rows of a path at some times."""
    return path[np.minimum(np.round(times / TIME_STEP).astype(int), len(path) - 1)]
