# SPDX-License-Identifier: LGPL-2.1-or-later
"""ResNet-18 to ResNet-152, with torchvision's names."""

from torch import nn
from torch.nn import functional

from .layers import convolution
from .network import Network

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
BOTTLENECK_FROM = 50


def projection(inputs, outputs, stride):
    """The identity's 1x1 convolution, where the block changes the shape."""
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class Block(nn.Module):
    """What both kinds share: the identity, and how it ends.  They have `residual` and `downsample`."""

    def forward(self, around, through):
        identity = around if self.downsample is None else self.downsample(around)
        return functional.relu(self.residual(through) + identity)


class BasicBlock(Block):
    expansion = 1

    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = convolution(inputs, channels, 3, stride)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = convolution(channels, channels, 3)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = projection(inputs, channels, stride)

    def residual(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        return self.bn2(self.conv2(y))


class Bottleneck(Block):
    expansion = 4

    def __init__(self, inputs, channels, stride):
        super().__init__()
        outputs = channels * self.expansion
        self.conv1 = convolution(inputs, channels, 1)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = convolution(channels, channels, 3, stride)
        self.bn2 = nn.BatchNorm2d(channels)
        self.conv3 = convolution(channels, outputs, 1)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = projection(inputs, outputs, stride)

    def residual(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = functional.relu(self.bn2(self.conv2(y)))
        return self.bn3(self.conv3(y))


class ResNet(Network):
    stages = ("layer1", "layer2", "layer3", "layer4")

    def add_layers(self, config):
        depth, width = config["depth"], config.get("width", 64)
        block = Bottleneck if depth >= BOTTLENECK_FROM else BasicBlock
        self.conv1 = convolution(3, width, 7, 2)
        self.bn1 = nn.BatchNorm2d(width)
        inputs, channels = width, []
        for index, (name, count) in enumerate(zip(self.stages, BLOCKS[depth])):
            blocks = []
            for position in range(count):
                blocks.append(block(inputs, width << index, 2 if index > 0 and position == 0 else 1))
                inputs = (width << index) * block.expansion
            setattr(self, name, nn.ModuleList(blocks))
            channels.append(inputs)
        return channels

    def stem(self, x, record):
        x = record["conv1"] = functional.relu(self.bn1(self.conv1(x)))
        x = record["pool"] = functional.max_pool2d(x, 3, 2, 1)
        return x

    def blocks(self, index):
        name = self.stages[index]
        for position, block in enumerate(getattr(self, name)):
            yield "%s.%d" % (name, position), block, position % self.every == 0
