# SPDX-License-Identifier: LGPL-2.1-or-later
"""EfficientNet-Lite0 to 4, with the names of the package efficientnet-lite-pytorch."""

import math

from ..errors import Refusal
from . import inverted
from .layer import Layer

NAME = "efficientnet-lite"
STEM, FEATURES = 32, 1280  # not scaled
SETTINGS = ((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
            (6, 320, 1, 1, 3))
# width, depth, size of the picture
VARIANTS = ((1.0, 1.0, 224), (1.0, 1.1, 240), (1.1, 1.2, 260), (1.2, 1.4, 280), (1.4, 1.8, 300))


def variant(network):
    return int(network["backbone"][-1])


def features(network):
    return FEATURES


def plan(network):
    width, depth, _ = VARIANTS[variant(network)]
    last = len(SETTINGS) - 1
    return inverted.plan(STEM, [
        (expansion, inverted.rounded(channels * width),
         repeats if stage in (0, last) else math.ceil(repeats * depth), stride, kernel)
        for stage, (expansion, channels, repeats, stride, kernel) in enumerate(SETTINGS)])


def stages(network):
    return inverted.stages(plan(network))


def blocks(network):
    return ["_blocks.%d" % number for number, block in enumerate(plan(network)) if inverted.may_shift(block)]


def layers(network):
    yield Layer("_conv_stem", (STEM, 3, 3, 3), 1, "_bn0")
    halvings = 1
    for number, (inputs, outputs, inside, kernel, stride) in enumerate(plan(network)):
        name = "_blocks.%d." % number
        if inside != inputs:
            yield Layer(name + "_expand_conv", (inside, inputs, 1, 1), halvings, name + "_bn0")
        halvings += stride == 2
        yield Layer(name + "_depthwise_conv", (inside, 1, kernel, kernel), halvings, name + "_bn1")
        yield Layer(name + "_project_conv", (outputs, inside, 1, 1), halvings, name + "_bn2")
    yield Layer("_conv_head", (FEATURES, outputs, 1, 1), halvings, "_bn1")


def measure(shapes):
    for number in range(len(VARIANTS)):
        network = {"backbone": "%s%d" % (NAME, number)}
        wanted = {layer.name + ".weight": layer.shape for layer in layers(network)}
        if all(shapes.get(name) == shape for name, shape in wanted.items()) and \
                "_blocks.%d._project_conv.weight" % len(plan(network)) not in shapes:
            return network
    raise Refusal("an EfficientNet of other channels or blocks than Lite0 to Lite4")
