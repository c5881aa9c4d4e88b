# SPDX-License-Identifier: LGPL-2.1-or-later
"""When actions start and end by the scores of windows: the element's rule (docs/DESIGN.md, Actions), to try proposals by."""

import collections

import numpy as np

from .listen import Action

Proposal = collections.namedtuple("Proposal", "enter leave smoothing")
DEFAULT = Proposal(0.6, 0.4, 0.5)


def of_model(model):
    """What a ModelFile proposes."""
    return DEFAULT._replace(**model.values.get("actions", {}))


def means(times, scores, smoothing):
    """Exponential means of the scores at the middle of each window."""
    middles = times.mean(1)
    found = np.array(scores, float)
    for index in range(1, len(found)):
        weight = 1 - np.exp((middles[index - 1] - middles[index]) / smoothing) if smoothing else 1
        found[index] = found[index - 1] + weight * (found[index] - found[index - 1])
    return middles, found


def actions(times, scores, labels, background, proposal):
    """As the element reports them, in the order of their ends."""
    middles, mean = means(times, scores, proposal.smoothing)
    found, on = [], {}
    for now, row in zip(middles, mean):
        for index, label in enumerate(labels):
            if index in on and row[index] < proposal.leave:
                found.append(Action(label, on[index][1], on.pop(index)[0], now))
            if label not in background and (index in on or row[index] >= proposal.enter):
                start, peak = on.get(index, (now, 0.0))
                on[index] = start, max(peak, row[index])
    return found + [Action(labels[index], peak, start, times[-1, 1]) for index, (start, peak) in on.items()]
