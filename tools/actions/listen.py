# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streams through the element: what happens in them, the scores of all windows, and the actions that it reports.

A stream is 320 x 240 at 30 frames a second, whatever its files are: the middle of their pictures, 4 : 3, scaled; a frame
that is missing repeats the one before.
"""

import collections
import os

import numpy as np

from msnet_evaluate import frames
from msnet_evaluate.element import Element, renewed
from msnet_evaluate.gst import Gst

from .streams import Mark

RATE = 30
FORM = ("videoconvert name=first ! aspectratiocrop aspect-ratio=4/3 ! videoscale ! videorate ! videoconvert ! "
        "video/x-raw,format=RGB,width=320,height=240,framerate=%d/1,pixel-aspect-ratio=1/1,colorimetry=sRGB" % RATE)

# marks: of the stream; times: seconds [windows, 2] of each window's first and last frame; scores: [windows, classes];
# actions: of the element
Heard = collections.namedtuple("Heard", "name marks times scores actions")
# score: the highest mean; start, end: seconds
Action = collections.namedtuple("Action", "label score start end")


def frames_of(part, data):
    first, last = round((part.start or 0) * RATE), round(part.end * RATE) if part.end is not None else None
    for number, frame in enumerate(frames.decode(os.path.join(data, part.span.clip), FORM)):
        if last is not None and number >= last:
            return
        if number >= first:
            yield frame


def add_mark(marks, span, start, end):
    """Parts of one source that show the same are one mark."""
    if marks and marks[-1].label == span.label and marks[-1].source == span.source:
        start = marks.pop().start
    marks.append(Mark(span.label, start, end, span.source))


def listen(element, stream, data):
    """element: of msnet_evaluate; data: folder of the clips"""
    segment, count, marks, caps = Gst.Segment(), 0, [], None
    segment.init(Gst.Format.TIME)
    element.begin(segment)
    for part in stream.parts:
        first = count
        for frame in frames_of(part, data):
            caps = caps or frame.caps
            element.push(renewed(frame.buffer, count * Gst.SECOND // RATE, Gst.SECOND // RATE), caps)
            count += 1
        if count > first:
            add_mark(marks, part.span, first / RATE, count / RATE)
    element.end()
    results = element.results()
    return Heard(stream.name, stream.marks or marks, np.array([(result.start, result.end) for result in results]) / Gst.SECOND,
                 np.array([result.scores for result in results]), actions_of(element))


def actions_of(element):
    """Those that have ended since the last call."""
    found, element.actions = element.actions, []
    return [Action(action.label, action.score, action.start / Gst.SECOND, action.end / Gst.SECOND) for action in found]


def open_element(model, **properties):
    """model: a ModelFile; properties: of the element, those that are not None"""
    return Element(model, **{name: value for name, value in properties.items() if value is not None})
