# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-inspect: what is in a model file, or which models there are."""

import argparse
import math
import os
import pathlib
import sys

from msnet_file import metadata, safetensors
from msnet_file.places import ENDING, MODELS, PATH, named_folders

from . import families
from .families import motion

SHOWN_LABELS = 8


def model_folders():
    """Those of MSNET_MODEL_PATH, else the one beside this tool."""
    return [pathlib.Path(folder) for folder in named_folders() or [MODELS]]


def find(name):
    """A path, or a name that is looked for as the element does it -> path"""
    if os.path.isfile(name):
        return pathlib.Path(name)
    if os.sep in name or name.endswith(ENDING):
        raise ValueError("no such file; name another path, or a bare name such as motion")
    for folder in model_folders():
        path = folder / (name + ENDING)
        if path.exists():
            return path
    raise ValueError("no such file, and no %s in %s; set %s to the folder that has it"
                     % (name + ENDING, ", ".join(map(str, model_folders())), PATH))


def read(path):
    """-> (metadata as objects, entries of the tensors by name)"""
    try:
        entries, strings, _ = safetensors.read_header(path)
    except ValueError as problem:
        raise ValueError("expected a safetensors file, found something else; msnet-convert makes one of a checkpoint") from problem
    values = metadata.from_strings(strings)
    missing = [key for key in ("network", "input", "sampling", "labels") if key not in values]
    if missing:
        raise ValueError("expected the metadata %s, found none: it is no model file of msnet; msnet-convert makes one of a "
                         "checkpoint" % ", ".join(metadata.PREFIX + key for key in missing))
    return values, entries


def describe_network(network):
    name = network.get("backbone", "resnet")
    if "depth" in network:
        name += "-%d" % network["depth"]
    if network.get("width", 64) != 64:
        name += ", %d channels in the first stage" % network["width"]
    if network.get("multiplier", 1.0) != 1.0:
        name += ", %g times as wide" % network["multiplier"]
    return name


def describe_shift(network):
    if network["shift"] == "none":
        return "none: each frame by itself"
    every, part = network.get("shift_every", 1), network.get("shift_div", 8)
    where = "the whole input" if network.get("shift_place") == "block" else "the residual branch"
    blocks = {1: "every block", 2: "every second block"}.get(every, "one block in %d" % every)
    way = " each way" if network["shift"] == "bidirectional" else ""
    return "%s, 1/%d of the channels%s, %s of %s" % (network["shift"], part, way, where, blocks)


def describe_motion(network):
    found = network["motion"]
    parts = [found["directions"], "after stage %s" % " and ".join(map(str, motion.places(network))),
             "%d x %d displacements" % (found["patch"], found["patch"]), "temperature %g" % found["temperature"]]
    if found.get("dilation", 1) != 1:
        parts.append("%d cells apart" % found["dilation"])
    if found["softargmax"] == "plain":
        parts.append("plain soft-argmax")
    if found.get("fusion", "add") != "add":
        parts.append(found["fusion"])
    if not found["confidence"]:
        parts.append("without confidence")
    return ", ".join(parts)


def is_stream(network):
    """Whether no frame depends on a later one."""
    return network["shift"] != "bidirectional" and (network.get("motion") or {}).get("directions", "past") == "past"


def describe_input(picture):
    size, resize = picture["size"], picture.get("resize")
    fits = {"stretch": "stretched to %d x %d" % (size, size), "pad": "padded with black to %d x %d" % (size, size)}
    side = "distorted to %d x %d" % (resize[1], resize[0]) if isinstance(resize, list) else "shorter side %s" % resize
    text = fits.get(picture["fit"], "%s, the middle %d x %d" % (side, size, size))
    filtered = {"bilinear": "bilinear as in OpenCV"}.get(picture.get("resize_filter"), "antialiased")
    numbers = ["/".join("%g" % value for value in picture[key]) for key in ("mean", "std")]
    return "%s, %s, %s of 0..%s, mean %s, deviation %s" % (text, filtered, picture["order"], picture.get("range", 1), *numbers)


