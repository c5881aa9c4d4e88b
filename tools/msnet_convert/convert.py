# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-convert: a model file from a checkpoint of another project.  docs/convert.md says how."""

import argparse
import json
import os
import pathlib
import re
import sys

from msnet_file import feed, metadata, safetensors

from . import checkpoint, labels, layouts, network, proposals, sampling
from .decisions import Decisions
from .errors import Refusal
from .families import efficientnet_lite

PAIR = re.compile(r"^(\d+)x(\d+)$")
MOTIONSQUEEZE_SOMETHING = [240, 320]
INTERRUPTED = 130


def size_or_pair(text):
    match = PAIR.match(text)
    if not match and not text.isdecimal():
        raise argparse.ArgumentTypeError("expected a number, or height and width as 240x320, found %s" % text)
    return [int(match.group(1)), int(match.group(2))] if match else int(text)


def seconds(text):
    value = float(text)
    if not 0 < value <= feed.LONGEST:
        raise argparse.ArgumentTypeError("expected seconds, above 0 and up to %d, found %s" % (feed.LONGEST, text))
    return value


def parse(arguments):
    parser = argparse.ArgumentParser(prog="msnet-convert", description="Makes a model file for msnet of a checkpoint of "
                                     "another project.  What it decides, it prints; options overrule it.")
    parser.add_argument("checkpoint", type=pathlib.Path, help=".pth, .pth.tar, .pt or .safetensors")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the model file, .safetensors")
    parser.add_argument("--labels", type=pathlib.Path, help="names of the classes in their order: a line each, or JSON")
    parser.add_argument("--numbered-labels", action="store_true", help="call the classes 'class 0', 'class 1', ...")
    parser.add_argument("--background", action="append", metavar="LABEL", help="a class that is no action; again for more")
    parser.add_argument("--data-set", help="what it was trained on: %s, imagenet" % ", ".join(sampling.CLIPS))
    parser.add_argument("--sampling", choices=("uniform", "dense"), help="how frames were taken of a training clip")
    parser.add_argument("--frames", type=int, help="frames of a window")
    parser.add_argument("--window", type=seconds, help="seconds that a window covers")
    parser.add_argument("--hop", type=seconds, help="seconds from one window to the next")
    parser.add_argument("--at", choices=("start", "centre"), help="where in each part of the window its frame lies")
    parser.add_argument("--shift", choices=("none", "bidirectional", "causal"))
    parser.add_argument("--shift-div", type=int, help="one part in so many of the channels shifts each way")
    parser.add_argument("--shift-every", type=int, help="every so many blocks shift")
    parser.add_argument("--resize", type=size_or_pair, metavar="N|HxW", help="the shorter side, or height and width")
    parser.add_argument("--size", type=int, help="of the square that the network sees")
    parser.add_argument("--fit", choices=("crop", "stretch", "pad"))
    parser.add_argument("--resize-filter", choices=("antialias", "bilinear"))
    parser.add_argument("--order", choices=("RGB", "BGR"))
    parser.add_argument("--output", choices=("softmax", "sigmoid"), help="sigmoid: classes may overlap")
    parser.add_argument("--dtype", choices=tuple(safetensors.ITEM_SIZES), default="F32", help="of the weights")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=JSON",
                        help="any other value of the model file, such as network.motion.sigma=4")
    parser.add_argument("--card", action="append", default=[], metavar="KEY=TEXT", help="such as license=MIT")
    parser.add_argument("--layout", choices=[layout.name for layout in layouts.ALL], help="if it is not recognised")
    parser.add_argument("--ignore", action="append", default=[], metavar="PATTERN", help="tensors to leave out")
    parser.add_argument("--ignore-object", action="append", default=[], metavar="MODULE.CLASS",
                        help="a kind of object to leave out")
    parser.add_argument("--dry-run", action="store_true", help="decide and print, and write nothing")
    return parser.parse_args(arguments)


