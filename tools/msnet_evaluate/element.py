# SPDX-License-Identifier: LGPL-2.1-or-later
"""One msnet element, fed frame by frame; its results come back as numbers.

A source pad of ours is linked to the element, so that all happens in the calling thread: when a frame has been
pushed, the results that it made due are there.  Each video is a stream of its own, which begins a grid
(docs/time.md) and leaves nothing of the one before.
"""

import time
import warnings

import numpy as np

from . import Problem
from .gst import Gst, problem_of

MOST_CLASSES = 10000
WANTED = Gst.MessageType.ELEMENT | Gst.MessageType.WARNING | Gst.MessageType.ERROR
WHOLE = Gst.BufferCopyFlags.FLAGS | Gst.BufferCopyFlags.META | Gst.BufferCopyFlags.MEMORY | Gst.BufferCopyFlags.TIMESTAMPS


class Result:
    """What the element says of one window.

    scores: float64 [classes], in the order of the model's labels; start, end: running time (ns) of its first and last frame
    """

    def __init__(self, structure, order):
        self.partial = structure.get_boolean("partial")[1]
        self.frames = structure.get_int("frames")[1]
        self.start, self.end = (structure.get_clock_time(name)[1] for name in ("start", "end"))
        self.scores = np.zeros(len(order))
        self.scores[[order[label] for label in values(structure, "labels")]] = values(structure, "scores")


def values(structure, name):
    """The members of an array in a structure."""
    array = structure.get_array(name)[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GValueArray is deprecated; bindings have nothing else
        return [array.get_nth(index) for index in range(array.n_values)]


def renewed(buffer, pts, duration):
    """The same pixels and metadata, at another time (ns)."""
    copy = buffer.copy_region(WHOLE, 0, buffer.get_size())
    copy.pts, copy.dts, copy.duration = pts, Gst.CLOCK_TIME_NONE, duration
    return copy


def drop_end(_pad, info):
    """A sink that met EOS would take nothing more."""
    return Gst.PadProbeReturn.DROP if info.get_event().type == Gst.EventType.EOS else Gst.PadProbeReturn.OK


class Action:
    """An action that has ended: label, score (the highest mean), start and end (ns)."""

    def __init__(self, structure):
        self.label, self.score = structure.get_string("label"), structure.get_double("score")[1]
        self.start, self.end = (structure.get_clock_time(name)[1] for name in ("start", "end"))


class Element:
    """model: a ModelFile; properties: more of the element's.

    seconds: spent in the element so far; device, precision: as the network runs; warnings: of the element, each once;
    actions: those that have ended, as far as results() has read
    """

    def __init__(self, model, **properties):
        self.model, self.streams, self.caps, self.seconds, self.warnings = model, 0, None, 0.0, []
        self.actions = []
        self.order = {label: index for index, label in enumerate(model.labels)}
        self.pipeline = Gst.Pipeline()
        msnet, sink = (Gst.ElementFactory.make(name) for name in ("msnet", "fakesink"))
        settings = {"model": model.path, "policy": "every", "top-k": MOST_CLASSES, "post-messages": "all", "motion": False}
        for name, value in dict(settings, **properties).items():
            Gst.util_set_object_arg(msnet, name, str(value))
        for name in ("sync", "async"):
            sink.set_property(name, False)
        self.pipeline.add(msnet)
        self.pipeline.add(sink)
        msnet.link(sink)
        msnet.get_static_pad("src").add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, drop_end)
        self.pad = Gst.Pad.new("frames", Gst.PadDirection.SRC)
        self.pad.set_active(True)
        self.pad.link(msnet.get_static_pad("sink"))
        self.bus = self.pipeline.get_bus()
        if self.pipeline.set_state(Gst.State.PLAYING) == Gst.StateChangeReturn.FAILURE:
            self.close()
            raise Problem(problem_of(self.bus) or "%s: the element msnet does not start" % model.path)
        self.device, self.precision = (msnet.get_property("stats").get_string(name) for name in ("device", "precision"))

    def close(self):
        self.pipeline.set_state(Gst.State.NULL)

    def begin(self, segment, tags=()):
        """Start a stream.  tags: events."""
        self.streams += 1
        self.caps = None
        self.pad.push_event(Gst.Event.new_stream_start("video-%d" % self.streams))
        self.start = segment, tags

    def push(self, buffer, caps):
        """Give the element one frame."""
        if self.caps is None or not caps.is_equal(self.caps):
            self.pad.push_event(Gst.Event.new_caps(caps))
        if self.caps is None:
            segment, tags = self.start
            self.pad.push_event(Gst.Event.new_segment(segment))
            for tag in tags:
                self.pad.push_event(tag)
        self.caps = caps
        if self.timed(self.pad.push, buffer) != Gst.FlowReturn.OK:
            raise Problem(problem_of(self.bus) or "the element msnet refuses the frame")

    def end(self):
        """The stream is over, its open window with it."""
        self.timed(self.pad.push_event, Gst.Event.new_eos())

    def timed(self, push, what):
        began = time.monotonic()
        returned = push(what)
        self.seconds += time.monotonic() - began
        return returned

    def results(self):
        """Results since the last call."""
        found = []
        while message := self.bus.pop_filtered(WANTED):
            if message.type == Gst.MessageType.ERROR:
                raise Problem(message.parse_error()[0].message)
            if message.type == Gst.MessageType.WARNING:
                self.warn(message.parse_warning()[0].message)
            elif message.get_structure().get_name() == "msnet-result":
                found.append(Result(message.get_structure(), self.order))
            elif message.get_structure().get_name() == "msnet-action-end":
                self.actions.append(Action(message.get_structure()))
        return found

    def warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)

    def answer(self, frames, caps, tags=()):
        """The one result of T frames, each of which comes at a point of the window, whenever it was taken."""
        segment = Gst.Segment()
        segment.init(Gst.Format.TIME)
        self.begin(segment, tags)
        if self.model.at_centre:  # the grid starts with a first frame, which no point takes
            self.push(renewed(frames[0], 0, self.model.window // len(frames)), caps)
        for point, frame in zip(self.model.points(), frames):
            self.push(renewed(frame, point, self.model.window // len(frames)), caps)
        found = self.results()
        if len(found) != 1 or found[0].frames != len(frames):
            raise Problem("expected one result of %d frames, found %d results" % (len(frames), len(found)))
        return found[0]
