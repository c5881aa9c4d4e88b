# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line of msnet-train."""

import argparse
import os

from msnet_teach.options import add_file

from . import Problem

ENDING = ".safetensors"
DESCRIPTION = "Trains a model on clips: docs/train.md has what it does and how long it takes."


def stages(text):
    found = [int(part) for part in text.split(",")]
    return found[0] if len(found) == 1 else found


def make_parser():
    parser = argparse.ArgumentParser(prog="msnet-train", description=DESCRIPTION)
    parser.add_argument("data", metavar="DATA",
                        help="a folder for each class, or a CSV of clip, class and perhaps source, start, end")
    parser.add_argument("--out", required=True, metavar="MODEL%s" % ENDING, help="the model file to write")
    parser.add_argument("--root", help="folder of the clips that the CSV names (default: its own)")
    parser.add_argument("--from", dest="start", metavar="MODEL", help="path or name of the model to start from")
    schedule = parser.add_argument_group("how long, and what is measured")
    schedule.add_argument("--epochs", type=int, default=20, help="how often every clip is seen (default 20)")
    schedule.add_argument("--minutes", type=float, help="of learning, in place of --epochs; decoding comes first")
    schedule.add_argument("--patience", type=int, default=6, help="epochs without a better answer before it ends (default 6)")
    schedule.add_argument("--folds", type=int, default=0, metavar="N",
                          help="train N more times, each time with other sources held out, and measure on those")
    schedule.add_argument("--frozen", action="store_true", help="fit the classifier alone: minutes")
    network = parser.add_argument_group("the network, where it is to differ from the one to start from")
    network.add_argument("--shift", choices=("none", "causal", "bidirectional"))
    network.add_argument("--motion", type=stages, metavar="STAGE", help="MotionSqueeze after this stage (1 to 4)")
    network.add_argument("--head", type=lambda text: text.split(","), metavar="pooled,change", help="what the classifier reads")
    network.add_argument("--grid", type=int, metavar="G", help="the classifier reads G x G parts of the picture apart")
    network.add_argument("--size", type=int, help="pixels of its input")
    network.add_argument("--frames", type=int, help="frames of a window")
    network.add_argument("--window", type=float, help="seconds of a window")
    network.add_argument("--background", action="append", default=[], metavar="CLASS", help="a class that is no action")
    learning = parser.add_argument_group("learning")
    learning.add_argument("--rate", type=float, default=1e-4, help="of pretrained weights; others have a multiple (default 1e-4)")
    learning.add_argument("--batch", type=int, default=8, help="clips a step (default 8)")
    learning.add_argument("--dropout", type=float, default=0.3)
    learning.add_argument("--freeze", type=int, metavar="N", help="stem and stages that stay (default: 2 on a CPU, 0 on a GPU)")
    learning.add_argument("--views", type=int, default=0, metavar="N",
                          help="compute the stages that stay once, for N varied windows of each clip: much faster")
    learning.add_argument("--mixup", type=float, default=0.0, metavar="A", help="mix clips, by shares from Beta (A, A)")
    learning.add_argument("--no-flip", action="store_true", help="the mirror image is another action")
    learning.add_argument("--plain", action="store_true", help="no other speeds and no mirror images")
    learning.add_argument("--seed", type=int, default=1)
    machine = parser.add_argument_group("this machine")
    machine.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 ...")
    machine.add_argument("--threads", type=int, default=os.cpu_count())
    machine.add_argument("--precision", choices=("auto", "f32", "bf16"), default="auto", help="auto: what is faster here")
    machine.add_argument("--cache", help="folder for decoded clips (default: MODEL.train/cache)")
    machine.add_argument("--restart", action="store_true", help="forget what an earlier training to --out left")
    file = parser.add_argument_group("the file")
    add_file(file)
    card = parser.add_argument_group("the card")
    card.add_argument("--name", help="of the model (default: the file's)")
    card.add_argument("--license", help="of the model")
    card.add_argument("--description", help="what it recognises")
    return parser


def parse(arguments=None):
    options = make_parser().parse_args(arguments)
    if not options.out.endswith(ENDING):
        raise Problem("--out %s: expected a name that ends with %s" % (options.out, ENDING))
    folder = os.path.dirname(os.path.abspath(options.out))
    if not os.path.isdir(folder):
        raise Problem("--out %s: expected a folder %s, found none; make it first" % (options.out, folder))
    for name, least in (("epochs", 1), ("batch", 1), ("patience", 1), ("threads", 1)):
        if getattr(options, name) < least:
            raise Problem("--%s: expected %d or more, found %d" % (name, least, getattr(options, name)))
    for name, least, most in (("minutes", 1e-3, 1e6), ("window", 1e-3, 3600), ("frames", 1, 64), ("size", 32, 4096), ("freeze", 0, 99),
                              ("dropout", 0, 0.99), ("rate", 1e-9, 1), ("grid", 1, 8), ("mixup", 0, 100)):
        value = getattr(options, name)
        if value is not None and not least <= value <= most:
            raise Problem("--%s: expected %g to %g, found %g" % (name, least, most, value))
    if options.folds == 1 or options.folds < 0:
        raise Problem("--folds: expected 2 or more, found %d" % options.folds)
    if options.views < 0 or options.views and options.freeze == 0:
        raise Problem("--views: expected 1 or more, and stages that stay (--freeze 1 or more), found --views %d --freeze %s"
                      % (options.views, options.freeze))
    if options.frozen and (options.views or options.mixup):
        raise Problem("--%s: expected a network that learns, found --frozen, which fits its classifier alone"
                      % ("views" if options.views else "mixup"))
    options.name = options.name or os.path.basename(options.out)[: -len(ENDING)]
    options.work = options.out[: -len(ENDING)] + ".train"
    options.cache = options.cache or os.path.join(options.work, "cache")
    return options
