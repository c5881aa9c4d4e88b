# SPDX-License-Identifier: LGPL-2.1-or-later
"""Depthwise convolution whose gradient is as fast as itself on a CPU.

PyTorch computes the gradient of a depthwise convolution on a CPU many times slower than the convolution; it made up most
of a training step.  The gradient of the input is a depthwise convolution with the filters turned round, that of
the filters a sum of products for each of their elements.
"""

import torch
from torch import nn
from torch.nn import functional


def spread(gradient, stride):
    """The gradient with zeros where the stride left rows and columns out."""
    if stride == 1:
        return gradient
    count, channels, height, width = gradient.shape
    wide = gradient.new_zeros(count, channels, (height - 1) * stride + 1, (width - 1) * stride + 1)
    wide[:, :, ::stride, ::stride] = gradient
    return wide


def of_input(gradient, weight, stride, shape):
    """shape: height and width of the padded input"""
    wide, reach = spread(gradient, stride), weight.shape[2] - 1
    below, right = (length - reach - size for length, size in zip(shape, wide.shape[2:]))
    padded = functional.pad(wide, (reach, reach + right, reach, reach + below))
    return functional.conv2d(padded, weight.flip(2, 3), groups=len(weight))


def of_weight(gradient, x, weight, stride):
    exact = torch.promote_types(x.dtype, torch.float32)
    found = torch.empty(weight.shape, dtype=exact, device=x.device)
    x, gradient = x.permute(0, 2, 3, 1), gradient.permute(0, 2, 3, 1)
    height, width = ((length - 1) * stride + 1 for length in gradient.shape[1:3])
    for row in range(weight.shape[2]):
        for column in range(weight.shape[3]):
            part = x[:, row : row + height : stride, column : column + width : stride]
            found[:, 0, row, column] = (part * gradient).sum((0, 1, 2), dtype=exact)
    return found.to(weight.dtype)


class Depthwise(torch.autograd.Function):
    """x: [N, C, H, W], padded; weight: [C, 1, K, K]"""

    @staticmethod
    def forward(context, x, weight, stride):
        context.save_for_backward(x, weight)
        context.stride = stride
        return functional.conv2d(x, weight, stride=stride, groups=len(weight))

    @staticmethod
    def backward(context, gradient):
        x, weight = context.saved_tensors
        wants_x, wants_weight, _ = context.needs_input_grad
        return (of_input(gradient, weight, context.stride, x.shape[2:]) if wants_x else None,
                of_weight(gradient, x, weight, context.stride) if wants_weight else None, None)


def convolve(layer, x):
    """layer: a depthwise nn.Conv2d; x: padded by hand, so that the layer's own padding is not looked at"""
    if x.is_cuda or not torch.is_grad_enabled():
        return functional.conv2d(x, layer.weight, stride=layer.stride, groups=layer.groups)
    return Depthwise.apply(x, layer.weight.to(x.dtype), layer.stride[0])


class DepthwiseConvolution(nn.Conv2d):
    """With `padding` on each side."""

    def __init__(self, channels, size, stride=1):
        super().__init__(channels, channels, size, stride, size // 2, groups=channels, bias=False)

    def forward(self, x):
        (across,) = set(self.padding)
        return convolve(self, functional.pad(x, [across] * 4))
