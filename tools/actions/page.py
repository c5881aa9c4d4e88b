# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the figures and pictures of docs/models/actions.md and the picture of the README.

    tools/describe-actions [--model MODEL] [--answers NAME=PATH ...] [--streams JSON ...] [--picture]

--answers: of networks to clips that they did not learn from, the model's first: a table (clip, class, source, answer), or
    the folder MODEL.train of tools/msnet-train --folds;
--streams: what tools/evaluate-actions wrote with --json;
--picture: the demo's clip, with the model's surest action drawn over it.
What is not given stays as it is.
"""

import argparse
import json
import os
import sys

from msnet_evaluate import Problem, frames, gst, measures
from msnet_evaluate.gst import Gst
from msnet_evaluate.model_file import ModelFile

from . import answered, confusion, footage, listen, streams

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PAGE, ERRORS, PICTURE, CLIP = (os.path.join(ROOT, *path.split("/")) for path in (
    "docs/models/actions.md", "docs/models/actions-errors.png", "docs/images/actions.png", "tests/data/clips/home.webm"))
DRAWN = ("videoconvert name=first ! video/x-raw,format=I420 ! msnet model=%s ! msnetoverlay ! videoconvert "
         "! video/x-raw,format=RGB")
STREAMS = ("| streams | actions found, 95 % interval | start late | end late | start, end off by (90 %) | "
           "false alarms an hour of background, 95 % interval |"), "|---|---|---|---|---|---|"
COLOURS = 128


def replace(text, name, lines):
    """What stands between two marks of the page becomes these lines."""
    first, last = "<!-- %s -->" % name, "<!-- end of %s -->" % name
    if text.count(first) != 1 or text.count(last) != 1:
        raise Problem("%s: expected one %s and one %s, found others" % (PAGE, first, last))
    before, rest = text.split(first)
    return before + first + "\n" + "".join(line + "\n" for line in lines) + last + rest.split(last)[1]


def rows_of_streams(path):
    with open(path, encoding="utf-8") as text:
        report = json.load(text)
    figures, quiet = report["figures"], report["figures"]["background"]
    alarms = "%.0f, %.0f to %.0f (%.0f s of %d sources)" % (*quiet[:3], quiet[3] * 3600, quiet[4])
    if not figures["actions"]:
        return "| %s | | | | | %s |" % (report["what"], alarms)
    found, begin, end = (figures[key] for key in ("found", "begin", "end"))
    return "| %s | %.3f of %d, %.3f to %.3f | %.2f s | %.2f s | %.2f s, %.2f s | %s |" % (
        report["what"], found[0], figures["actions"], *found[1:3], begin[0], end[0], begin[2], end[2], alarms)


def surest(model):
    """Seconds into the clip at which the best score of an action is seen."""
    element = listen.open_element(model)
    span = footage.Span(os.path.basename(CLIP), footage.BACKGROUND, "", None, None, None)
    heard = listen.listen(element, streams.Stream("", [streams.Part(span, None, None)], None), os.path.dirname(CLIP))
    element.close()
    actions = [index for index, label in enumerate(model.labels) if label not in model.background]
    best = heard.scores[:, actions].max(1).argmax()
    return heard.times[best, 1]


def draw_picture(model):
    """As the demo draws it."""
    from PIL import Image

    wanted = surest(model)
    for frame in frames.decode(CLIP, DRAWN % model.path):
        if frame.buffer.pts / Gst.SECOND >= wanted - 1e-3:
            Image.fromarray(frames.pixels(frame)[0]).quantize(COLOURS).save(PICTURE, optimize=True)
            return


def parse():
    parser = argparse.ArgumentParser(prog="describe-actions", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="actions", help="name or path (default: actions)")
    parser.add_argument("--answers", action="append", default=[], metavar="NAME=PATH", help="of a network; the model's first")
    parser.add_argument("--streams", action="append", default=[], metavar="JSON", help="of tools/evaluate-actions --json")
    parser.add_argument("--picture", action="store_true", help="draw the README's picture")
    parser.add_argument("--build", default="build", help="build folder of the plugin")
    return parser.parse_args()


def run(options):
    with open(PAGE, encoding="utf-8") as text:
        page = text.read()
    named = [(name, answered.read(path)) for name, _, path in (given.rpartition("=") for given in options.answers)]
    if named:
        rows = list(named[0][1].values())
        table = measures.confusion(rows, sorted({row[key] for row in rows for key in ("class", "answer")}))
        shown = ["![Which class was taken for which](%s)" % os.path.basename(ERRORS)]
        page = replace(page, "answers", ["", answered.summary(named[0][1]), "", *answered.rows_of(named), "", *shown, ""])
        confusion.draw(table, ERRORS)
    if options.streams:
        page = replace(page, "streams", ["", *STREAMS, *map(rows_of_streams, options.streams), ""])
    if options.picture:
        gst.start(options.build)
        draw_picture(ModelFile(options.model))
    with open(PAGE, "w", encoding="utf-8") as text:
        text.write(page)


def main():
    try:
        run(parse())
    except Problem as problem:
        sys.exit("describe-actions: %s" % problem)
    except OSError as error:
        sys.exit("describe-actions: %s: %s" % (error.filename or "a file", error.strerror or error))


if __name__ == "__main__":
    main()
