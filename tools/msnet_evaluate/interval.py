# SPDX-License-Identifier: LGPL-2.1-or-later
"""How far a mean over clips can be trusted: clips of one source (a person, a film, a camera) resemble each other."""

import numpy as np

RESAMPLES = 2000
SEED = 7


def interval(sources, values):
    """95 % interval of the mean of `values` when sources are drawn again.

    sources: that of each value -> low, high, number of sources
    """
    names, which = np.unique(np.asarray(sources, object).astype(str), return_inverse=True)
    sums, counts = np.bincount(which, np.asarray(values, float)), np.bincount(which)
    rng = np.random.default_rng(SEED)
    drawn = [rng.integers(len(names), size=len(names)) for _ in range(RESAMPLES)]
    means = [sums[chosen].sum() / counts[chosen].sum() for chosen in drawn]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5)), len(names)
