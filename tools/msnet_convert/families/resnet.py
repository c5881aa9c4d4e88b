# SPDX-License-Identifier: LGPL-2.1-or-later
"""torchvision's ResNet-18 to -152."""

import re

from ..errors import Refusal
from .layer import Layer

NAME = "resnet"
BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
BOTTLENECK_FROM = 50
BLOCK = re.compile(r"^layer([1-4])\.(\d+)\.")


def expansion(network):
    return 4 if network["depth"] >= BOTTLENECK_FROM else 1


def stage_channels(network, stage):
    """After stage 1 to 4."""
    return (network.get("width", 64) << (stage - 1)) * expansion(network)


def features(network):
    return stage_channels(network, 4)


def stages(network):
    return [(stage_channels(network, stage), stage + 1) for stage in range(1, 5)]


def blocks(network):
    return ["layer%d.%d" % (stage, index) for stage, count in enumerate(BLOCKS[network["depth"]], 1)
            for index in range(count)]


def convolutions(network, inputs, channels, before, after):
    """(shape, halvings) of a block's convolutions; the stride is that of the 3 x 3 one that comes first."""
    if expansion(network) == 1:
        return [((channels, inputs, 3, 3), after), ((channels, channels, 3, 3), after)]
    return [((channels, inputs, 1, 1), before), ((channels, channels, 3, 3), after),
            ((channels * 4, channels, 1, 1), after)]


def layers(network):
    width = network.get("width", 64)
    yield Layer("conv1", (width, 3, 7, 7), 1, "bn1")
    inputs, halvings = width, 2
    for stage, count in enumerate(BLOCKS[network["depth"]], 1):
        outputs, after = stage_channels(network, stage), stage + 1
        for index in range(count):
            name = "layer%d.%d" % (stage, index)
            for number, (shape, size) in enumerate(
                    convolutions(network, inputs, width << (stage - 1), halvings, after), 1):
                yield Layer("%s.conv%d" % (name, number), shape, size, "%s.bn%d" % (name, number))
            if inputs != outputs:
                yield Layer(name + ".downsample.0", (outputs, inputs, 1, 1), after, name + ".downsample.1")
            inputs, halvings = outputs, after


def counts(shapes):
    """Blocks of each stage."""
    found = [0, 0, 0, 0]
    for name in shapes:
        match = BLOCK.match(name)
        if match:
            stage = int(match.group(1)) - 1
            found[stage] = max(found[stage], int(match.group(2)) + 1)
    return tuple(found)


def measure(shapes):
    found = counts(shapes)
    deep = "layer1.0.conv3.weight" in shapes
    depths = [depth for depth, blocks in BLOCKS.items() if blocks == found and (depth >= BOTTLENECK_FROM) == deep]
    if not depths:
        raise Refusal("a ResNet with %s blocks of %d convolutions: expected one of torchvision's ResNet-18, -34, -50, -101 "
                      "and -152" % (", ".join(map(str, found)), 3 if deep else 2))
    width = shapes["conv1.weight"][0]
    second = shapes.get("layer1.0.conv2.weight", ())
    if len(second) == 4 and second[0] != second[1]:
        raise Refusal("a ResNeXt: its 3 x 3 convolutions are grouped (layer1.0.conv2.weight %s); msnet runs ResNet"
                      % list(second))
    if len(second) == 4 and second[0] != width:
        raise Refusal("a wide ResNet: layer1.0.conv2.weight is %s, expected %d channels as in conv1; msnet runs ResNet"
                      % (list(second), width))
    return {"depth": depths[0], "width": width}
