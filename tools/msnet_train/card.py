# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the model file says of itself to people."""

import collections
import datetime
import os
import shlex
import sys


def trained_on(data, found, start_name, old):
    sources = len({clip.source for clip in found.clips})
    text = "%s%s: %d clips of %d classes from %d sources" % (
        os.path.basename(os.path.abspath(data)), " (%s)" % found.layout if found.layout and found.layout != "listed" else "",
        len(found.clips), len(found.labels), sources)
    before = old.get("trained_on")
    return "%s; begun with %s%s" % (text, start_name, " (%s)" % before if before else "")


def licence(options, found, start_name, old):
    if options.license:
        return options.license
    known = ["of the clips: %s" % (found.licence or "not stated"), "of %s: %s" % (start_name, old.get("license", "not stated"))]
    return "not stated; " + "; ".join(known)


def accuracy(figures, options, folds):
    """figures: of measures.summarise(), or None"""
    if figures is None:
        return "not measured: no source could be held out"
    text = "%.3f of %d clips right" % (figures["top1"], figures["clips"])
    if figures["top1_interval"]:
        text += " (95 %% interval over %d sources: %.3f to %.3f)" % (figures["sources"], *figures["top1_interval"])
    if options.folds:
        return text + ", by %d folds over sources; the model itself learnt from all clips" % folds
    return text + ", of sources that were held out; they also chose the epoch"


def licence_text(old):
    """What has to go with the weights that training began with, whether these were trained or taught."""
    text = old.get("license_text") or old.get("backbone", {}).get("license_text")
    return {"license_text": text} if text else {}


def command():
    return shlex.join(["msnet-train", *sys.argv[1:]])


def make(options, found, start_name, old, figures, folds):
    counts = collections.Counter(clip.label for clip in found.clips)
    return {"name": options.name, "description": options.description or "one of %d actions" % len(counts),
            "trained_on": trained_on(options.data, found, start_name, old),
            "license": licence(options, found, start_name, old), **licence_text(old), "accuracy": accuracy(figures, options, folds),
            "date": datetime.date.today().isoformat(), "command": command()}
