# SPDX-License-Identifier: LGPL-2.1-or-later
"""EfficientNet-Lite as the package efficientnet-lite-pytorch has it: a network for single pictures.

Its pictures are those of its model in TensorFlow: (v - 127) / 128 of 0..255.
"""

from ..families import efficientnet_lite
from .layout import Layout

PICTURE = {"fit": "crop", "order": "RGB", "range": 255, "mean": [127, 127, 127], "std": [128, 128, 128]}


def matches(shapes, is_wrapped):
    return "_conv_stem.weight" in shapes and "_blocks.0._depthwise_conv.weight" in shapes


LAYOUTS = [Layout("efficientnet-lite", "efficientnet-lite-pytorch", efficientnet_lite, matches, classifier=("_fc",),
                  picture=PICTURE, is_picture=True)]
