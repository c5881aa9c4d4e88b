# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was found, for programs (report.json), for people (report.html) and for the terminal."""

import json
import os

from . import Problem, measures, page, thumbnails


def worst(records, paths, count):
    """The surest mistakes, with pictures."""
    wrong = sorted((record for record in records if record["place"] > 0), key=lambda record: -record["margin"])
    found = []
    for record in wrong[:count]:
        entry = {key: record[key] for key in ("clip", "class", "answer", "source", "best", "right_score", "margin")}
        try:
            entry["strip"] = thumbnails.strip(paths[record["clip"]])
        except Problem:
            entry["strip"] = None
        found.append(entry)
    return found


def write(folder, report):
    with open(os.path.join(folder, "report.html"), "w", encoding="utf-8") as file:
        file.write(page.make(report))
    bare = [{key: value for key, value in entry.items() if key != "strip"} for entry in report["worst"]]
    with open(os.path.join(folder, "report.json"), "w", encoding="utf-8") as file:
        json.dump(dict(report, worst=bare), file, indent=1, ensure_ascii=False)
        file.write("\n")


def lines(report):
    """The report in short."""
    figures, seconds = report["figures"], report["figures"]["seconds"]
    interval = figures["top1_interval"]
    yield report["protocol"]
    yield "top-1 %.4f of %s%s" % (figures["top1"], measures.plural(figures["clips"], "clip", "clips"), "" if not interval else
                                        " (95 %% interval over %d sources: %.4f to %.4f)" % (figures["sources"], *interval))
    if figures["answers"] > 5:
        yield "top-5 %.4f" % figures["top5"]
    yield "mean over %s %.4f" % (measures.plural(len(figures["classes"]), "class", "classes"), figures["mean_class_top1"])
    yield "%.2f s a clip (median %.2f), of which in the element %.2f" % (
        seconds["mean"], seconds["median"], seconds["element_mean"])
    for right, answer, count in measures.confused_most(figures["confusion"])[:5]:
        yield "  %s taken for %s: %s" % (right, answer, measures.plural(count, "clip", "clips"))
    for note in measures.notes_of(report):
        yield "note: " + note
    reasons = {}
    for entry in report["left_out"]:
        reasons.setdefault(entry["why"], []).append(entry["clip"])
    for why, clips in reasons.items():
        yield "left out: %s%s: %s" % (clips[0], " and %d more" % (len(clips) - 1) if len(clips) > 1 else "", why)
