# SPDX-License-Identifier: LGPL-2.1-or-later
"""The network that training starts from: another model's, with other classes and perhaps other parts."""

import collections

from torch import nn

from msnet_evaluate.model_file import find
from msnet_file import feed
from msnet_file import network as rules
from msnet_file.places import MODELS, named_folders
from msnet_torch import build, load_model

from . import Problem

PREFERRED = ("efficientnet-lite0", "motion")
PATCH, SIGMA, TEMPERATURE = 15, 5.0, 0.05

# model: in inference form; values: of the model file to be; fresh: names of parameters and statistics that learn from nothing
Start = collections.namedtuple("Start", "model values fresh name")


def find_model(options):
    """The path of the model to start from: the best that is here, if none was named."""
    if options.start:
        return find(options.start)
    for name in PREFERRED:
        try:
            return find(name)
        except Problem:
            pass
    raise Problem("expected a model to start from, found neither %s.safetensors in %s: fetch-backbone %s makes one, --from names "
                  "another" % (".safetensors nor ".join(PREFERRED), " or ".join([*named_folders(), MODELS]), PREFERRED[0]))


def read(path):
    try:
        return load_model(path)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise Problem("%s: expected an msnet model, found %s: %s" % (path, type(error).__name__, error)) from error


def network_of(config, options, labels):
    """msnet.network of the new model.  config: of the old one"""
    config = dict(config, classes=len(labels))
    config.pop("output", None)
    for key in ("shift", "head", "grid"):
        if getattr(options, key):
            config[key] = getattr(options, key)
    if options.motion:
        past = config["shift"] != "bidirectional"
        config["motion"] = {"after": options.motion, "patch": PATCH, "sigma": SIGMA, "temperature": TEMPERATURE,
                            "directions": "past" if past else "forward", "softargmax": "kernel", "confidence": True}
    return config


def view_of(old, options):
    """msnet.input and msnet.sampling of the new model.  old: the old one's values"""
    picture, sampling = dict(old["input"]), dict(old["sampling"])
    if options.frames:
        picture["frames"] = options.frames
    if options.size and isinstance(picture["resize"], int):
        picture["resize"] = max(options.size, round(picture["resize"] * options.size / picture["size"]))
    elif options.size:
        picture["resize"] = [options.size] * 2
    if options.size:
        picture["size"] = options.size
    if options.window:
        sampling["hop"] = sampling["hop"] * options.window / sampling["window"]
        sampling["window"] = options.window
    return {"input": picture, "sampling": sampling}


def background_of(options):
    return {"background": options.background} if options.background else {}


def quieten(model):
    """New modules of MotionSqueeze begin by adding nothing, so that what was learnt before still holds."""
    for module in model.modules_after.values():
        norms = [layer for layer in module.transformation.modules() if isinstance(layer, nn.BatchNorm2d)]
        nn.init.zeros_(norms[-1].weight)


def begin(old_model, old, name, options, labels):
    """-> Start.  old_model, old: what read() gives"""
    config = network_of(old["network"], options, labels)
    values = {"network": config, **view_of(old, options), "labels": labels, **background_of(options)}
    try:
        rules.check(config, values["input"]["frames"])
        feed.check_grid(config, values["input"]["size"])
        model = build(config, options.dropout)
    except ValueError as error:
        raise Problem("the network that was asked for: %s" % error) from error
    mine = model.state_dict()
    kept = {key: value for key, value in old_model.state_dict().items()
            if key in mine and mine[key].shape == value.shape and not key.startswith("new_fc")}
    model.load_state_dict({**mine, **kept})
    fresh = set(mine) - set(kept)
    if any(key.startswith("flow_refinement") for key in fresh):
        quieten(model)
    return Start(model, values, fresh, name)
