# SPDX-License-Identifier: LGPL-2.1-or-later
"""The clips to learn from: a folder for each class, a table, or one of the public layouts."""

import collections
import os

from msnet_evaluate import dataset
from msnet_teach.data import LONGEST, spans_of_table

from . import Problem, layouts

# source: what it was cut from; start, end: seconds or None; mask: file that says where the person is, or None
Clip = collections.namedtuple("Clip", "name path label source start end mask")
FEW_SOURCES = 3


class Clips(dataset.DataSet):
    """labels: of the classes that have clips, sorted; licence: what the layout knows of it."""

    def __init__(self):
        super().__init__()
        self.labels, self.layout, self.licence = [], None, None


def read(path, root=None):
    """path: of the folder or the table; root: where the table's clips are"""
    found = Clips()
    if not os.path.exists(path):
        raise Problem("%s: expected a folder of a folder for each class, or a table (CSV) of clip and class, found none" % path)
    layout = layouts.find(path)
    if layout:
        rows, found.layout, found.licence = layout.rows(path, found), layout.name, layout.licence
    elif os.path.isdir(path):
        rows = layouts.rows_of_folder(path, found)
    else:
        rows = spans_of_table(path, root or os.path.dirname(os.path.abspath(path)), found)
    names = set()
    for row in rows:
        if row.name in names:
            found.leave_out([row.name], "it is named twice")
        else:
            add(found, row)
        names.add(row.name)
    check(found, path)
    return found


def add(found, row):
    label = row.label.strip()
    if dataset.shown(row.path) != row.path:
        found.leave_out([dataset.shown(row.name)], dataset.NO_UTF8)
    elif not os.path.isfile(row.path):
        found.leave_out([row.name], "expected a file, found none; --root names the folder of the clips")
    elif os.path.getsize(row.path) == 0:
        found.leave_out([row.name], "the file is empty")
    elif not label.isprintable() or not 1 <= len(label.encode(errors="surrogateescape")) <= LONGEST:
        found.leave_out([row.name], "its class has no name, one of more than %d bytes, or one with signs that cannot be printed"
                        % LONGEST)
    else:
        mask = getattr(row, "mask", None)
        found.clips.append(Clip(row.name, row.path, label, layouts.source_of(row), row.start, row.end,
                                mask if mask and os.path.isfile(mask) else None))


def check(found, path):
    """At least two classes."""
    found.labels = sorted({clip.label for clip in found.clips})
    if len(found.labels) < 2:
        raise Problem("%s: expected clips of two classes or more, found %s: %s" % (
            path, "those of %s alone" % found.labels[0] if found.labels else "none", dataset.summary(found) or "no file"))


def note_thin(found):
    """What too few clips or sources mean."""
    by_label = collections.defaultdict(list)
    for clip in found.clips:
        by_label[clip.label].append(clip)
    for label, mine in by_label.items():
        sources = {clip.source for clip in mine}
        if len(mine) == 1:
            found.notes.append("class %s has one clip: it is learnt from, and nothing can be said of its accuracy" % label)
        elif len(sources) == 1:
            found.notes.append("all %d clips of class %s are of one source: nothing can be said of its accuracy"
                               % (len(mine), label))
        elif len(sources) < FEW_SOURCES:
            found.notes.append("class %s has %d sources: its accuracy is a rough guess" % (label, len(sources)))
    if len(found.clips) > 1 and len({clip.source for clip in found.clips}) == len(found.clips):
        found.notes.append("each clip counts as a source of its own: if some are cut from the same recording, the accuracy is "
                           "too good; a table (CSV) with a column \"source\" says which")
