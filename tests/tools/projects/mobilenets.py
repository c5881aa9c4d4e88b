# SPDX-License-Identifier: LGPL-2.1-or-later
"""MobileNetV2 as MIT's code, its online demo, torchvision and timm name it, and EfficientNet-Lite0."""

import math

import torch
from torch import nn
from torch.nn import functional

from .common import TemporalShift, convolution

# expansion, channels, repeats, stride
SETTINGS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def rounded(channels):
    found = max(8, int(channels + 4) // 8 * 8)
    return found + 8 if found < 0.9 * channels else found


def normed(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Sequential(convolution(inputs, outputs, kernel, stride, groups), nn.BatchNorm2d(outputs), nn.ReLU6())


class Inverted(nn.Module):
    """style: "flat" (MIT's: every layer has a number of its own) or "nested" (torchvision's)."""

    def __init__(self, inputs, outputs, expansion, stride, style):
        super().__init__()
        inside = inputs * expansion
        self.has_residual, self.expands = stride == 1 and inputs == outputs, expansion > 1
        parts = [normed(inputs, inside, 1)] if self.expands else []
        parts.append(normed(inside, inside, 3, stride, inside))
        if style == "flat":
            parts = [layer for part in parts for layer in part]
        self.conv = nn.Sequential(*parts, convolution(inside, outputs, 1), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.has_residual else self.conv(x)

    def forward_with(self, x, before):
        """The online demo's: the first eighth of the channels is the frame's before."""
        fold = x.shape[1] // 8
        shifted = torch.cat([before if TemporalShift.enabled else x[:, :fold], x[:, fold:]], 1)
        return x + self.conv(shifted), x[:, :fold]


def features(style, multiplier):
    inputs = rounded(32 * multiplier)
    found = [normed(3, inputs, 3, 2)]
    for expansion, channels, repeats, stride in SETTINGS:
        outputs = rounded(channels * multiplier)
        for index in range(repeats):
            found.append(Inverted(inputs, outputs, expansion, 1 if index else stride, style))
            inputs = outputs
    last = rounded(1280 * max(1, multiplier))
    return nn.Sequential(*found, normed(inputs, last, 1)), last


class Flat(nn.Module):
    """MIT's MobileNetV2, whose classifier is outside."""

    def __init__(self, multiplier, is_shifted):
        super().__init__()
        self.features, self.channels = features("flat", multiplier)
        for block in self.features:
            if is_shifted and isinstance(block, Inverted) and block.has_residual and block.expands:
                block.conv[0] = TemporalShift(block.conv[0], 8)

    def forward(self, x):
        return self.features(x).mean((2, 3))


class Mit(nn.Module):
    def __init__(self, classes, multiplier=1.0, is_shifted=True):
        super().__init__()
        self.base_model = Flat(multiplier, is_shifted)
        self.new_fc = nn.Linear(self.base_model.channels, classes)

    def forward(self, x):
        return self.new_fc(self.base_model(x))


class Online(nn.Module):
    """The online demo's: frame by frame, with what each shift keeps of the frame before."""

    def __init__(self, classes, multiplier=1.0):
        super().__init__()
        self.features, channels = features("flat", multiplier)
        self.classifier = nn.Linear(channels, classes)

    def step(self, x, kept):
        for index, block in enumerate(self.features):
            if isinstance(block, Inverted) and block.has_residual and block.expands:
                before = kept.get(index, torch.zeros_like(x[:, :x.shape[1] // 8]))
                x, kept[index] = block.forward_with(x, before)
            else:
                x = block(x)
        return self.classifier(x.mean((2, 3)))

    def forward(self, frames):
        if self.training:  # statistics need all frames at once
            return self.classifier(self.features(frames).mean((2, 3)))
        kept = {}
        return torch.cat([self.step(frame[None], kept) for frame in frames])


class Torchvision(nn.Module):
    def __init__(self, classes, multiplier=1.0):
        super().__init__()
        self.features, channels = features("nested", multiplier)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(channels, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class TimmBlock(nn.Module):
    """conv_pw, conv_dw, conv_pwl; without expansion conv_dw, conv_pw."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        inside = inputs * expansion
        self.has_residual, self.expands = stride == 1 and inputs == outputs, expansion > 1
        if self.expands:
            self.conv_pw, self.bn1 = convolution(inputs, inside, 1), nn.BatchNorm2d(inside)
            self.conv_dw, self.bn2 = convolution(inside, inside, 3, stride, inside), nn.BatchNorm2d(inside)
            self.conv_pwl, self.bn3 = convolution(inside, outputs, 1), nn.BatchNorm2d(outputs)
        else:
            self.conv_dw, self.bn1 = convolution(inside, inside, 3, stride, inside), nn.BatchNorm2d(inside)
            self.conv_pw, self.bn2 = convolution(inside, outputs, 1), nn.BatchNorm2d(outputs)

    def forward(self, x):
        if not self.expands:
            return self.bn2(self.conv_pw(functional.relu6(self.bn1(self.conv_dw(x)))))
        y = functional.relu6(self.bn1(self.conv_pw(x)))
        y = self.bn3(self.conv_pwl(functional.relu6(self.bn2(self.conv_dw(y)))))
        return x + y if self.has_residual else y


class Timm(nn.Module):
    def __init__(self, classes, multiplier=1.0):
        super().__init__()
        inputs = rounded(32 * multiplier)
        self.conv_stem, self.bn1 = convolution(3, inputs, 3, 2), nn.BatchNorm2d(inputs)
        stages = []
        for expansion, channels, repeats, stride in SETTINGS:
            blocks, outputs = [], rounded(channels * multiplier)
            for index in range(repeats):
                blocks.append(TimmBlock(inputs, outputs, expansion, 1 if index else stride))
                inputs = outputs
            stages.append(nn.Sequential(*blocks))
        self.blocks = nn.Sequential(*stages)
        last = rounded(1280 * max(1, multiplier))
        self.conv_head, self.bn2 = convolution(inputs, last, 1), nn.BatchNorm2d(last)
        self.classifier = nn.Linear(last, classes)

    def forward(self, x):
        x = self.blocks(functional.relu6(self.bn1(self.conv_stem(x))))
        return self.classifier(functional.relu6(self.bn2(self.conv_head(x))).mean((2, 3)))


class Same(nn.Conv2d):
    """TensorFlow's SAME: as many outputs as the input has strides, what is odd padded behind."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x):
        (kernel, stride), pads = (self.kernel_size[0], self.stride[0]), []
        for size in (x.shape[3], x.shape[2]):
            total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
            pads += [total // 2, total - total // 2]
        return super().forward(functional.pad(x, pads))


def lite_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


class LiteBlock(nn.Module):
    def __init__(self, inputs, outputs, expansion, stride, kernel):
        super().__init__()
        inside = inputs * expansion
        self.has_residual, self.expands = stride == 1 and inputs == outputs, expansion > 1
        if self.expands:
            self._expand_conv, self._bn0 = Same(inputs, inside, 1), lite_norm(inside)
        self._depthwise_conv, self._bn1 = Same(inside, inside, kernel, stride, inside), lite_norm(inside)
        self._project_conv, self._bn2 = Same(inside, outputs, 1), lite_norm(outputs)

    def forward(self, x):
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = self._bn2(self._project_conv(functional.relu6(self._bn1(self._depthwise_conv(y)))))
        return x + y if self.has_residual else y


class Lite0(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self._conv_stem, self._bn0 = Same(3, 32, 3, 2), lite_norm(32)
        inputs, blocks = 32, []
        for (expansion, _, _, _), outputs, repeats, stride, kernel in zip(
                SETTINGS, (16, 24, 40, 80, 112, 192, 320), (1, 2, 2, 3, 3, 4, 1), (1, 2, 2, 2, 1, 2, 1), (3, 3, 5, 3, 5, 5, 3)):
            for index in range(repeats):
                blocks.append(LiteBlock(inputs, outputs, expansion, 1 if index else stride, kernel))
                inputs = outputs
        self._blocks = nn.ModuleList(blocks)
        self._conv_head, self._bn1 = Same(320, 1280, 1), lite_norm(1280)
        self._fc = nn.Linear(1280, classes)

    def forward(self, x):
        x = functional.relu6(self._bn0(self._conv_stem(x)))
        for block in self._blocks:
            x = block(x)
        return self._fc(functional.relu6(self._bn1(self._conv_head(x))).mean((2, 3)))