class Conversion:
    """Decides, step by step, what the metadata of a checkpoint's model file says."""

    def __init__(self, options, opened, source):
        self.options, self.opened, self.source = options, opened, source
        self.layout = source.layout
        self.named = proposals.from_name(opened.path.name)
        self.configured = proposals.from_configuration(opened.beside)
        self.decisions = Decisions(vars(options))
        self.decisions.note("layout", self.layout.name, self.layout.title)

    def proposed(self, key):
        return [(self.named.get(key), proposals.NAME), (self.configured.get(key), proposals.CONFIGURATION)]

    def decide_shift(self, found):
        """Adds to the network what its names show, or its project does."""
        choose, note = self.decisions.choose, self.decisions.note
        shown = network.shifts_shown(self.source, found)
        every, place, words = shown or (1, "residual", "no block of it is marked as shifted")
        if self.layout.shown:
            proposal = ("bidirectional" if shown else "none", words)
        else:
            proposal = self.layout.shift
        if self.layout.name == "mit-online" and found["classes"] == 1000:
            proposal = ("none", "1000 classes: the network for ImageNet from which MIT's starts")
        found["shift"] = choose("shift", proposal)
        if found["shift"] == "none":
            return
        found["shift_every"] = choose("shift_every", (every, words if shown else "every block"))
        found["shift_div"] = choose("shift_div", *self.proposed("shift_div"), (8, "everyone's default; weights do not show it"))
        if place != "residual":
            found["shift_place"] = note("shift_place", place, "whole blocks are marked as shifted")

    def decide_network(self):
        found = network.measure(self.source)
        name = found["backbone"] + ("-%d" % found["depth"] if "depth" in found else "")
        self.decisions.note("network", name, "%d classes" % found["classes"])
        if "motion" in found:
            self.decisions.note("motion", found["motion"]["directions"],
                                "after stage %d; the rest as in the authors' code" % found["motion"]["after"])
        self.decide_shift(found)
        if self.options.output == "sigmoid":
            found["output"] = self.decisions.choose("output")
        return found

    def decide_data_set(self, found):
        return self.decisions.choose("data_set", *self.proposed("data_set"),
                                     (proposals.CLASSES.get(found["classes"]), "by its %d classes" % found["classes"]))

    def decide_frames(self, found):
        if found["shift"] == "none" and (self.layout.is_picture or found["classes"] == 1000):
            return self.decisions.choose("frames", (1, "a network for single pictures"))
        if self.layout.name == "mit-online":
            return self.decisions.choose("frames", (12, "as many answers as the online demo averages"))
        return self.decisions.choose("frames", *self.proposed("frames"), (8, "the usual number; weights do not show it"))

    def decide_picture(self, found, data_set):
        picture = dict(self.layout.picture)
        if self.layout.family is efficientnet_lite:
            size = efficientnet_lite.VARIANTS[efficientnet_lite.variant(found)][2]
            picture.update(size=size, resize=size + 32)
        choose = self.decisions.choose
        why = "as the project's test program has it"
        if self.layout.name == "motionsqueeze" and (data_set or "").startswith("something"):
            picture["resize"] = MOTIONSQUEEZE_SOMETHING
            why = "the authors distort Something-Something to this"
        for key in ("fit", "resize", "size", "resize_filter", "order"):
            value = choose(key, (self.named.get(key), proposals.NAME), (picture.get(key), why))
            if value is not None:
                picture[key] = value
        return picture

    def decide_sampling(self, found, data_set, frames):
        choose = self.decisions.choose
        way = choose("sampling", *self.proposed("sampling"), ("uniform", "no 'dense' in the name")) if frames > 1 else None
        is_online = self.layout.name == "mit-online" and found["shift"] == "causal"
        seconds, at, why = sampling.window(data_set, way == "dense", frames, is_online)
        window = choose("window", (seconds, why))
        at = choose("at", (at, "the centre of each segment" if at == "centre" else "from the window's start on"))
        is_stream = found["shift"] != "bidirectional" and found.get("motion", {}).get("directions", "past") == "past"
        why = "an answer for each frame" if is_stream else "an answer for each quarter of the window"
        hop = choose("hop", (sampling.hop(window, frames, is_stream), why))
        return {"window": window, "hop": hop, "at": at}

    def card(self, data_set):
        found = {"name": self.opened.path.name.split(".")[0], "source": self.opened.path.name,
                 "source_sha256": self.opened.digest(), "converted_from": self.layout.title}
        found.update({"trained_on": data_set} if data_set else {})
        for text in self.options.card:
            key, sign, value = text.partition("=")
            if not sign:
                raise Refusal("--card=%s: expected KEY=TEXT" % text)
            found[key] = value
        return found

    def values(self):
        """-> the metadata as objects"""
        found = self.decide_network()
        data_set = self.decide_data_set(found)
        frames = self.decide_frames(found)
        picture = dict({"frames": frames}, **self.decide_picture(found, data_set))
        feed.check_input(picture)
        values = {"network": found, "input": picture, "sampling": self.decide_sampling(found, data_set, frames)}
        values["labels"], why = labels.find(self.options, self.opened.beside, data_set, found["classes"])
        self.decisions.note("labels", "%s, ..." % values["labels"][0], why)
        for label in self.options.background or []:
            if label not in values["labels"]:
                raise Refusal("--background=%s: there is no such label" % label)
        if self.options.background:
            values["background"] = self.options.background
        values["card"] = self.card(data_set)
        for text in self.options.set:
            put(values, text)
        feed.check(values)
        return values


