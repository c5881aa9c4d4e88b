# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the network is taught from: a folder for each class, or a table (CSV) of clips, or of times in recordings."""

import collections
import os

from msnet_evaluate import Problem
from msnet_evaluate.dataset import NO_UTF8, DataSet, lines_of_table, place, rows_of_folder, shown

LONGEST = 256  # bytes of a label

# name: for people; start, end: seconds from the beginning of the file, or None: the whole; source: what it was cut from
Span = collections.namedtuple("Span", "name path label source start end")


def read(path, root=None):
    """-> a DataSet whose clips are Spans, in the order of their classes."""
    found = DataSet()
    if os.path.isdir(path):
        found.clips = [Span(name, file, label, source, None, None) for name, file, label, source in rows_of_folder(path, found)]
    elif os.path.isfile(path):
        found.clips = list(spans_of_table(path, root or os.path.dirname(os.path.abspath(path)), found))
    else:
        raise Problem("%s: expected a folder of a folder for each class, or a table (CSV) of clip, class and perhaps start, end "
                      "and source, found none" % path)
    found.clips = [span for span in found.clips if is_usable(span, found)]
    found.clips.sort(key=lambda span: span.label)  # each class's clips stay in their order
    return found


def is_usable(span, found):
    if shown(span.path) != span.path:
        found.leave_out([shown(span.name)], NO_UTF8)
    elif not os.path.isfile(span.path):
        found.leave_out([span.name], "expected a file, found none; --root names the folder of the clips")
    else:
        return True
    return False


def spans_of_table(path, root, found):
    for number, row in lines_of_table(path, found, "start, end and source"):
        try:
            yield span_of_row(row, root)
        except ValueError as problem:
            found.leave_out(["line %d" % number], str(problem))


def span_of_row(row, root):
    start, end = seconds(row.get("start")), seconds(row.get("end"))
    if end is not None and end <= (start or 0):
        raise ValueError("expected an end after the start, found %s to %s" % (row.get("start") or 0, row["end"]))
    times = " %s-%s" % (row.get("start") or 0, row.get("end") or "") if start is not None or end is not None else ""
    return Span(row["clip"] + times, place(root, row["clip"], row["class"]), row["class"], row.get("source") or row["clip"],
                start, end)


def seconds(text):
    """12.5, 12,5, 1:02.5 or 1:00:02.5 -> seconds; nothing -> None."""
    if not text:
        return None
    try:
        value = 0.0
        for part in text.split(":"):
            value = 60 * value + float(part.replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ValueError("expected a time such as 12.5 or 1:02.5, found %s" % text)
    return value


def check_labels(labels):
    """What the model file and the element take."""
    for label in labels:
        if not 1 <= len(label.encode(errors="surrogateescape")) <= LONGEST or not label.isprintable():
            raise Problem("class %r: expected a name of 1 to %d bytes of UTF-8 without control characters; rename it"
                          % (label, LONGEST))
    if len(labels) < 2:
        raise Problem("expected two classes or more, found %s; add a folder of clips that show something else, such as \"nothing\""
                      % (", ".join(labels) or "none"))
