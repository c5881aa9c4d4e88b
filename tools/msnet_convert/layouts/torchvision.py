# SPDX-License-Identifier: LGPL-2.1-or-later
"""torchvision's ResNet, which timm names alike, and MobileNetV2: networks for single pictures."""

from ..families import mobilenet_v2, resnet
from .layout import Layout


def is_resnet(shapes, is_wrapped):
    return "layer1.0.conv1.weight" in shapes and "fc.weight" in shapes


def is_mobilenet(shapes, is_wrapped):
    return "features.2.conv.0.0.weight" in shapes


LAYOUTS = [
    Layout("torchvision-resnet", "torchvision or timm, ResNet", resnet, is_resnet, is_picture=True),
    Layout("torchvision-mobilenet-v2", "torchvision, MobileNetV2", mobilenet_v2, is_mobilenet, classifier=("classifier.1",),
           is_picture=True),
]
