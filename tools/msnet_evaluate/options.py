# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line of msnet-evaluate, and what it means."""

import argparse

from msnet_file.places import BUILD

from . import rule

DESCRIPTION = "Measures models on clips, through the element: docs/evaluate.md has every protocol."


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="msnet-evaluate", description=DESCRIPTION)
    parser.add_argument("models", nargs="+", metavar="MODEL", help="path or name; of several the answers are averaged")
    parser.add_argument("data", metavar="DATA", help="a folder for each class, or a CSV of clip, class and perhaps source")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--span", action="store_true", help="one window a clip, T points over all of it (span=clip)")
    which.add_argument("--segments", action="store_true", help="the frames at the centres of T equal parts of the clip")
    which.add_argument("--dense", action="store_true", help="ten clips of 64 frames, every 64/T-th of them")
    parser.add_argument("--clips", type=int, metavar="N", help="with --segments 1 (default) or 2, with --dense any (default 10)")
    parser.add_argument("--crops", type=int, choices=(1, 3), default=1, help="3: at full resolution, along the longer side")
    parser.add_argument("--crop-size", type=int, metavar="N", help="with --crops 3 (default: the whole shorter side)")
    parser.add_argument("--average", choices=("scores", "logits"), default="scores", help="over the results of a clip")
    parser.add_argument("--average-models", choices=("scores", "logits"), help="over models (default: as --average)")
    parser.add_argument("--with-background", action="store_true", help="background classes of the model may be answers")
    parser.add_argument("--root", help="folder of the clips that the CSV names (default: its own)")
    parser.add_argument("--device", default="auto", help="as the element's property")
    parser.add_argument("--precision", choices=("f32", "bf16"), default="f32", help="as the element's property")
    parser.add_argument("--out", default="evaluation", help="folder for results.jsonl, report.json and report.html")
    parser.add_argument("--resume", action="store_true", help="go on with the results in --out")
    parser.add_argument("--worst", type=int, default=12, help="mistakes that the page shows")
    parser.add_argument("--build", default=BUILD, help="build folder of the plugin")
    options = parser.parse_args(arguments)
    options.average_models = options.average_models or options.average
    return options


def describe(options, models, background):
    """The protocol in one sentence."""
    points = " + ".join(str(model.frames) for model in models)
    if options.dense:
        frames = "%s clips of %s frames out of 64" % (options.clips or rule.DENSE_CLIPS, points)
    elif options.segments:
        frames = "%d clip%s of %s frames at the %s of equal parts" % (
            options.clips or 1, "s" if options.clips == 2 else "", points, "centres and starts" if options.clips == 2 else "centres")
    elif options.span:
        frames = "one window of %s points over the whole clip, as in a pipeline with span=clip" % points
    else:
        frames = "every window of %s frames, as in a pipeline" % points
    size = "of %d" % options.crop_size if options.crop_size else "at full resolution"
    crops = "three crops " + size if options.crops == 3 else "as the model file says"
    average = "mean of %s" % options.average
    if len(models) > 1 and options.average_models != options.average:
        average += ", of models that of %s" % options.average_models
    return "Frames: %s. Picture: %s. Answer: %s%s." % (
        frames, crops, average, ", background left out" if background else "")
