# SPDX-License-Identifier: LGPL-2.1-or-later
"""Timing in turns.

Cores of shared machines fall to half speed for seconds at a time.  So the peak is taken beside each sample, samples
taken at less than FULL_SPEED of the best peak do not count, and of the others the best does.
"""

import math
import time

FULL_SPEED = 0.8
REST = 0.04  # seconds in which the threads of the engine before fall asleep
TURN = 3  # samples of an engine before the next one has its turn


def take_turn(engine, meter):
    """-> samples.

    The untimed run brings the weights back to the caches and wakes the threads of the engine: a first run after a rest
    was seen to take 1.6 times as long, and a peak that another process takes wakes only its own threads.
    """
    time.sleep(REST)
    engine.run()
    return [engine.sample(meter) for _ in range(TURN)]


def best_peak(samples):
    return max(peak for taken in samples for _, peak in taken)


def keep(samples):
    """Those at full speed, as milliseconds, engine by engine."""
    least = FULL_SPEED * best_peak(samples)
    return [[milliseconds for milliseconds, peak in taken if peak >= least] for taken in samples]


def measure(engines, meter, wanted, on_round):
    """-> best milliseconds of each engine (None: fewer than TURN samples at full speed), and the best peak.

    Where slow cores leave an engine less than half of the wanted samples, as many rounds again are tried.
    on_round: is called with the share of the work that is done with each.
    """
    samples = [[] for _ in engines]
    rounds = math.ceil(wanted / TURN)
    for number in range(2 * rounds):
        if number >= rounds and min(map(len, keep(samples))) >= wanted / 2:
            break
        for engine, taken in zip(engines, samples):
            taken += take_turn(engine, meter)
        on_round(1 / rounds if number < rounds else 0)
    return [min(kept) if len(kept) >= TURN else None for kept in keep(samples)], best_peak(samples)
