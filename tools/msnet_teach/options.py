# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line of msnet-teach."""

import argparse
import os

from msnet_evaluate import Problem
from msnet_file.places import BUILD

ACTIONS = (("enter", 1, "the score at which an action starts"), ("leave", 1, "the score below which it ends"),
           ("smoothing", 3600, "time constant of the mean of scores, in seconds"))  # name, the most, what it says
HEADS = {"pooled": ["pooled"], "change": ["change"], "both": ["pooled", "change"]}


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="msnet-teach", description="Teaches a network new classes from a few clips: "
                                     "docs/teach.md.")
    parser.add_argument("data", metavar="DATA", help="a folder for each class, or a CSV of clip, class and perhaps start, end, source")
    parser.add_argument("--out", required=True, metavar="FILE", help="the model file to write")
    parser.add_argument("--from", dest="backbone", metavar="MODEL", help="path or name of the model whose network is taught "
                        "(default: the one of tools/fetch-backbone, else motion)")
    parser.add_argument("--root", help="folder of the clips that the CSV names (default: its own)")
    parser.add_argument("--window", type=float, metavar="SECONDS", help="what an answer is about (default: the model's)")
    parser.add_argument("--hop", type=float, metavar="SECONDS", help="from answer to answer (default: the model's)")
    parser.add_argument("--frames", type=int, metavar="T", help="frames of a window (default: the model's)")
    parser.add_argument("--fit", choices=("crop", "stretch", "pad"), help="of the picture (default: the model's)")
    parser.add_argument("--head", choices=HEADS, default="both", help="what the classifier reads: features, their change from "
                        "frame to frame, or both (default)")
    parser.add_argument("--no-unknown", action="store_true", help="do not add the class \"unknown\" for all that looks like none")
    parser.add_argument("--background", action="append", default=[], metavar="CLASS", help="a class that is no action; again for more")
    add_file(parser)
    parser.add_argument("--card", action="append", default=[], metavar="KEY=TEXT", help="of the card, such as license=MIT")
    parser.add_argument("--device", default="auto", help="as the element's property")
    parser.add_argument("--build", default=BUILD, help="build folder of the plugin")
    chosen = parser.parse_args(arguments)
    chosen.card = dict(map(split_card, chosen.card))
    return chosen


def add_file(parser):
    """Options of the file to write, those of msnet-train too."""
    for name, _, says in ACTIONS:
        parser.add_argument("--" + name, type=float, metavar="X", help="proposed to the element: " + says)
    parser.add_argument("--dtype", choices=("F32", "F16", "BF16"), default="F32", help="of the weights")


def split_card(text):
    key, sign, value = text.partition("=")
    if not sign:
        raise Problem("--card %s: expected KEY=TEXT" % text)
    return key, value


def actions(chosen):
    """What is proposed to the element."""
    return {name: getattr(chosen, name) for name, _, _ in ACTIONS if getattr(chosen, name) is not None}


def check(chosen, labels):
    """What depends on the classes, and what the element would refuse."""
    for label in chosen.background:
        if label not in labels:
            raise Problem("--background %s: expected a class of the data, found %s" % (label, ", ".join(labels)))
    for name, most, _ in ACTIONS:
        value = getattr(chosen, name)
        if value is not None and not 0 <= value <= most:
            raise Problem("--%s: expected 0 to %g, found %g" % (name, most, value))
    if None not in (chosen.enter, chosen.leave) and chosen.leave > chosen.enter:
        raise Problem("--leave: expected at most %g, as --enter says, found %g" % (chosen.enter, chosen.leave))


def check_out(chosen):
    """Before minutes of work: can the model be written?"""
    folder = os.path.dirname(os.path.abspath(chosen.out))
    if os.path.isdir(chosen.out) or not os.access(folder, os.W_OK | os.X_OK):
        raise Problem("--out %s: expected a file in a folder that can be written to, found none; name another" % chosen.out)
