# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the folder that `actions` learns from: J-HMDB's clips, and windows of background.

    tools/python-with teach numpy -m actions.table --data FOLDER --out FOLDER

The folder holds groups.csv and links to the clips and to J-HMDB's masks, as tools/msnet-train reads it.  Its table also
goes to tools/msnet-teach, with `--root` of the data.
"""

import argparse
import collections
import csv
import os
import sys

from . import footage

COLUMNS = ("clip", "class", "source", "start", "end")


def windows(data, side, seconds):
    """Background on one side, in parts; what is not below the folder of data is left out."""
    return [piece for span in footage.spans() if span.label == footage.BACKGROUND and span.side == side
            and os.path.isfile(os.path.join(data, span.clip)) for piece in footage.pieces(span, seconds)]


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
    parser.add_argument("--side", choices=footage.SIDES, default="learn", help="which of the background (default: learn)")
    parser.add_argument("--seconds", type=float, default=1.2, help="least length of a window of background (default 1.2)")
    parser.add_argument("--only-background", action="store_true", help="none of J-HMDB's clips")
    return parser.parse_args()


def main():
    options = parse()
    if not os.path.isfile(os.path.join(options.data, footage.LISTED)):
        sys.exit("actions.table: --data %s: expected %s in it, found none; name the folder of the data sets"
                 % (options.data, footage.LISTED))
    rows = windows(options.data, options.side, options.seconds)
    if not options.only_background:
        rows = footage.jhmdb(options.data) + rows
    os.makedirs(options.out, exist_ok=True)
    write(os.path.join(options.out, "groups.csv"), rows)
    link(options.data, os.path.join(options.out, "clips"))
    link(os.path.join(options.data, "jhmdb21", "masks"), os.path.join(options.out, "masks"))
    counts = collections.Counter(row.label == footage.BACKGROUND for row in rows)
    print("%s: %d clips of J-HMDB, %d windows of background from %d sources" % (
        options.out, counts[False], counts[True], len({row.source for row in rows if row.label == footage.BACKGROUND})))


if __name__ == "__main__":
    main()
