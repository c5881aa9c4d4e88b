# SPDX-License-Identifier: LGPL-2.1-or-later
"""MMAction2 0.x and 1.x: TSN and TSM over ResNet and MobileNetV2, of ConvModules (`conv`, `bn`).

It resizes as OpenCV does.  Means and deviations of 0..255 there are those of ImageNet, 255 times as large.
"""

import re

from ..families import mobilenet_v2, resnet
from .layout import CROP, Layout

PICTURE = dict(CROP, resize_filter="bilinear")
RESIDUAL = re.compile(r"^backbone\.(layer\d\.\d+)\.conv1\.conv\.net\.")
BLOCK = re.compile(r"^backbone\.(layer\d\.\d+)\.net\.")
STEM = re.compile(r"^backbone\.conv(\d)\.(conv|bn)\.(.*)$")
MODULE = re.compile(r"^backbone\.(layer\d\.\d+)\.(conv(\d)|downsample)\.(conv|bn)\.(?:net\.)?(.*)$")
INVERTED = re.compile(r"^backbone\.layer(\d)\.(\d+)\.conv\.(\d)\.(?:net\.)?(conv|bn)\.(.*)$")
SHIFTED = re.compile(r"^backbone\.layer(\d)\.(\d+)\.conv\.0\.net\.")


def translate_resnet(name, shapes):
    match = STEM.match(name)
    if match:
        return "%s%s.%s" % (match.group(2), match.group(1), match.group(3))
    match = MODULE.match(BLOCK.sub(r"backbone.\1.", name))
    if not match:
        return name
    block, module, number, part, rest = match.groups()
    if module == "downsample":
        return "%s.downsample.%d.%s" % (block, part == "bn", rest)
    return "%s.%s%s.%s" % (block, part, number, rest)


def shown_in_resnet(name):
    for pattern, place in ((RESIDUAL, "residual"), (BLOCK, "block")):
        match = pattern.match(name)
        if match:
            return match.group(1), place
    return None


def feature(stage, index):
    """torchvision's number of a block."""
    return sum(repeats for _, _, repeats, _ in mobilenet_v2.SETTINGS[:int(stage) - 1]) + int(index) + 1


def translate_mobilenet(name, shapes):
    match = STEM.match(name)
    if match:
        number = {"1": 0, "2": mobilenet_v2.LAST}[match.group(1)]
        return "features.%d.%d.%s" % (number, match.group(2) == "bn", match.group(3))
    match = INVERTED.match(name)
    if not match:
        return name
    stage, index, number, part, rest = match.groups()
    last = 1 if stage == "1" else 2
    if int(number) == last:  # torchvision does not nest the last one
        return "features.%d.conv.%d.%s" % (feature(stage, index), last + (part == "bn"), rest)
    return "features.%d.conv.%s.%d.%s" % (feature(stage, index), number, part == "bn", rest)


def shown_in_mobilenet(name):
    match = SHIFTED.match(name)
    return ("features.%d" % feature(match.group(1), match.group(2)), "residual") if match else None


def is_resnet(shapes, is_wrapped):
    return any(name in shapes for name in ("backbone.layer1.0.conv1.conv.weight", "backbone.layer1.0.conv1.conv.net.weight",
                                           "backbone.layer1.0.net.conv1.conv.weight"))


def is_mobilenet(shapes, is_wrapped):
    return "backbone.layer1.0.conv.0.conv.weight" in shapes


LAYOUTS = [
    Layout("mmaction2-resnet", "MMAction2, ResNet", resnet, is_resnet, translate_resnet, ("cls_head.fc_cls",),
           shown=shown_in_resnet, picture=PICTURE, unused=("data_preprocessor.",)),
    Layout("mmaction2-mobilenet-v2", "MMAction2, MobileNetV2", mobilenet_v2, is_mobilenet, translate_mobilenet,
           ("cls_head.fc_cls",), shown=shown_in_mobilenet, picture=PICTURE, unused=("data_preprocessor.",)),
]
