# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which trainings make a model: one with a fifth of the sources held out, or one a fold and then one on everything."""

import collections

from .split import folds

HELD_ONE_IN = 5

# train: clips to learn from; held: clips to be asked; measured: whether its answers count in the card; kept: whether it is
# the model
Run = collections.namedtuple("Run", "name train held measured kept")


def divide(clips, place, fold):
    return [[clip for clip, mine in zip(clips, place) if (mine == fold) == held] for held in (False, True)]


def make(clips, options):
    """-> runs, how many folds there are, and the fold of each clip"""
    place, count = folds(clips, options.folds or HELD_ONE_IN, options.seed)
    if count == 0:
        return [Run("training", clips, [], False, True)], 0, place
    if not options.folds:
        return [Run("training", *divide(clips, place, 0), True, True)], 0, place
    runs = [Run("fold %d of %d" % (fold + 1, count), *divide(clips, place, fold), True, False) for fold in range(count)]
    return [*runs, Run("all clips", clips, [], False, True)], count, place


def describe(runs, count):
    if count:
        return "%d folds over sources, then all clips: %d trainings" % (count, len(runs))
    run = runs[0]
    if not run.held:
        return "All %d clips are learnt from: no source can be held out" % len(run.train)
    return "Learning from %d clips of %d sources; %d clips of %d others are held out" % (
        len(run.train), len({clip.source for clip in run.train}), len(run.held), len({clip.source for clip in run.held}))
