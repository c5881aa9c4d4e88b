# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a video file to the results of each model, by one rule of times: docs/evaluate.md has all of them."""

from . import Problem, frames, rule
from .element import Element


class Recogniser:
    """A model in its element, and what it sees of a picture.  view: Whole or ThreeCrops."""

    def __init__(self, model, view, **properties):
        self.model, self.view = model, view
        self.element = Element(model, **properties)


class Stream:
    """The video as it is, with its own times: every result of the element counts.

    span: the element's property: "window", or "clip", whose end the element has to know
    """

    def __init__(self, span):
        self.span = span

    def start(self, frame):
        """The segment of a stream that starts with this frame."""
        segment = frame.segment.copy()
        if self.span == "clip":
            if frame.end is None:
                raise Problem("expected a length in the file, as --span needs it, found none; use --segments")
            segment.stop = min(segment.stop, frame.end)
        return segment

    def results(self, path, recognisers):
        found = [[] for _ in recognisers]
        for number in range(recognisers[0].view.count):
            self.play(path, recognisers, number)
            for results, recogniser in zip(found, recognisers):
                results += recogniser.element.results()
        if not all(found):
            raise Problem("no result: expected frames at most 1.5 windows apart; see docs/time.md")
        return found

    def play(self, path, recognisers, number):
        began = False
        for frame in frames.decode(path, recognisers[0].view.form):
            for recogniser in recognisers:
                seen = recogniser.view.of(frame, number)
                if not began:
                    recogniser.element.begin(self.start(seen), seen.tags)
                recogniser.element.push(seen.buffer, seen.caps)
            began = True
        for recogniser in recognisers:
            recogniser.element.end()


class Chosen:
    """Frames by their numbers, T of them a clip.  rule: a function of rule.py; clips: how many the rule gives."""

    span = "window"

    def __init__(self, rule, clips):
        self.rule, self.clips = rule, clips

    def results(self, path, recognisers):
        total = frames.count(path)
        clips = [self.rule(total, recogniser.model.frames, self.clips) for recogniser in recognisers]
        needed = {number for rows in clips for row in rows for number in row}
        picked = frames.pick(path, needed, recognisers[0].view.form)
        return [list(self.answers(recogniser, rows, picked)) for recogniser, rows in zip(recognisers, clips)]

    @staticmethod
    def answers(recogniser, rows, picked):
        for number in range(recogniser.view.count):
            seen = {index: recogniser.view.of(picked[index], number) for row in rows for index in row}
            for row in rows:
                first = seen[row[0]]
                yield recogniser.element.answer([seen[index].buffer for index in row], first.caps, first.tags)


def protocol_of(options):
    """What the command line asks for."""
    if options.crop_size and options.crops == 1:
        raise Problem("--crop-size is for --crops 3: otherwise the model file says what the network sees")
    if options.worst < 0:
        raise Problem("--worst: expected 0 or more mistakes, found %d" % options.worst)
    if options.dense:
        clips = rule.DENSE_CLIPS if options.clips is None else options.clips
        if clips < 1:
            raise Problem("--clips: expected 1 or more with --dense, found %d" % clips)
        return Chosen(rule.dense, clips)
    if options.segments:
        clips = 1 if options.clips is None else options.clips
        if clips not in (1, 2):
            raise Problem("--clips: expected 1 or 2 with --segments, found %d" % clips)
        return Chosen(rule.segments, clips)
    if options.clips is not None:
        raise Problem("--clips is for --segments and --dense: without them every result of the clip counts")
    return Stream("clip" if options.span else "window")
