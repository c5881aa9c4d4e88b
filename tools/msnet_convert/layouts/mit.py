# SPDX-License-Identifier: LGPL-2.1-or-later
"""MIT's temporal-shift-module: TSN and TSM over torchvision's ResNet and a MobileNetV2, and the online demo's.

`TemporalShift` wraps what it shifts: a first convolution (`blockres`), or a whole block (`block`).
"""

import re

from ..families import mobilenet_v2, resnet
from .layout import Layout

RESIDUAL = re.compile(r"^(layer\d\.\d+)\.conv1\.net\.")
BLOCK = re.compile(r"^(layer\d\.\d+)\.net\.")
INVERTED = re.compile(r"^(features\.\d+)\.conv\.0\.net\.")
FLAT = re.compile(r"^(features\.(\d+)\.conv)\.(\d)\.(?:net\.)?(.*)$")
# The parts of a block, which MIT numbers from 0 to 7, as torchvision nests them: with and without an expansion.
EXPANDED = {"0": "0.0", "1": "0.1", "3": "1.0", "4": "1.1", "6": "2", "7": "3"}
FIRST = {"0": "0.0", "1": "0.1", "3": "1", "4": "2"}


def translate_resnet(name, shapes):
    name = BLOCK.sub(r"\1.", name)
    return RESIDUAL.sub(r"\1.conv1.", name)


def shown_in_resnet(name):
    for pattern, place in ((RESIDUAL, "residual"), (BLOCK, "block")):
        match = pattern.match(name)
        if match:
            return match.group(1), place
    return None


def translate_mobilenet(name, shapes):
    match = FLAT.match(name)
    if not match:
        return name
    parts = FIRST if match.group(2) == "1" else EXPANDED
    return "%s.%s.%s" % (match.group(1), parts.get(match.group(3), match.group(3)), match.group(4))


def shown_in_mobilenet(name):
    match = INVERTED.match(name)
    return (match.group(1), "residual") if match else None


def is_resnet(shapes, is_wrapped):
    is_shifted = "layer1.0.conv1.net.weight" in shapes or "layer1.0.net.conv1.weight" in shapes
    return is_shifted or (is_wrapped and "layer1.0.conv1.weight" in shapes)


def is_mobilenet(shapes, is_wrapped):
    return "features.3.conv.0.net.weight" in shapes or (is_wrapped and "features.2.conv.0.weight" in shapes)


def is_online(shapes, is_wrapped):
    return not is_wrapped and "features.2.conv.0.weight" in shapes and "classifier.weight" in shapes


LAYOUTS = [
    Layout("mit-resnet", "MIT's temporal-shift-module, ResNet", resnet, is_resnet, translate_resnet, ("new_fc", "fc"),
           shown=shown_in_resnet),
    Layout("mit-mobilenet-v2", "MIT's temporal-shift-module, MobileNetV2", mobilenet_v2, is_mobilenet,
           translate_mobilenet, ("new_fc", "classifier"), shown=shown_in_mobilenet),
    Layout("mit-online", "the online demo of MIT's temporal-shift-module, MobileNetV2", mobilenet_v2, is_online,
           translate_mobilenet, ("classifier",), shift=("causal", "as the online demo runs it; names do not show it")),
]
