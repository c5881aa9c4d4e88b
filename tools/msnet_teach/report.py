# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was measured, in words."""

import collections

import numpy as np

from msnet_evaluate import measures
from msnet_evaluate.interval import interval

LEAST_CLIPS = 3
WIDE = 0.3  # an interval that says little
MOST_SHORT = 0.25  # share of clips shorter than a window
FEW_SOURCES = 30
MOST_SOURCES = 10  # to name them all
DOUBT = 0.05  # of a claim of 95 %
MOST_MISTAKES = 8


def count(number, noun):
    return "%d %s%s" % (number, noun, "" if number == 1 else "es" if noun.endswith("ss") else "s")


class Accuracy:
    """trial: of lesson.py; scores: of its measured clips; labels: of the classes"""

    def __init__(self, trial, scores, labels):
        right = trial.data.label[trial.measured]
        hits = scores.argmax(1) == right
        self.value, self.sources = float(hits.mean()), trial.data.source[trial.measured]
        self.low, self.high, self.n_sources = interval(self.sources, hits)
        self.clips, self.hits = len(right), hits
        records = [{"class": labels[a], "answer": labels[b]} for a, b in zip(right, scores.argmax(1))]
        self.mistakes = measures.confused_most(measures.confusion(records, labels))

    def __str__(self):
        return "%.2f (95 %% interval %.2f to %.2f) on %s of %s that it had not seen" % (
            self.value, self.low, self.high, count(self.clips, "clip"), count(self.n_sources, "source"))


def describe(data, labels):
    """What the classifier was made of: 12 clips of 4 sources: wave 6, clap 6."""
    clips = np.bincount(data.label, minlength=len(labels))
    return "%s from %s: %s" % (count(len(data.label), "clip"), count(len(set(data.source)), "source"),
                               ", ".join("%s %d" % pair for pair in zip(labels, clips)))


def too_little(data, labels, accuracy):
    """Why figures say less than they seem to, and what would help."""
    clips = np.bincount(data.label, minlength=len(labels))
    few = [label for label, number in zip(labels, clips) if number < LEAST_CLIPS]
    alone = [label for number, label in enumerate(labels) if len(set(data.source[data.label == number])) < 2]
    if few:
        yield "too little data: expected %d clips or more of each class, better ten, found fewer of %s" % (LEAST_CLIPS, ", ".join(few))
    if alone:
        yield "too little data: expected two sources or more of each class, found one of %s, so how that does elsewhere is not " \
            "measured" % ", ".join(alone)
    if accuracy and accuracy.high - accuracy.low > WIDE:
        yield "too few sources for a narrower interval; clips of other people, places and cameras make it so"


def without_mistake(accuracy):
    """The interval of a figure without a mistake has no width; how many mistakes are possible nevertheless."""
    if accuracy and accuracy.value == 1 and accuracy.n_sources < FEW_SOURCES:
        yield "no mistake on %s does not say much: up to %.0f %% of others may be mistaken (with 95 %% confidence)" % (
            count(accuracy.n_sources, "source"), 100 * (1 - DOUBT ** (1 / accuracy.n_sources)))


def too_short(lengths, short, window):
    """lengths: of all clips, in seconds; short: how many of them have no window inside; window: its seconds"""
    if short > MOST_SHORT * len(lengths):
        yield "%d of %s are shorter than the window of %g s, so what is around them, or their last frame once more, was learnt " \
            "with them; try --window %.1f" % (short, count(len(lengths), "clip"), window, max(np.quantile(lengths, MOST_SHORT), 0.1))


def mistakes(accuracy):
    for right, answer, clips in accuracy.mistakes[:MOST_MISTAKES]:
        yield "  %s taken for %s: %s" % (right, answer, count(clips, "clip"))


def by_source(accuracy):
    """Which person, or which place, is the hard one: if there are a few, of several clips each."""
    names = list(dict.fromkeys(accuracy.sources))
    if len(names) <= min(MOST_SOURCES, accuracy.clips // 2):
        yield "  right by source: %s" % ", ".join("%s %d of %d" % (name, accuracy.hits[accuracy.sources == name].sum(),
                                                                   (accuracy.sources == name).sum()) for name in sorted(names))


def left_out(found):
    reasons = collections.defaultdict(list)
    for name, why in found.left_out:
        reasons[why].append(name)
    for why, names in reasons.items():
        yield "left out: %s%s: %s" % (names[0], " and %d more" % (len(names) - 1) if len(names) > 1 else "", why)
