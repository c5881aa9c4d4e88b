# SPDX-License-Identifier: LGPL-2.1-or-later
"""ResNets as torchvision names them, and the projects that build on it: MIT's TSM and TSN, MotionSqueeze's authors'."""

import torch
from torch import nn
from torch.nn import functional

from .common import TemporalShift, convolution, shift_both_ways

BLOCKS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


class Block(nn.Module):
    """Basic or bottleneck; before: what happens to the input of the residual branch."""

    def __init__(self, inputs, channels, stride, is_deep, before=None):
        super().__init__()
        self.before = before
        outputs = channels * (4 if is_deep else 1)
        first = convolution(inputs, channels, 1) if is_deep else convolution(inputs, channels, 3, stride)
        self.conv1, self.bn1 = first, nn.BatchNorm2d(channels)
        self.conv2, self.bn2 = convolution(channels, channels, 3, stride if is_deep else 1), nn.BatchNorm2d(channels)
        if is_deep:
            self.conv3, self.bn3 = convolution(channels, outputs, 1), nn.BatchNorm2d(outputs)
        self.is_deep = is_deep
        self.downsample = None
        if stride > 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        y = self.before(x) if self.before and TemporalShift.enabled else x
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(y)))))
        if self.is_deep:
            y = self.bn3(self.conv3(functional.relu(y)))
        return functional.relu(y + identity)


class ResNet(nn.Module):
    """torchvision's, with `fc`; width: channels of the first stage."""

    def __init__(self, depth, classes, width=64, before=None):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width)
        inputs, is_deep = width, depth >= 50
        for stage, count in enumerate(BLOCKS[depth]):
            blocks = []
            for index in range(count):
                stride = 2 if stage and not index else 1
                blocks.append(Block(inputs, width << stage, stride, is_deep, before))
                inputs = (width << stage) * (4 if is_deep else 1)
            setattr(self, "layer%d" % (stage + 1), nn.Sequential(*blocks))
        self.features = inputs
        self.fc = nn.Linear(inputs, classes)

    def after_stage(self, x, stage):
        return x

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(1, 5):
            x = self.after_stage(getattr(self, "layer%d" % stage)(x), stage)
        return self.fc(x.mean((2, 3)))


class Mit(nn.Module):
    """MIT's TSN: the classifier moves out of the backbone.  place: None, "blockres" or "block"."""

    def __init__(self, depth, classes, width=64, place=None, parts=8):
        super().__init__()
        self.base_model = ResNet(depth, classes, width)
        self.new_fc = nn.Linear(self.base_model.features, classes)
        self.base_model.fc = nn.Dropout(0.5)
        every = 2 if len(self.base_model.layer3) >= 23 else 1
        for stage in range(1, 5):
            layer = getattr(self.base_model, "layer%d" % stage)
            for index, block in enumerate(layer):
                if place == "blockres" and index % every == 0:
                    block.conv1 = TemporalShift(block.conv1, parts)
                elif place == "block":
                    layer[index] = TemporalShift(block, parts)

    def forward(self, x):
        return self.new_fc(self.base_model(x))


class Wrapped(nn.Module):
    """As DataParallel saves: `module.` before each name."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, x):
        return self.module(x)


def separable(inputs, outputs, kernel):
    return nn.Sequential(convolution(inputs, inputs, kernel, groups=inputs), nn.BatchNorm2d(inputs), nn.ReLU(),
                         convolution(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.ReLU())


class Refinement(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = separable(3, 16, 7), separable(16, 32, 3)
        self.conv3, self.conv4 = separable(32, 64, 3), separable(64, channels, 3)

    def forward(self, x):
        return self.conv4(self.conv3(self.conv2(self.conv1(x))))


class MotionSqueeze(ResNet):
    """The authors' MSNet.  Its `bn2` is unused; `fc1` is a Conv1d."""

    patch, sigma, scale = 15, 5.0, 100.0

    def __init__(self, depth, classes, width=64, after=2):
        super().__init__(depth, classes, width, before=lambda x: shift_both_ways(x, 8))
        channels = (width << (after - 1)) * (4 if depth >= 50 else 1)
        self.after = after
        self.bn2 = nn.BatchNorm2d(128)
        self.chnl_reduction = nn.Sequential(convolution(channels, 64, 1), nn.BatchNorm2d(64), nn.ReLU())
        self.flow_refinement = Refinement(channels)
        del self.fc
        self.fc1 = nn.Conv1d(self.features, classes, 1)

    def correlate(self, x, y):
        """Cosines of each cell of x with those around it in y: [F, C, H, W] twice -> [F, patch * patch, H * W]."""
        reach, (height, width) = self.patch // 2, x.shape[2:]
        padded = functional.pad(y, (reach,) * 4)
        views = [padded[:, :, dy:dy + height, dx:dx + width] for dy in range(self.patch) for dx in range(self.patch)]
        return functional.relu(torch.stack([(x * view).sum(1) for view in views], 1)).flatten(2)

    def displacement(self, scores, height, width):
        reach = self.patch // 2
        confidence, best = scores.max(1, keepdim=True)
        cells = torch.arange(self.patch ** 2)
        px, py = (cells % self.patch).float(), torch.div(cells, self.patch, rounding_mode="floor").float()
        distance = (px.view(1, -1, 1) - px[best]) ** 2 + (py.view(1, -1, 1) - py[best]) ** 2
        weights = torch.softmax(scores * torch.exp(-distance / (2 * self.sigma ** 2)) * self.scale, 1)
        x = (weights * (px - reach).view(1, -1, 1)).sum(1, keepdim=True) / reach
        y = (weights * (py - reach).view(1, -1, 1)).sum(1, keepdim=True) / reach
        return torch.cat([x, y, confidence], 1).unflatten(2, (height, width))

    def after_stage(self, x, stage):
        if stage != self.after:
            return x
        f = self.chnl_reduction(x)
        f = f / torch.sqrt((f ** 2).sum(1, keepdim=True) + 1e-6)
        field = self.displacement(self.correlate(f[:-1], f[1:]), *x.shape[2:])
        return x + self.flow_refinement(torch.cat([field, field[-1:]]))

    def fc(self, pooled):
        return self.fc1(pooled.unsqueeze(2)).squeeze(2)


class AsTrained(nn.Module):
    """MotionSqueeze's authors' program trains with dropout: the classifier is `new_fc`, outside."""

    def __init__(self, network, classes):
        super().__init__()
        self.base_model = network
        self.new_fc = network.fc1
        network.fc1 = nn.Identity()

    def forward(self, x):
        return self.new_fc(self.base_model(x).unsqueeze(2)).squeeze(2)
