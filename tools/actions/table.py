# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the folder that `actions` learns from: J-HMDB's clips, and windows of other footage.

    tools/python-with teach numpy -m actions.table --data FOLDER --out FOLDER

    ... --fold 0 --out FOLDER                one fifth of J-HMDB's sources goes to FOLDER/held.csv instead

The folder holds groups.csv and links to the clips and to J-HMDB's masks, as tools/msnet-train reads it.  Its table also
goes to tools/msnet-teach, with `--root` of the data.
"""

import argparse
import csv
import os
import sys

from msnet_train.split import folds

from . import footage

FOLDS = 5
COLUMNS = ("clip", "class", "source", "start", "end")


def windows(data, side, seconds):
    """What one side shows, in parts."""
    return [piece for span in footage.spans(data) if span.side == side for piece in footage.pieces(span, seconds)]


def divide(rows, fold):
    """-> rows to learn from, rows that are held out: whole sources; fold: a number below FOLDS, or None: nothing is"""
    places, _ = folds(rows, FOLDS)
    return [[row for row, place in zip(rows, places) if (place == fold) == held] for held in (False, True)]


def write(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([row.clip, row.label, row.source, row.start, row.end] for row in rows)


def link(target, path):
    if os.path.islink(path):
        os.remove(path)
    os.symlink(os.path.abspath(target), path)


def parse():
    parser = argparse.ArgumentParser(prog="actions.table", description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="../shared/data", help="folder of jhmdb21, fight-surv, asl-signs ...")
    parser.add_argument("--out", required=True, help="folder to write")
    parser.add_argument("--side", choices=footage.SIDES, default="learn", help="of the footage beside J-HMDB (default: learn)")
    parser.add_argument("--seconds", type=float, default=1.2, help="least length of a window of it (default 1.2)")
    parser.add_argument("--fold", type=int, choices=range(FOLDS), help="hold out this fifth of J-HMDB's sources")
    return parser.parse_args()


def main():
    options = parse()
    if not os.path.isfile(os.path.join(options.data, footage.LISTED)):
        sys.exit("actions.table: --data %s: expected %s in it, found none; name the folder of the data sets"
                 % (options.data, footage.LISTED))
    others = windows(options.data, options.side, options.seconds)
    clips, held = divide(footage.jhmdb(options.data), options.fold)
    os.makedirs(options.out, exist_ok=True)
    write(os.path.join(options.out, "groups.csv"), clips + others)
    write(os.path.join(options.out, "held.csv"), held)
    link(options.data, os.path.join(options.out, "clips"))
    link(os.path.join(options.data, "jhmdb21", "masks"), os.path.join(options.out, "masks"))
    print("%s: %d clips of J-HMDB, %d windows of %d other sources, %d of them background, %d clips of J-HMDB held out" % (
        options.out, len(clips), len(others), len({row.source for row in others}),
        sum(row.label == footage.BACKGROUND for row in others), len(held)))


if __name__ == "__main__":
    main()