def put(values, text):
    """--set SECTION.KEY=JSON"""
    path, sign, value = text.partition("=")
    *parents, key = path.split(".")
    try:
        for parent in parents:
            values = values[parent]
        values[key] = json.loads(value)
    except (KeyError, TypeError, ValueError) as problem:
        raise Refusal("--set=%s: expected SECTION.KEY=JSON with a section of the model file, such as "
                      "network.motion.sigma=4 or input.order='\"BGR\"'" % text) from problem


def check_layout(opened, options, source):
    """timm's two kinds of EfficientNet-Lite have the same names; only the file's name tells them apart."""
    if source.layout.name != "timm-tf-efficientnet-lite" or options.layout:
        return
    if not proposals.from_name(opened.path.name).get("is_tensorflow"):
        raise Refusal("timm's efficientnet_lite and tf_efficientnet_lite have the same names and shapes, and msnet runs the "
                      "second one, which pads as TensorFlow does: if this is it, say so with "
                      "--layout=timm-tf-efficientnet-lite")


def check_out(out, source):
    if out.is_dir():
        raise Refusal("--out=%s: expected a file, found a folder; add the model's name" % out)
    if not out.parent.is_dir():
        raise Refusal("--out=%s: there is no folder %s; make it, or name another" % (out, out.parent))
    if out.exists() and out.samefile(source):
        raise Refusal("--out=%s: this is the checkpoint itself; name another file" % out)


def run(options):
    print("Reading %s" % options.checkpoint, flush=True)
    opened = checkpoint.open_checkpoint(options.checkpoint, options.ignore_object)
    if any(key.startswith(metadata.PREFIX) for key in opened.beside):
        raise Refusal("this is a model file of msnet already: msnet-inspect shows what is in it")
    check_out(options.out, options.checkpoint)
    source = network.Source(opened, options.layout, options.ignore)
    check_layout(opened, options, source)
    conversion = Conversion(options, opened, source)
    values = conversion.values()
    tensors = source.renamed(values["network"])
    print("\n".join(conversion.decisions.lines()), flush=True)
    needed = metadata.requirements(values)
    if needed:
        print("Needs a msnet that knows: %s" % ", ".join(needed))
    if options.dry_run:
        return
    safetensors.write(options.out, tensors, metadata.to_strings(values), options.dtype)
    print("Wrote %s: %.1f MB, %d tensors" % (options.out, os.path.getsize(options.out) / 1e6, len(tensors)))


def main(arguments=None):
    options = parse(arguments)
    try:
        run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as problem:
        print("msnet-convert: %s: %s; check the path" % (problem.filename or options.checkpoint, problem.strerror or problem),
              file=sys.stderr)
        return 1
    except (Refusal, ValueError) as problem:
        print("msnet-convert: %s: %s" % (options.checkpoint, problem), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
