# SPDX-License-Identifier: LGPL-2.1-or-later
"""Layers that several parts of a network have."""

from torch import nn

from .depthwise import DepthwiseConvolution


def convolution(inputs, outputs, size, stride=1, groups=1):
    if groups > 1:
        return DepthwiseConvolution(inputs, size, stride)
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)


def pointwise(inputs, outputs):
    return nn.Sequential(convolution(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.ReLU())


def separable(inputs, outputs, size):
    """Depthwise, then pointwise."""
    return nn.Sequential(convolution(inputs, inputs, size, groups=inputs), nn.BatchNorm2d(inputs), nn.ReLU(),
                         *pointwise(inputs, outputs))
