# SPDX-License-Identifier: LGPL-2.1-or-later
"""What MobileNetV2 and EfficientNet-Lite share: seven groups of inverted residuals, then a 1x1 convolution."""

from torch import nn

from .network import Network

STAGES = ("stage1", "stage2", "stage3", "stage4", "last")
STAGE_OF_GROUP = (0, 0, 1, 2, 2, 3, 3)
LAST_CHANNELS = 1280


def round_channels(channels):
    """To a multiple of eight, not less than nine tenths."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


class InvertedResidual(nn.Module):
    """1x1 to more channels, depthwise, 1x1 to few channels without ReLU.  Subclasses have `residual`."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        self.adds = stride == 1 and inputs == outputs
        self.shifts = self.adds and expansion > 1

    def forward(self, around, through):
        return around + self.residual(through) if self.adds else self.residual(through)


class Last(nn.Sequential):
    """The last layer, as a block of its own."""

    shifts = False

    def forward(self, around, through):
        return super().forward(through)


class InvertedNetwork(Network):
    stages = STAGES

    def make_blocks(self, make, groups, inputs):
        """groups: (expansion, channels, blocks, stride of the first, size of the filters) of each; make: a block of
        them -> blocks by stage, channels of each stage's output."""
        stages, channels = [[] for _ in STAGES[:-1]], [0] * len(STAGES[:-1])
        for stage, (expansion, outputs, count, stride, size) in zip(STAGE_OF_GROUP, groups):
            for position in range(count):
                stages[stage].append(make(inputs, outputs, expansion, size, stride if position == 0 else 1))
                inputs = channels[stage] = outputs
        return stages, channels

    def name_blocks(self, stages, names):
        """names: of all blocks in the order they run."""
        names = iter(names)
        self.named = [[(next(names), block) for block in blocks] for blocks in stages]

    def blocks(self, index):
        shifting = 0
        for name, block in self.named[index]:
            yield name, block, block.shifts and shifting % self.every == 0
            shifting += block.shifts
