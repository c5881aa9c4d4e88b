# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clips that networks answered which had not learnt from their sources: how many are right, and which network is better.

Of each network a table (CSV) of clip, class, source and answer, or the folder MODEL.train of tools/msnet-train --folds; all
of the same clips.
"""

import csv
import glob
import json
import os

import numpy as np

from msnet_evaluate import Problem
from msnet_evaluate.interval import interval

COLUMNS = "clip", "class", "source", "answer"
HEAD = "| network | clips right | 95 % interval | the model's gain, 95 % interval |", "|---|---|---|---|"


def read_training(folder):
    """What the networks of all folds answered to the clips that were held out."""
    records = []
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "run-*.json"))):
        with open(path, encoding="utf-8") as text:
            try:
                records += json.load(text)["records"]
            except ValueError as problem:
                raise Problem("%s: expected answers of a fold, found a damaged file: %s" % (path, problem)) from problem
    labels = sorted({record["class"] for record in records})
    if not records or len(records[0]["scores"]) != len(labels):
        raise Problem("%s: expected answers of all folds of tools/msnet-train --folds, found %d of %d classes"
                      % (folder, len(records), len(labels)))
    return {record["clip"]: dict(record, answer=labels[int(np.argmax(record["scores"]))]) for record in records}


def read(path):
    """clip -> its row"""
    if os.path.isdir(path):
        return read_training(path)
    with open(path, newline="", encoding="utf-8") as text:
        table = csv.DictReader(text)
        missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
        if missing:
            raise Problem("%s: expected the columns %s, found no %s" % (path, ", ".join(COLUMNS), " and no ".join(missing)))
        return {row["clip"]: row for row in table}


def right(answers):
    return {clip: row["answer"] == row["class"] for clip, row in answers.items()}


def gain(model, other):
    """Mean of the model's right answers minus the other's on the same clips, and its interval over sources."""
    if model.keys() != other.keys():
        raise Problem("expected the same clips of all networks, found %d and %d, %d of them the same"
                      % (len(model), len(other), len(model.keys() & other.keys())))
    mine, theirs = right(model), right(other)
    steps = [float(mine[clip]) - float(theirs[clip]) for clip in model]
    low, high, _ = interval([row["source"] for row in model.values()], steps)
    return float(np.mean(steps)), low, high


def rows_of(named):
    """Lines of Markdown.  named: (name, answers), the model first"""
    yield from HEAD
    model = named[0][1]
    for name, answers in named:
        shares = list(right(answers).values())
        low, high, _ = interval([row["source"] for row in answers.values()], shares)
        better = "" if answers is model else "%+.3f, %+.3f to %+.3f" % gain(model, answers)
        yield "| %s | %.3f | %.3f to %.3f | %s |" % (name, np.mean(shares), low, high, better)


def summary(answers):
    return "%d clips of %d classes from %d sources." % (
        len(answers), len({row["class"] for row in answers.values()}), len({row["source"] for row in answers.values()}))
