# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measure a model of actions in streams, through the element.

    tools/evaluate-actions composed|background|natural --model MODEL [--clips CSV] [--choose] [--json FILE]

composed: clips of J-HMDB that the model did not learn from (--clips, as actions.table writes held.csv), seconds of
    background before, between and after them, joined by hard cuts;
background: all background of one side, each source a stream;
natural: recordings in which people walk, run, sit down, stand up, jump and wave, as they are.
--choose tries values of enter, leave and smoothing on what was heard, and prints which find the most.
"""

import argparse
import json
import sys

import numpy as np

from msnet_evaluate import Problem, dataset, gst
from msnet_evaluate.model_file import ModelFile
from msnet_evaluate.progress import Progress

from . import choose, footage, judge, listen, rule, streams
from .footage import BACKGROUND


def spans_of(path):
    """J-HMDB's clips of a table as actions.table writes it, each the whole of its file."""
    found = dataset.DataSet()
    rows = [row for _, row in dataset.lines_of_table(path, found)]
    if found.left_out:
        raise Problem("--clips %s: %s: %s" % (path, *found.left_out[0]))
    return [footage.Span(row["clip"], row["class"], row.get("source") or row["clip"], None, None, None) for row in rows
            if row["class"] != BACKGROUND]


def streams_of(options):
    mine = [span for span in footage.spans(options.data) if span.side == options.side]
    background = [span for span in mine if span.label == BACKGROUND]
    if not background:
        raise Problem("--data %s: expected the files of footage.csv in it, such as assist-iot/adl-01_walking_slowly.mp4, found "
                      "none; name the folder of the data sets" % options.data)
    if options.what == "background":
        if options.choose:
            raise Problem("--choose: expected streams with actions to find (composed, natural), found background")
        return list(streams.alone(background))
    if options.what == "natural":
        return list(streams.natural(mine))
    if not options.clips:
        raise Problem("composed: expected --clips with a table of clips that the model did not learn from, found none; "
                      "actions.table writes one with --fold")
    return list(streams.composed(np.random.default_rng(options.seed), spans_of(options.clips), background))


def hear(options, model):
    """Every stream through the element."""
    element, found = listen.open_element(model, device=options.device), []
    todo = streams_of(options)
    progress = Progress(len(todo))
    try:
        for stream in todo:
            found.append(listen.listen(element, stream, options.data))
            progress.advance()
    finally:
        progress.end()
        element.close()
    return found


def spread(late):
    """Of seconds: their median, and of their sizes the median and the 90th percentile."""
    if len(late) == 0:
        return [float("nan")] * 3
    return [float(np.median(late)), float(np.median(abs(late))), float(np.percentile(abs(late), 90))]


def figures_of(heard, actions):
    """actions: those of each stream -> what is reported"""
    answers = [answer for one, mine in zip(heard, actions) for answer in judge.answers_of(one.marks, mine)]
    alarms = [alarm for one, mine in zip(heard, actions) for alarm in judge.alarms_of(one.marks, mine)]
    marks = [mark for one in heard for mark in one.marks]
    found = {"streams": len(heard), "actions": len(answers)}
    if answers:
        found["found"] = judge.share(answers)
        for name in ("begin", "end"):
            late = np.array([getattr(answer, name) for answer in answers if answer.found])
            found[name] = spread(late)
        found["confused"], found["reported_wrong"] = sum(alarm.during != BACKGROUND for alarm in alarms), len(alarms)
        found["all"] = judge.rate(alarms, marks)
    quiet = [mark for mark in marks if mark.label == BACKGROUND]
    false = [alarm for alarm in alarms if alarm.during == BACKGROUND]
    found["background"] = [*judge.rate(false, quiet), len({mark.source for mark in quiet})]
    found["alarms"] = {label: sum(alarm.label == label for alarm in false) for label in sorted({alarm.label for alarm in false})}
    found["by_class"] = {label: [sum(a.found for a in answers if a.label == label), sum(a.label == label for a in answers)]
                         for label in sorted({answer.label for answer in answers})}
    return found


def lines_of(what, figures, proposal):
    yield "%s, enter %g, leave %g, smoothing %g s: %d streams" % (what, *proposal, figures["streams"])
    if figures["actions"]:
        yield "found %.3f of %d actions (95 %% interval %.3f to %.3f over %d sources)" % (
            figures["found"][0], figures["actions"], *figures["found"][1:])
        for name in ("begin", "end"):
            yield "%s: late by %.2f s (median); off by %.2f s (median), %.2f s (90 %%)" % (name, *figures[name])
        yield "another action reported during or just after one: %d times" % figures["confused"]
        yield "false alarms an hour, of all: %.0f (95 %% interval %.0f to %.0f; %.2f h)" % tuple(figures["all"])
        yield "found by class: " + ", ".join("%s %d of %d" % (label, *counts) for label, counts in figures["by_class"].items())
    yield "false alarms an hour of background: %.0f (95 %% interval %.0f to %.0f; %.2f h of %d sources)" % tuple(
        figures["background"])
    if figures["alarms"]:
        yield "these were: " + ", ".join("%s %d" % pair for pair in figures["alarms"].items())


def parse():
    parser = argparse.ArgumentParser(prog="evaluate-actions", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("composed", "background", "natural"))
    parser.add_argument("--model", default="actions", help="name or path (default: actions)")
    parser.add_argument("--clips", help="table of clips of J-HMDB that the model did not learn from")
    parser.add_argument("--data", default="../shared/data", help="folder of the data sets")
    parser.add_argument("--side", choices=footage.SIDES, default="measure", help="whose background (default: measure)")
    parser.add_argument("--choose", action="store_true", help="try values of enter, leave and smoothing")
    parser.add_argument("--seed", type=int, default=1, help="of the streams that are composed (default 1)")
    parser.add_argument("--json", metavar="FILE", help="write the figures here, too")
    parser.add_argument("--device", help="of OpenCL")
    parser.add_argument("--build", default="build", help="build folder of the plugin")
    return parser.parse_args()


def run(options):
    gst.start(options.build)
    model = ModelFile(options.model)
    heard = hear(options, model)
    proposal = rule.of_model(model)
    figures = figures_of(heard, [one.actions for one in heard])
    print("\n".join(lines_of(options.what, figures, proposal)))
    if options.choose:
        print("\n".join(choose.lines_of(heard, model, figures_of)))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as text:
            json.dump({"what": options.what, "proposal": proposal._asdict(), "figures": figures}, text, indent=1)


def main():
    try:
        run(parse())
    except Problem as problem:
        sys.exit("evaluate-actions: %s" % problem)
    except OSError as error:
        sys.exit("evaluate-actions: %s: %s" % (error.filename or "a file", error.strerror or error))


if __name__ == "__main__":
    main()
