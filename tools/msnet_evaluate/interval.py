# SPDX-License-Identifier: LGPL-2.1-or-later
"""How far a mean over clips can be trusted: clips of one source (a person, a film, a camera) resemble each other."""

import numpy as np

RESAMPLES = 2000
SEED = 7


def interval(sources, values, weights=None):
    """95 % interval of the mean of `values` when sources are drawn again.

    sources: that of each value; weights: what the sum of the values is divided by, 1 for each unless given
    -> low, high, number of sources
    """
    names, which = np.unique(np.asarray(sources, object).astype(str), return_inverse=True)
    sums, counts = np.bincount(which, np.asarray(values, float)), np.bincount(which, weights)
    rng = np.random.default_rng(SEED)
    drawn = [rng.integers(len(names), size=len(names)) for _ in range(RESAMPLES)]
    means = [sums[chosen].sum() / counts[chosen].sum() for chosen in drawn]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5)), len(names)
