# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a few clips to a model file, step by step."""

import collections
import datetime
import os
import shlex
import sys
import tempfile
import time

import numpy as np
import torch

from msnet_evaluate import Problem, gst
from msnet_evaluate.progress import Progress

from . import data, lesson, model, options, report, windows

UNKNOWN = "unknown"
WITHOUT = "; msnet-train --frozen makes a classifier without it"
NO_WINDOW = "expected a window of frames in it, found none; see docs/time.md, or give other times"


def look(found, looker, window):
    """-> [(span, features [windows, n])]: what can be used of the data; why the rest cannot goes to `found`.  window: seconds"""
    files = collections.defaultdict(list)
    for span in found.clips:
        files[span.path].append(span)
    progress, seen, lengths, short = Progress(len(files), things="files"), {}, [], 0
    for path, spans in files.items():
        try:
            windows_of_file = looker.windows(path)
        except Problem as problem:
            found.leave_out([span.name for span in spans], str(problem))
        else:
            rows = {span: windows.about(span, windows_of_file) for span in spans}
            found.leave_out([span.name for span in spans if rows[span] is None], NO_WINDOW)
            used = {span: row for span, row in rows.items() if row is not None}
            seen.update(used)
            lengths += [windows.length(span, looker.end) for span in used]
            short += sum(not windows.inside(span, windows_of_file) for span in used)
        progress.advance()
    progress.end()
    found.notes += report.too_short(lengths, short, window)
    return [(span, seen[span]) for span in found.clips if span in seen]


def classes_of(seen, found):
    """Labels in the order of the data; classes whose clips cannot be used are left out."""
    labels = list(dict.fromkeys(span.label for span, _ in seen))
    for label in dict.fromkeys(span.label for span in found.clips):
        if label not in labels:
            found.notes.append("class %s is left out: none of its clips can be used" % label)
    data.check_labels(labels)
    return labels


def sources_of(spans, found):
    """If all were cut from one recording, each span stands for itself."""
    sources = [span.source for span in spans]
    if len(set(sources)) > 1:
        return sources
    found.notes.append("all clips come from one source: the accuracy is that within it, and says nothing of others")
    return [span.name for span in spans]


def judge(windows_, labels):
    """-> the decay, Accuracy or None, the logit of "unknown" or None, lines"""
    trial = lesson.Trial(windows_, len(labels))
    if len(trial.measured) == 0:
        return lesson.USUAL_DECAY, None, None, ["accuracy: not measured, for which two classes need two sources each"]
    index = trial.choose()
    accuracy = report.Accuracy(trial, trial.scores(index), labels)
    lines = ["accuracy %s" % accuracy, *report.mistakes(accuracy), *report.by_source(accuracy)]
    return lesson.DECAYS[index], accuracy, trial.unknown(index), lines + about_unknown(trial, index, len(labels))


def about_unknown(trial, index, classes):
    logit = trial.unknown(index)
    if logit is None:
        return []
    strangers = lesson.strangers_called_unknown(trial.data, classes, lesson.DECAYS[index], logit)
    return ["unknown: %.0f %% of the windows of these clips%s" % (
        100 * trial.called_unknown(index, logit),
        "" if strangers is None else ", %.0f %% of those of a class that was not taught" % (100 * strangers))]


def make_card(backbone, windows_, labels, accuracy, chosen):
    return {"name": os.path.basename(chosen.out).rsplit(".", 1)[0], "trained_on": report.describe(windows_, labels),
            "accuracy": str(accuracy) if accuracy else "not measured", "date": datetime.date.today().isoformat(),
            "command": shlex.join(["msnet-teach", *sys.argv[1:]]),
            "backbone": {"file": os.path.basename(backbone.file.path), "sha256": backbone.file.digest(), **backbone.card},
            **chosen.card}


def run(chosen):
    began = time.monotonic()
    found = data.read(chosen.data, chosen.root)
    labels = list(dict.fromkeys(span.label for span in found.clips))
    data.check_labels(labels)
    options.check(chosen, labels)
    backbone = model.Backbone(chosen)
    gst.start(chosen.build, WITHOUT)
    print("Looking at %s with %s" % (report.count(len(found.clips), "clip"), backbone.file.name), file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        looker = windows.Looker(backbone, folder, device=chosen.device)
        try:
            seen = look(found, looker, backbone.values["sampling"]["window"])
        finally:
            looker.close()
    labels = classes_of(seen, found)
    spans, rows = zip(*seen)
    torch.set_num_threads(1)  # what follows is small
    lessons = lesson.gather(rows, [labels.index(span.label) for span in spans], sources_of(spans, found))
    decay, accuracy, unknown, lines = judge(lessons, labels)
    ((weight, bias),) = lesson.learn(lessons, len(labels), [decay])
    card = make_card(backbone, lessons, labels, accuracy, chosen)
    background = [label for label in chosen.background if label in labels]  # its clips may all be bad
    lines = [report.describe(lessons, labels), *lines]
    notes = [*found.notes, *report.too_little(lessons, labels, accuracy), *report.without_mistake(accuracy)]
    lines += ["note: " + note for note in notes] + list(report.left_out(found))
    if not chosen.no_unknown and unknown is not None and UNKNOWN not in labels:
        weight, bias = np.vstack([weight, np.zeros_like(weight[:1])]), np.append(bias, unknown)
        labels, background = [*labels, UNKNOWN], [*background, UNKNOWN]
    more = {key: value for key, value in (("background", background), ("actions", options.actions(chosen))) if value}
    backbone.save(chosen.out, weight, bias, labels, chosen.dtype, card=card, **more)
    print("\n".join(lines))
    print("Wrote %s in %.0f s" % (chosen.out, time.monotonic() - began))