def describe_sampling(values):
    frames, window, hop = values["input"]["frames"], values["sampling"]["window"], values["sampling"]["hop"]
    at = "centre" if values["sampling"].get("at") == "centre" else "start"
    if frames == 1:
        return "single frames, one every %g s" % hop
    return "%d frames over %g s, each at the %s of its part; an answer every %g s" % (frames, window, at, hop)


def describe_labels(names, background):
    shown = ", ".join(names[:SHOWN_LABELS]) + (", ..." if len(names) > SHOWN_LABELS else "")
    return "%d: %s" % (len(names), shown) + ("; background: %s" % ", ".join(background) if background else "")


def describe_weights(path, entries):
    used = sorted({entry["dtype"] for entry in entries.values()})
    count = sum(math.prod(entry["shape"]) for entry in entries.values())
    return "%.1f MB, %.2f million numbers, %s" % (os.path.getsize(path) / 1e6, count / 1e6, " and ".join(used))


def describe_costs(values):
    backbone, module = families.multiply_adds(values["network"], values["input"]["size"])
    frames = values["input"]["frames"]
    text = "%.2f billion multiply-adds a frame" % ((backbone + module) / 1e9)
    if module:
        text += " (%.2f for motion)" % (module / 1e9)
    if is_stream(values["network"]):
        return text + ", and each answer costs the frames since the last one"
    return text + ", %.1f an answer of %d frames" % (frames * (backbone + module) / 1e9, frames)


def lines(path):
    values, entries = read(path)
    network = values["network"]
    yield "file", str(path)
    yield "format", "version %s%s" % (values["version"], ", needs %s" % ", ".join(values["requires"])
                                      if values.get("requires") else "")
    yield "network", describe_network(network)
    yield "shift", describe_shift(network)
    if network.get("motion"):
        yield "motion", describe_motion(network)
    yield "runs as", "a stream, frame by frame" if is_stream(network) else "clips, as it looks ahead"
    head, grid = network.get("head", ["pooled"]), network.get("grid", 1)
    if head != ["pooled"] or grid > 1:
        yield "head", "reads %s%s" % (" and ".join(head), " of %d x %d parts" % (grid, grid) if grid > 1 else "")
    yield "output", "each class by itself (sigmoid)" if network.get("output") == "sigmoid" else "one class (softmax)"
    yield "input", describe_input(values["input"])
    yield "sampling", describe_sampling(values)
    yield "labels", describe_labels(values["labels"], values.get("background"))
    if values.get("actions"):
        yield "actions", ", ".join("%s %g" % pair for pair in values["actions"].items())
    yield "weights", describe_weights(path, entries)
    yield "costs", describe_costs(values)
    for key, value in values.get("card", {}).items():
        yield "card: " + key, str(value)


def summary(path):
    try:
        values, _ = read(path)
    except (ValueError, OSError) as problem:
        return "not readable: %s" % problem
    card = values.get("card", {})
    return "%s, %d classes, %s%s" % (describe_network(values["network"]), len(values["labels"]),
                                     "stream" if is_stream(values["network"]) else "clips",
                                     ", %s" % card["license"] if "license" in card else "")


def list_models():
    found = 0
    for folder in model_folders():
        for path in sorted(folder.glob("*" + ENDING)):
            print("%-20s  %s  (%s)" % (path.name[:-len(ENDING)], summary(path), path))
            found += 1
    if not found:
        raise ValueError("no models in %s; set %s to the folders that have them" % (", ".join(map(str, model_folders())), PATH))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="msnet-inspect", description="Shows what is in a model file of msnet; without a "
                                     "file, the models that the element finds by their name.")
    parser.add_argument("model", nargs="?", help="a path, or a name in a folder of " + PATH)
    parser.add_argument("--labels", action="store_true", help="all labels, a line each, and nothing else")
    options = parser.parse_args(arguments)
    try:
        if options.model is None:
            list_models()
        elif options.labels:
            print("\n".join(read(find(options.model))[0]["labels"]))
        else:
            for key, value in lines(find(options.model)):
                print("%-10s  %s" % (key, value))
    except OSError as problem:
        print("msnet-inspect: %s: %s" % (problem.filename or options.model, problem.strerror or problem), file=sys.stderr)
        return 1
    except (ValueError, KeyError) as problem:
        print("msnet-inspect: %s: %s" % (options.model or "models", problem), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
