# SPDX-License-Identifier: LGPL-2.1-or-later
"""EfficientNet-Lite0 to -Lite4: EfficientNet without squeeze and excitation, with ReLU6.

Names of tensors are those of the package efficientnet-lite-pytorch.  Padding is TensorFlow's SAME.
"""

import math

from torch import nn
from torch.nn import functional

from .depthwise import convolve
from .inverted_residual import LAST_CHANNELS, InvertedNetwork, InvertedResidual, Last, round_channels

# By how much channels and numbers of blocks are multiplied.
VARIANTS = {"efficientnet-lite0": (1.0, 1.0), "efficientnet-lite1": (1.0, 1.1), "efficientnet-lite2": (1.1, 1.2),
            "efficientnet-lite3": (1.2, 1.4), "efficientnet-lite4": (1.4, 1.8)}
STEM_CHANNELS = 32
# Of each group of blocks: by how much they expand, channels, blocks, stride of the first one, size of filters.
GROUPS = ((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
          (6, 320, 1, 1, 3))
EPSILON = 1e-3


def scale_groups(width, depth):
    """The first and the last group keep their number of blocks."""
    for index, (expansion, channels, count, stride, size) in enumerate(GROUPS):
        if 0 < index < len(GROUPS) - 1:
            count = math.ceil(count * depth)
        yield expansion, round_channels(channels * width), count, stride, size


def norm(channels):
    return nn.BatchNorm2d(channels, EPSILON)


class SameConvolution(nn.Conv2d):
    """Pads so that the output has ceil (size / stride) rows and columns; an odd pixel more goes below and right."""

    def __init__(self, inputs, outputs, size, stride=1, groups=1):
        super().__init__(inputs, outputs, size, stride, groups=groups, bias=False)

    def forward(self, x):
        pads = []
        for length, size, stride in zip(x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1]):
            total = max((math.ceil(length / stride) - 1) * stride + size - length, 0)
            pads += [total // 2, total - total // 2]
        x = functional.pad(x, pads)
        return convolve(self, x) if self.groups > 1 else super().forward(x)


class Block(InvertedResidual):
    def __init__(self, inputs, outputs, expansion, size, stride):
        super().__init__(inputs, outputs, expansion, stride)
        inner = inputs * expansion
        self.expands = expansion > 1
        if self.expands:
            self._expand_conv = SameConvolution(inputs, inner, 1)
            self._bn0 = norm(inner)
        self._depthwise_conv = SameConvolution(inner, inner, size, stride, inner)
        self._bn1 = norm(inner)
        self._project_conv = SameConvolution(inner, outputs, 1)
        self._bn2 = norm(outputs)

    def residual(self, x):
        if self.expands:
            x = functional.relu6(self._bn0(self._expand_conv(x)))
        x = functional.relu6(self._bn1(self._depthwise_conv(x)))
        return self._bn2(self._project_conv(x))


class EfficientNetLite(InvertedNetwork):
    def add_layers(self, config):
        self._conv_stem = SameConvolution(3, STEM_CHANNELS, 3, 2)
        self._bn0 = norm(STEM_CHANNELS)
        stages, channels = self.make_blocks(Block, scale_groups(*VARIANTS[config["backbone"]]), STEM_CHANNELS)
        self._blocks = nn.ModuleList(sum(stages, []))
        self._conv_head = SameConvolution(channels[-1], LAST_CHANNELS, 1)
        self._bn1 = norm(LAST_CHANNELS)
        stages.append([Last(self._conv_head, self._bn1, nn.ReLU6())])
        self.name_blocks(stages, [*("_blocks.%d" % index for index in range(len(self._blocks))), "_conv_head"])
        return [*channels, LAST_CHANNELS]

    def stem(self, x, record):
        x = record["stem"] = functional.relu6(self._bn0(self._conv_stem(x)))
        return x
