# SPDX-License-Identifier: LGPL-2.1-or-later
"""torchvision's MobileNetV2, of any width: features.0, seventeen inverted residuals, features.18."""

from ..errors import Refusal
from . import inverted
from .layer import Layer

NAME = "mobilenet-v2"
SETTINGS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
LAST = 18


def stem(network):
    return inverted.rounded(32 * network.get("multiplier", 1.0))


def features(network):
    return inverted.rounded(1280 * max(1.0, network.get("multiplier", 1.0)))


def plan(network):
    multiplier = network.get("multiplier", 1.0)
    return inverted.plan(stem(network), [(expansion, inverted.rounded(channels * multiplier), repeats, stride, 3)
                                         for expansion, channels, repeats, stride in SETTINGS])


def stages(network):
    return inverted.stages(plan(network))


def blocks(network):
    return ["features.%d" % number for number, block in enumerate(plan(network), 1) if inverted.may_shift(block)]


def layers(network):
    yield Layer("features.0.0", (stem(network), 3, 3, 3), 1, "features.0.1")
    halvings = 1
    for number, (inputs, outputs, inside, kernel, stride) in enumerate(plan(network), 1):
        name, index = "features.%d.conv." % number, 0
        if inside != inputs:
            yield Layer(name + "0.0", (inside, inputs, 1, 1), halvings, name + "0.1")
            index = 1
        halvings += stride == 2
        yield Layer("%s%d.0" % (name, index), (inside, 1, kernel, kernel), halvings, "%s%d.1" % (name, index))
        yield Layer("%s%d" % (name, index + 1), (outputs, inside, 1, 1), halvings, "%s%d" % (name, index + 2))
    yield Layer("features.18.0", (features(network), outputs, 1, 1), halvings, "features.18.1")


def measure(shapes):
    """The roundest multiplier that makes these channels."""
    found = {name: shape for name, shape in shapes.items() if name.startswith("features.")}
    for step in (100, 25, 10, 5, 1):
        for hundredths in range(max(10, step), 401):
            if hundredths % step:
                continue
            network = {"multiplier": hundredths / 100}
            if all(found.get(layer.name + ".weight") == layer.shape for layer in layers(network)):
                return network
    raise Refusal("a MobileNetV2 of other channels or blocks than torchvision's: features.0.0.weight is %s and "
                  "features.18.0.weight %s; expected a width multiplier from 0.1 to 4"
                  % tuple(list(shapes.get("features.%d.0.weight" % number, ())) for number in (0, 18)))
