# SPDX-License-Identifier: LGPL-2.1-or-later
"""MobileNetV2 (arXiv 1801.04381), with torchvision's names and rounding of channels."""

from torch import nn

from .inverted_residual import LAST_CHANNELS, InvertedNetwork, InvertedResidual, Last, round_channels
from .layers import convolution

STEM_CHANNELS = 32
# Of each group of blocks: by how much they expand, channels, blocks, stride of the first one.
GROUPS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def layer(inputs, outputs, size, stride=1, groups=1):
    return convolution(inputs, outputs, size, stride, groups), nn.BatchNorm2d(outputs), nn.ReLU6()


class Block(InvertedResidual):
    def __init__(self, inputs, outputs, expansion, size, stride):
        super().__init__(inputs, outputs, expansion, stride)
        inner = inputs * expansion
        expand = [nn.Sequential(*layer(inputs, inner, 1))] if expansion > 1 else []
        self.conv = nn.Sequential(*expand, nn.Sequential(*layer(inner, inner, size, stride, inner)),
                                  convolution(inner, outputs, 1), nn.BatchNorm2d(outputs))

    def residual(self, x):
        return self.conv(x)


class MobileNetV2(InvertedNetwork):
    def add_layers(self, config):
        multiplier = config.get("multiplier", 1.0)
        inputs = round_channels(STEM_CHANNELS * multiplier)
        groups = [(expansion, round_channels(channels * multiplier), count, stride, 3)
                  for expansion, channels, count, stride in GROUPS]
        stages, channels = self.make_blocks(Block, groups, inputs)
        last = round_channels(LAST_CHANNELS * max(1.0, multiplier))
        stages.append([Last(*layer(channels[-1], last, 1))])
        self.features = nn.Sequential(nn.Sequential(*layer(3, inputs, 3, 2)), *sum(stages, []))
        self.name_blocks(stages, ("features.%d" % index for index in range(1, len(self.features))))
        return [*channels, last]

    def stem(self, x, record):
        x = record["stem"] = self.features[0](x)
        return x
