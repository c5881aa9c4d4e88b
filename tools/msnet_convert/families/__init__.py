# SPDX-License-Identifier: LGPL-2.1-or-later
"""The backbones: their layers, and how a checkpoint tells their sizes.

A module has

    layers(network)    -> Layer of each convolution, in order
    features(network)  -> channels after the last layer
    stages(network)    -> (channels, how often the picture was halved) after each of the four stages
    measure(shapes)    -> what of `msnet.network` the shapes say; raises Refusal
    blocks(network)    -> names of the blocks that may shift, in order
"""

import math

from . import efficientnet_lite, mobilenet_v2, motion, resnet

ALL = (resnet, mobilenet_v2, efficientnet_lite)


def of(network):
    """The family of a network."""
    backbone = network.get("backbone", resnet.NAME)
    return next(family for family in ALL if backbone.startswith(family.NAME))


def motion_layers(network):
    return motion.layers(network, of(network).stages(network))


def read_by_classifier(network):
    """Values of a frame."""
    return of(network).features(network) * network.get("grid", 1) ** 2 * len(network.get("head", ["pooled"]))


def expected(network):
    """Every tensor of a model file, by name: its shape."""
    found = {}
    for layer in [*of(network).layers(network), *motion_layers(network)]:
        found.update(layer.tensors())
    found["new_fc.weight"] = (network["classes"], read_by_classifier(network), 1)
    found["new_fc.bias"] = (network["classes"],)
    return found


def halved(size, times):
    for _ in range(times):
        size = -(-size // 2)
    return size


def multiply_adds(network, size):
    """Of one frame: (the backbone's with the classifier's, the motion module's)."""
    def total(layers):
        return sum(math.prod(layer.shape) * halved(size, layer.halvings) ** 2 for layer in layers)
    head = network["classes"] * read_by_classifier(network)
    correlations = motion.correlations(network, of(network).stages(network))
    correlation = sum(halved(size, halvings) ** 2 * cells for halvings, cells in correlations)
    return total(of(network).layers(network)) + head, total(motion_layers(network)) + correlation
