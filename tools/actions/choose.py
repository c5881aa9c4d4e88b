# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which enter, leave and smoothing a model should propose: all of a grid on the scores of streams."""

import itertools

from . import rule

ENTER = 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9
LEAVE = 0.4, 0.6, 0.8  # of enter
SMOOTHING = 0.0, 0.1, 0.2, 0.3, 0.5, 0.8
SHOWN = 12


def proposals():
    for enter, share, smoothing in itertools.product(ENTER, LEAVE, SMOOTHING):
        yield rule.Proposal(enter, round(enter * share, 2), smoothing)


def f1(figures):
    """Of actions that were found, and actions that were reported: harmonic mean of the shares that are right."""
    hits = figures["found"][0] * figures["actions"]
    return 2 * hits / (hits + figures["actions"] + figures["reported_wrong"])


def tried(heard, model, figures_of):
    """(F1, proposal, figures), best first."""
    found = []
    for proposal in proposals():
        actions = [rule.actions(one.times, one.scores, model.labels, model.background, proposal) for one in heard]
        figures = figures_of(heard, actions)
        found.append((f1(figures), proposal, figures))
    return sorted(found, key=lambda row: -row[0])


def lines_of(heard, model, figures_of):
    yield "   F1  enter  leave  smoothing  found  false alarms an hour  begin late  end late"
    for score, proposal, figures in tried(heard, model, figures_of)[:SHOWN]:
        yield "%.3f  %5.2f  %5.2f  %7.1f s  %5.3f  %20.0f  %8.2f s  %6.2f s" % (
            score, *proposal, figures["found"][0], figures["all"][0], figures["begin"][0], figures["end"][0])
