# SPDX-License-Identifier: LGPL-2.1-or-later
"""The clips to measure on: a folder for each class, or a table (CSV) of clip, class and source."""

import collections
import csv
import difflib
import os

from . import Problem

COLUMNS = ("clip", "class")
NO_UTF8 = "expected a name in UTF-8, found other bytes; rename it"

# name: as the data set names it; label: what it shows, in the model's words; source: what it was cut from
Clip = collections.namedtuple("Clip", "name path label source")


class DataSet:
    """clips: those that can be measured; left_out: (name, why) of the others; notes: what else the user has to know."""

    def __init__(self):
        self.clips, self.left_out, self.notes = [], [], []

    def leave_out(self, names, why):
        self.left_out += [(name, why) for name in names]


def read(path, root, labels, background):
    """path: of the folder or the table; root: where the table's clips are; background: labels that are no answers."""
    found = DataSet()
    if os.path.isdir(path):
        rows = list(rows_of_folder(path, found))
    elif os.path.isfile(path):
        rows = list(rows_of_table(path, root or os.path.dirname(os.path.abspath(path)), found))
    else:
        raise Problem("%s: expected a folder of a folder for each class, or a table (CSV) of clip and class, found none" % path)
    add(found, rows, labels, background)
    if not found.clips:
        raise Problem("%s: no clip is left to measure on: %s" % (path, summary(found) or "there is none"))
    if len({clip.label for clip in found.clips}) == 1:
        found.notes.append("all clips are of one class, %s: nothing is known of the others" % found.clips[0].label)
    return found


def summary(found):
    """Why clips were left out, each reason once."""
    reasons = collections.Counter(why for _, why in found.left_out)
    return "; ".join(["%d clip%s: %s" % (count, "" if count == 1 else "s", why) for why, count in reasons.items()] + found.notes)


def rows_of_folder(path, found):
    """(name, path, class, source) of each file; a clip is a source of its own."""
    classes = sorted(entry.name for entry in os.scandir(path) if entry.is_dir() and not entry.name.startswith("."))
    if not classes:
        raise Problem("%s: expected a folder for each class, found none; or name a table (CSV) of clip and class" % path)
    for label in classes:
        files = sorted(entry.name for entry in os.scandir(os.path.join(path, label))
                       if entry.is_file() and not entry.name.startswith("."))
        if not files:
            found.notes.append("class %s has no clip" % shown(label))
        for file in files:
            name = os.path.join(label, file)
            yield name, os.path.join(path, name), label, name


def lines_of_table(path, found, more="source"):
    """(number, fields by column) of each whole line of a CSV.  more: columns that there may be beside clip and class"""
    try:
        with open(path, newline="", encoding="utf-8-sig") as text:
            table = table_of(text)
            missing = [column for column in COLUMNS if column not in (table.fieldnames or ())]
            if missing:
                raise Problem("%s: expected a first line with clip and class (and perhaps %s), found no %s in it: %s"
                              % (path, more, " and no ".join(missing), ",".join(table.fieldnames or ())))
            for row in table:
                if None in row or not row["clip"] or not row["class"]:
                    found.leave_out(["line %d" % table.line_num], "expected %d fields as in the first line, found others; what "
                                    "holds a comma needs quotes: \"a, b\"" % len(table.fieldnames))
                else:
                    yield table.line_num, row
    except (UnicodeDecodeError, csv.Error) as problem:
        raise Problem("%s: expected a table (CSV) in UTF-8, found something else: %s; save it as CSV in UTF-8"
                      % (path, problem)) from problem


def rows_of_table(path, root, found):
    """The same of each line.  A clip lies in `root`, or there in the folder of its class."""
    seen = set()
    for _, row in lines_of_table(path, found):
        name, label = row["clip"], row["class"]
        if name in seen:
            found.leave_out([name], "the table names it twice")
        else:
            seen.add(name)
            yield name, place(root, name, label), label, row.get("source") or name


def table_of(text):
    """Its rows by column.  Spreadsheets separate by ";" where numbers have a decimal comma."""
    first = text.readline()
    text.seek(0)
    return csv.DictReader(text, delimiter=next((sign for sign in ",;\t" if sign in first), ","))


def place(root, name, label):
    within = os.path.join(root, label, name)
    return within if os.path.isfile(within) else os.path.join(root, name)


def add(found, rows, labels, background):
    """Sort rows by whether they can be measured."""
    by_class = collections.defaultdict(list)
    for row in rows:
        if shown(row[1]) == row[1]:
            by_class[row[2]].append(row)
        else:
            found.leave_out([shown(row[0])], NO_UTF8)
    for said, mine in by_class.items():
        label = match(said, labels)
        if label is None:
            found.leave_out([row[0] for row in mine], "the model has no label \"%s\"%s" % (said, nearest(said, labels)))
        elif label in background:
            found.leave_out([row[0] for row in mine], "\"%s\" is background of the model, so never an answer; --with-background "
                            "counts it as a class" % label)
        else:
            for name, path, _, source in mine:
                if os.path.isfile(path):
                    found.clips.append(Clip(name, path, label, source))
                else:
                    found.leave_out([name], "expected a file, found none; --root names the folder of the clips")


def shown(name):
    """A name of the file system as text that can be written: bytes that are not UTF-8 become "?"."""
    return name.encode(errors="replace").decode()


def match(said, labels):
    """The label that was meant: names of folders have other signs than labels."""
    if said in labels:
        return said
    alike = [label for label in labels if plain(label) == plain(said)]
    return alike[0] if len(alike) == 1 else None


def plain(label):
    return "".join(sign for sign in label.casefold() if sign.isalnum())


def nearest(said, labels):
    found = difflib.get_close_matches(said, labels, 1)
    return "; the nearest is \"%s\"" % found[0] if found else ""
