# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks of ConvModules, as MMAction2 names them: ResNet and MobileNetV2 under `backbone`, `cls_head.fc_cls`."""

from torch import nn
from torch.nn import functional

from .common import TemporalShift, convolution
from .mobilenets import SETTINGS, rounded


class ConvModule(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, groups=1, activation=None):
        super().__init__()
        self.conv = convolution(inputs, outputs, kernel, stride, groups)
        self.bn = nn.BatchNorm2d(outputs)
        self.activation = activation or (lambda x: x)

    def forward(self, x):
        return self.activation(self.bn(self.conv(x)))


class Block(nn.Module):
    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = ConvModule(inputs, channels, 1, activation=functional.relu)
        self.conv2 = ConvModule(channels, channels, 3, stride, activation=functional.relu)
        self.conv3 = ConvModule(channels, channels * 4, 1)
        needs_projection = stride > 1 or inputs != channels * 4
        self.downsample = ConvModule(inputs, channels * 4, 1, stride) if needs_projection else None

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        return functional.relu(self.conv3(self.conv2(self.conv1(x))) + identity)


class ResNet50(nn.Module):
    def __init__(self, width, is_shifted):
        super().__init__()
        self.conv1 = ConvModule(3, width, 7, 2, activation=functional.relu)
        inputs = width
        for stage, count in enumerate((3, 4, 6, 3)):
            blocks = []
            for index in range(count):
                block = Block(inputs, width << stage, 2 if stage and not index else 1)
                if is_shifted:
                    block.conv1.conv = TemporalShift(block.conv1.conv, 8)
                blocks.append(block)
                inputs = (width << stage) * 4
            setattr(self, "layer%d" % (stage + 1), nn.Sequential(*blocks))
        self.features = inputs

    def forward(self, x):
        x = functional.max_pool2d(self.conv1(x), 3, 2, 1)
        return self.layer4(self.layer3(self.layer2(self.layer1(x))))


class Inverted(nn.Module):
    """The shift is outside the ConvModule: `conv.0.net.conv`."""

    def __init__(self, inputs, outputs, expansion, stride, is_shifted):
        super().__init__()
        inside, self.has_residual = inputs * expansion, stride == 1 and inputs == outputs
        modules = [ConvModule(inputs, inside, 1, activation=functional.relu6)] if expansion > 1 else []
        modules += [ConvModule(inside, inside, 3, stride, inside, functional.relu6), ConvModule(inside, outputs, 1)]
        if is_shifted and self.has_residual and expansion > 1:
            modules[0] = TemporalShift(modules[0], 8)
        self.conv = nn.Sequential(*modules)

    def forward(self, x):
        return x + self.conv(x) if self.has_residual else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, multiplier, is_shifted):
        super().__init__()
        inputs = rounded(32 * multiplier)
        self.conv1 = ConvModule(3, inputs, 3, 2, activation=functional.relu6)
        for stage, (expansion, channels, repeats, stride) in enumerate(SETTINGS, 1):
            blocks, outputs = [], rounded(channels * multiplier)
            for index in range(repeats):
                blocks.append(Inverted(inputs, outputs, expansion, 1 if index else stride, is_shifted))
                inputs = outputs
            setattr(self, "layer%d" % stage, nn.Sequential(*blocks))
        self.features = rounded(1280 * max(1, multiplier))
        self.conv2 = ConvModule(inputs, self.features, 1, activation=functional.relu6)

    def forward(self, x):
        x = self.conv1(x)
        for stage in range(1, 8):
            x = getattr(self, "layer%d" % stage)(x)
        return self.conv2(x)


class Head(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.fc_cls = nn.Linear(features, classes)


class Recognizer(nn.Module):
    def __init__(self, backbone, classes):
        super().__init__()
        self.backbone = backbone
        self.cls_head = Head(backbone.features, classes)

    def forward(self, x):
        return self.cls_head.fc_cls(self.backbone(x).mean((2, 3)))
