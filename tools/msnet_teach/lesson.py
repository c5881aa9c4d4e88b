# SPDX-License-Identifier: LGPL-2.1-or-later
"""The classifier of a set of clips, and how well one does on sources that it has not seen."""

import collections

import numpy as np

from msnet_evaluate import interrupt

from .linear import fit

DECAYS = (10.0, 1.0, 0.1, 0.01)
USUAL_DECAY = 1.0  # if nothing can be measured
MOST_FOLDS = 20
LEAST_RIGHT = 5  # clips, to know anything of right answers
KNOWN = 0.95  # share of right answers that "unknown" must leave alone

# x: features of all windows [N, features]; clip: which clip each one is of [N]; label, source: of each clip
Windows = collections.namedtuple("Windows", "x clip label source")


def gather(rows, labels, sources):
    """rows: of each clip [windows, features]; labels: class numbers"""
    clip = np.concatenate([np.full(len(row), index) for index, row in enumerate(rows)])
    return Windows(np.concatenate(rows), clip, np.asarray(labels), np.asarray(sources, object).astype(str))


def learn(data, classes, decays, chosen=None):
    """Classifiers of some of the clips (numbers, or all), by `decays`.  Each clip counts the same, whatever its length."""
    rows = np.ones(len(data.clip), bool) if chosen is None else np.isin(data.clip, chosen)
    counts = np.bincount(data.clip[rows], minlength=len(data.label))
    return fit(data.x[rows], data.label[data.clip[rows]], 1.0 / counts[data.clip[rows]], classes, decays)


def folds(sources):
    """Groups of clips to leave out: each source by itself, or many sources in MOST_FOLDS parts."""
    names, which = np.unique(sources, return_inverse=True)
    part = np.random.default_rng(7).permutation(len(names)) % min(len(names), MOST_FOLDS)
    return [np.flatnonzero(part[which] == index) for index in range(part.max() + 1)]


def probabilities(logits):
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


class Trial:
    """What classifiers say of clips whose source they have not seen.

    logits: by decay [decays, N, classes], NaN where nothing can be said; measured: numbers of the clips that count: those of
    classes that have another source
    """

    def __init__(self, data, classes):
        self.data, self.classes = data, classes
        self.logits = np.full((len(DECAYS), len(data.x), classes), np.nan)
        measured = []
        for left in folds(data.source):
            interrupt.check()
            rest = np.setdiff1d(np.arange(len(data.label)), left)
            asked = [clip for clip in left if data.label[clip] in data.label[rest]]
            if not asked or len(set(data.label[rest])) < 2:
                continue
            rows = np.isin(data.clip, asked)
            for index, (weight, bias) in enumerate(learn(data, classes, DECAYS, rest)):
                self.logits[index, rows] = data.x[rows] @ weight.T + bias
            measured += asked
        self.measured = np.array(sorted(measured), int)

    def scores(self, index):
        """Mean scores of each measured clip over its windows, as an evaluation through the element takes them."""
        rows = np.isin(self.data.clip, self.measured)
        place = np.searchsorted(self.measured, self.data.clip[rows])
        sums = np.zeros((len(self.measured), self.classes))
        np.add.at(sums, place, probabilities(self.logits[index, rows]))
        return sums / np.bincount(place)[:, None]

    def loss(self, index):
        right = self.scores(index)[np.arange(len(self.measured)), self.data.label[self.measured]]
        return float(-np.log(np.maximum(right, 1e-12)).mean())

    def choose(self):
        """The decay with the least loss -> its index."""
        return min(range(len(DECAYS)), key=self.loss)

    def unknown(self, index):
        """The logit of "unknown": below nearly all right answers, and so above what looks like no class; None: too few."""
        rows = np.flatnonzero(np.isin(self.data.clip, self.measured))
        best = self.logits[index, rows]
        right = best.argmax(1) == self.data.label[self.data.clip[rows]]
        if len(set(self.data.clip[rows[right]])) < LEAST_RIGHT:
            return None
        return float(np.quantile(best[right].max(1), 1 - KNOWN))

    def called_unknown(self, index, logit):
        """Share of the measured windows."""
        rows = np.isin(self.data.clip, self.measured)
        return float((self.logits[index, rows].max(1) < logit).mean())


def strangers_called_unknown(data, classes, decay, logit):
    """Share of the windows of a class that is not taught, each class in turn; None: nothing else is left to tell apart."""
    if classes < 3:
        return None
    found = []
    for stranger in range(classes):
        interrupt.check()
        others = np.flatnonzero(data.label != stranger)
        without = data._replace(label=data.label - (data.label > stranger))
        ((weight, bias),) = learn(without, classes - 1, [decay], others)
        rows = data.label[data.clip] == stranger
        found.append(((data.x[rows] @ weight.T + bias).max(1) < logit).mean())
    return float(np.mean(found))
