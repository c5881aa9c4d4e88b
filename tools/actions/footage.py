# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the footage beside J-HMDB shows, and when: footage.csv, written by hand while looking at the pictures.

Its class is one of J-HMDB's, or `background`: whatever is none of them, people included who stand, sit or lie still,
crawl, fall, bend down or speak with their hands.  What is not listed is neither (somebody who walks far away), and is
never used.  A source is a place or a person.  side says what it may be used for: `learn`, or `measure`, where no licence
lets it be learnt from (ps7-actions), where it is shown (a person of assist-iot), and one of three recordings of fight-surv.
"""

import collections
import csv
import os

BACKGROUND = "background"
SIDES = ("learn", "measure")
TABLE = os.path.join(os.path.dirname(__file__), "footage.csv")
LISTED = "jhmdb21/groups.csv"

# clip: a path below the folder of data; start, end: seconds, or None: the whole
Span = collections.namedtuple("Span", "clip label source start end side")


def spans(data=None, path=TABLE):
    """Every line of the table; with a folder of data, those whose files it has."""
    with open(path, newline="", encoding="utf-8") as text:
        found = [Span(row["clip"], row["class"], row["source"], float(row["start"]), float(row["end"]), row["side"])
                 for row in csv.DictReader(text)]
    return [span for span in found if data is None or os.path.isfile(os.path.join(data, span.clip))]


def jhmdb(data):
    """The clips of J-HMDB below a folder of data, each as a span that is the whole."""
    with open(os.path.join(data, LISTED), newline="", encoding="utf-8") as text:
        return [Span("jhmdb21/clips/" + row["clip"], row["class"], "jhmdb21/" + row["source"], None, None, "learn")
                for row in csv.DictReader(text)]


def pieces(span, seconds):
    """A span in equal parts, each at least so long unless the span is shorter."""
    count = max(1, int((span.end - span.start) / seconds))
    times = [round(span.start + (span.end - span.start) * index / count, 2) for index in range(count + 1)]
    return [span._replace(start=start, end=end) for start, end in zip(times, times[1:])]
