# SPDX-License-Identifier: LGPL-2.1-or-later
import torch
from torch import nn


def convolution(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


def shift_both_ways(x, parts):
    """TSM's shift of T frames [T, C, H, W]: one part of the channels comes from the next frame, one from the one before."""
    fold = x.shape[1] // parts
    shifted = torch.zeros_like(x)
    shifted[:-1, :fold] = x[1:, :fold]
    shifted[1:, fold:2 * fold] = x[:-1, fold:2 * fold]
    shifted[:, 2 * fold:] = x[:, 2 * fold:]
    return shifted


class TemporalShift(nn.Module):
    """What MIT's code and MMAction2's wrap a layer in; it adds `.net` to the names."""

    enabled = True  # tests see whether they would notice without

    def __init__(self, net, parts):
        super().__init__()
        self.net, self.parts = net, parts

    def forward(self, x):
        return self.net(shift_both_ways(x, self.parts) if TemporalShift.enabled else x)


def settle(network, frames, seed):
    """Random weights, and statistics of batch norms that are those of real activations, so that no signal dies."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.ndim > 1:
                parameter.copy_(noise * (2 / parameter[0].numel()) ** 0.5)
            else:
                parameter.copy_(0.1 * noise)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 1.0
                module.weight.add_(1)
        network.train()
        network(frames)
    return network.eval()
