# SPDX-License-Identifier: LGPL-2.1-or-later
"""timm's MobileNetV2 and its conversions of EfficientNet-Lite (tf_efficientnet_lite0 to 4): networks for single pictures.

Both number blocks by stage.  timm's own efficientnet_lite0 has the same names and is another network: it pads evenly and
adds 1e-5 to variances, where TensorFlow's pad like TensorFlow and add 1e-3.
"""

import re

from ..families import efficientnet_lite, mobilenet_v2
from .layout import IMAGENET, Layout

BLOCK = re.compile(r"^blocks\.(\d)\.(\d+)\.(\w+)\.(.*)$")
INVERTED = {"conv_pw": "0.0", "bn1": "0.1", "conv_dw": "1.0", "bn2": "1.1", "conv_pwl": "2", "bn3": "3"}
SEPARABLE = {"conv_dw": "0.0", "bn1": "0.1", "conv_pw": "1", "bn2": "2"}
LITE_INVERTED = {"conv_pw": "_expand_conv", "bn1": "_bn0", "conv_dw": "_depthwise_conv", "bn2": "_bn1",
                 "conv_pwl": "_project_conv", "bn3": "_bn2"}
LITE_SEPARABLE = {"conv_dw": "_depthwise_conv", "bn1": "_bn1", "conv_pw": "_project_conv", "bn2": "_bn2"}
OUTSIDE = {"conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": "features.18.0", "bn2": "features.18.1"}
LITE_OUTSIDE = {"conv_stem": "_conv_stem", "bn1": "_bn0", "conv_head": "_conv_head", "bn2": "_bn1"}


def stage_lengths(shapes):
    """Blocks of each stage."""
    found = {}
    for name in shapes:
        match = BLOCK.match(name)
        if match:
            stage = int(match.group(1))
            found[stage] = max(found.get(stage, 0), int(match.group(2)) + 1)
    return [found[stage] for stage in sorted(found)]


def translator(outside, separable, inverted, block):
    """block: how the family names the block of a number from 0, with %d"""
    def translate(name, shapes):
        first, _, rest = name.partition(".")
        if first in outside:
            return outside[first] + "." + rest
        match = BLOCK.match(name)
        if not match:
            return name
        stage, index, part, rest = match.groups()
        number = sum(stage_lengths(shapes)[:int(stage)]) + int(index)
        parts = separable if stage == "0" else inverted
        return "%s.%s.%s" % (block(number), parts.get(part, part), rest)
    return translate


def is_timm(shapes):
    return "conv_stem.weight" in shapes and "blocks.0.0.conv_dw.weight" in shapes


def is_mobilenet(shapes, is_wrapped):
    return is_timm(shapes) and shapes.get("blocks.2.0.conv_dw.weight", ())[-1:] == (3,)


def is_lite(shapes, is_wrapped):
    return is_timm(shapes) and shapes.get("blocks.2.0.conv_dw.weight", ())[-1:] == (5,)


LITE_PICTURE = dict(IMAGENET, fit="crop", mean=[0.5] * 3, std=[0.5] * 3)
LAYOUTS = [
    Layout("timm-mobilenet-v2", "timm, MobileNetV2", mobilenet_v2, is_mobilenet,
           translator(OUTSIDE, SEPARABLE, INVERTED, lambda number: "features.%d.conv" % (number + 1)), ("classifier",),
           is_picture=True),
    Layout("timm-tf-efficientnet-lite", "timm, TensorFlow's EfficientNet-Lite", efficientnet_lite, is_lite,
           translator(LITE_OUTSIDE, LITE_SEPARABLE, LITE_INVERTED, lambda number: "_blocks.%d" % number), ("classifier",),
           picture=LITE_PICTURE, is_picture=True),
]
