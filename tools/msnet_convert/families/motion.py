# SPDX-License-Identifier: LGPL-2.1-or-later
"""The MotionSqueeze module: its layers, and what a checkpoint's shapes say of it."""

from ..errors import Refusal
from .layer import Layer

REDUCED = 64
TRANSFORMATION = ((16, 7), (32, 3), (64, 3), (None, 3))  # outputs and kernel of its four layers
CHANNELS = {2: ("forward", False), 3: ("forward", True), 4: ("both", False), 6: ("both", True)}  # directions, confidence
DEFAULTS = {"patch": 15, "sigma": 5.0, "temperature": 0.01, "softargmax": "kernel"}  # of the authors' code


def places(network):
    after = (network.get("motion") or {}).get("after", [])
    return after if isinstance(after, list) else [after]


def suffix(network, place):
    return "_%d" % place if len(places(network)) > 1 else ""


def displacement_channels(motion):
    return (3 if motion["confidence"] else 2) * (2 if motion["directions"] == "both" else 1)


def layers(network, stages):
    """stages: (channels, halvings) after each"""
    for place in places(network):
        (channels, halvings), end = stages[place - 1], suffix(network, place)
        reduction, name, fusion = ("%s%s" % (part, end) for part in ("chnl_reduction", "flow_refinement", "flow_fusion"))
        yield Layer(reduction + ".0", (REDUCED, channels, 1, 1), halvings, reduction + ".1")
        inputs = displacement_channels(network["motion"])
        for number, (outputs, kernel) in enumerate(TRANSFORMATION, 1):
            outputs, part = outputs or channels, "%s.conv%d." % (name, number)
            yield Layer(part + "0", (inputs, 1, kernel, kernel), halvings, part + "1")
            yield Layer(part + "3", (outputs, inputs, 1, 1), halvings, part + "4")
            inputs = outputs
        if network["motion"].get("fusion") == "concat":
            yield Layer(fusion + ".0", (channels, 2 * channels, 1, 1), halvings, fusion + ".1")


def correlations(network, stages):
    """(halvings, multiply-adds a cell) of each place."""
    motion = network.get("motion") or {}
    times = 2 if motion.get("directions") == "both" else 1
    return [(stages[place - 1][1], times * REDUCED * motion["patch"] ** 2) for place in places(network)]


def measure(shapes, stages):
    """-> the object `motion` of `msnet.network`, or None if the checkpoint has no such module."""
    reduction, first = shapes.get("chnl_reduction.0.weight"), shapes.get("flow_refinement.conv1.0.weight")
    if reduction is None and first is None:
        return None
    if reduction is None:
        raise Refusal("a MotionSqueeze module without channel reduction (chnl_reduction.0.weight), as in the first version "
                      "of its authors' code: msnet runs the one with it")
    after = [number for number, (channels, _) in enumerate(stages, 1) if channels == reduction[1]]
    if not after:
        raise Refusal("chnl_reduction.0.weight is %s: expected the channels of one of the stages" % list(reduction))
    if first is None or first[0] not in CHANNELS:
        raise Refusal("flow_refinement.conv1.0.weight is %s: expected 2, 3, 4 or 6 channels of displacement"
                      % (list(first) if first else "missing"))
    directions, confidence = CHANNELS[first[0]]
    return dict(DEFAULTS, after=after[0], directions=directions, confidence=confidence)
