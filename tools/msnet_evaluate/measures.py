# SPDX-License-Identifier: LGPL-2.1-or-later
"""Figures over answered clips: right among the best one or five, a class, which was taken for which."""

import collections
import statistics

import numpy as np

from .interval import interval


def rank(scores, allowed, right):
    """-> classes that may be answers, best first, and the place of the right one, from 0"""
    scores = np.asarray(scores)
    order = sorted(allowed, key=lambda index: (-scores[index], index))
    return order, order.index(right)


def judge(records, labels, background):
    """Add to each record: answer, place of the right class, best five, right_score, margin of the answer over it."""
    allowed = [index for index, label in enumerate(labels) if label not in background]
    for record in records:
        right = labels.index(record["class"])
        order, record["place"] = rank(record["scores"], allowed, right)
        record["answer"] = labels[order[0]]
        record["best"] = [(labels[index], record["scores"][index]) for index in order[:5]]
        record["right_score"] = record["scores"][right]
        record["margin"] = record["best"][0][1] - record["right_score"]
    return records


def share(records, most):
    """Share of the clips whose right class is among the best `most`."""
    return float(np.mean([record["place"] < most for record in records]))


def of_class(label, records):
    wrong = collections.Counter(record["answer"] for record in records if record["place"] > 0)
    return {"class": label, "clips": len(records), "top1": share(records, 1), "top5": share(records, 5),
            "taken_for": wrong.most_common(1)[0][0] if wrong else None}


def confusion(records, labels):
    """Counts of right (rows) and answered (columns), of labels that occur as either."""
    occur = {record[key] for record in records for key in ("class", "answer")}
    shown = [label for label in labels if label in occur]
    counts = np.zeros((len(shown), len(shown)), int)
    for record in records:
        counts[shown.index(record["class"]), shown.index(record["answer"])] += 1
    return {"labels": shown, "counts": counts.tolist()}


def confused_most(table):
    """[(right, answered, clips)], the most frequent mistakes first."""
    pairs = [(right, answered, count) for right, row in zip(table["labels"], table["counts"])
             for answered, count in zip(table["labels"], row) if right != answered and count]
    return sorted(pairs, key=lambda pair: -pair[2])


def notes_of(report):
    """What people have to know beside the figures."""
    short = report["figures"]["partial_only"] if report["figures"] else 0
    return (["%s than a window; the last frame stood in" % plural(short, "clip is shorter", "clips are shorter")]
            if short else []) + report["notes"]


def plural(count, one, many):
    return "%d %s" % (count, one if count == 1 else many)


def summarise(records, labels):
    """All figures.  records: judged, at least one"""
    low, high, sources = interval([record["source"] for record in records], [record["place"] == 0 for record in records])
    classes = [of_class(label, mine) for label in labels if (mine := [r for r in records if r["class"] == label])]
    seconds = [record["seconds"] for record in records]
    return {"clips": len(records), "sources": sources, "top1": share(records, 1), "top5": share(records, 5),
            "top1_interval": [low, high] if sources > 1 else None,
            "mean_class_top1": float(np.mean([found["top1"] for found in classes])),
            "partial_only": sum(record["partial"] for record in records),
            "seconds": {"mean": statistics.fmean(seconds), "median": statistics.median(seconds),
                        "element_mean": statistics.fmean(record["element_seconds"] for record in records)},
            "classes": classes, "confusion": confusion(records, labels)}
