# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which clips are learnt from and which are held out: whole sources, so that every class is on both sides if it can be."""

import collections

import numpy as np

ALWAYS = -1  # learnt from, in every fold


def folds(clips, count, seed=0):
    """-> number of the fold that holds out each clip, or ALWAYS

    A source that alone has the clips of a class is never held out: nothing else would teach this class.
    """
    sources = collections.defaultdict(collections.Counter)
    for clip in clips:
        sources[clip.source][clip.label] += 1
    totals = collections.Counter(clip.label for clip in clips)
    alone = {source for source, mine in sources.items() if any(mine[label] == totals[label] for label in mine)}
    free = sorted(source for source in sources if source not in alone)
    count = min(count, len(free))
    order = np.random.default_rng(seed).permutation(len(free))
    place = assign([free[index] for index in order], sources, totals, count) if count >= 2 else {}
    return [place.get(clip.source, ALWAYS) for clip in clips], count if count >= 2 else 0


def assign(order, sources, totals, count):
    """source -> fold: large ones first, each to where its classes are rarest"""
    filled = [collections.Counter() for _ in range(count)]
    place = {}
    for source in sorted(order, key=lambda source: -sum(sources[source].values())):
        mine = sources[source]
        costs = [sum((fold[label] + mine[label]) ** 2 / totals[label] for label in mine) -
                 sum(fold[label] ** 2 / totals[label] for label in mine) + 1e-6 * sum(fold.values()) for fold in filled]
        place[source] = int(np.argmin(costs))
        filled[place[source]].update(mine)
    return place
