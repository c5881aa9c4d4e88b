# SPDX-License-Identifier: LGPL-2.1-or-later
"""The backbones as ONNX graphs.  Each has `stem ()`, which takes the graph's input, `n_stages`, and `stage (x, index)`."""

import functools
import math

RESNET_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
BOTTLENECK_FROM = 50
# Of the seven groups of inverted residuals: blocks, stride of the first one; and the groups of each stage.
MOBILENET_BLOCKS = (1, 2, 3, 4, 3, 3, 1)
LITE_BLOCKS = (1, 2, 2, 3, 3, 4, 1)
LITE_DEPTHS = {"0": 1.0, "1": 1.1, "2": 1.2, "3": 1.4, "4": 1.8}  # what these are multiplied by
GROUP_STRIDES = (1, 2, 2, 2, 1, 2, 1)
STAGE_GROUPS = ((0, 1), (2,), (3, 4), (5, 6))
LITE_EPSILON = 1e-3


class ResNet:
    n_stages = 4

    def __init__(self, graph, config):
        self.graph = graph
        self.config = config
        self.convolutions = 3 if config["depth"] >= BOTTLENECK_FROM else 2

    def stem(self):
        return self.graph.add("MaxPool", self.graph.convolution("input", "conv1", "bn1", 2), kernel_shape=[3, 3],
                              strides=[2, 2], pads=[1] * 4)

    def block(self, x, name, shift, stride):
        """Of three convolutions, the stride sits on the second."""
        graph, identity = self.graph, x
        if name + ".downsample.0.weight" in graph.tensors:
            identity = graph.convolution(x, name + ".downsample.0", name + ".downsample.1", stride, None)
        y, blind = graph.shift(x, shift, graph.tensors[name + ".conv1.weight"].shape[1])
        for index in range(1, self.convolutions + 1):
            y = graph.convolution(y, "%s.conv%d" % (name, index), "%s.bn%d" % (name, index),
                                  stride if index == self.convolutions - 1 else 1,
                                  "relu" if index < self.convolutions else None, blind if index == 1 else 0)
        return graph.add("Relu", graph.add("Add", y, identity))

    def stage(self, x, index):
        for position in range(RESNET_BLOCKS[self.config["depth"]][index]):
            shifts = position % self.config.get("shift_every", 1) == 0
            x = self.block(x, "layer%d.%d" % (index + 1, position), self.config["shift"] if shifts else "none",
                           2 if index > 0 and position == 0 else 1)
        return x


class Inverted:
    """Groups of inverted residuals, and the last convolution as a stage of its own.

    Subclasses have `counts`, the blocks of each group, `layer`, a convolution with what theirs have in common, and the
    names: `stem_names`, `last_names`, and `names (block)` of the layers of a block in the order they run.
    """

    n_stages = len(STAGE_GROUPS) + 1

    def __init__(self, graph, config):
        self.graph = graph
        self.config = config

    def stem(self):
        return self.layer("input", *self.stem_names, stride=2)

    def block(self, x, number, stride, position):
        """position: among the blocks of the stage that can shift -> the result, and whether it can."""
        names = self.names(number)
        first, last = (self.graph.tensors[name[0] + ".weight"] for name in (names[0], names[-1]))
        inputs = first.shape[0] if first.shape[1] == 1 else first.shape[1]
        adds = stride == 1 and inputs == last.shape[0]
        can_shift = adds and len(names) == 3
        shifts = can_shift and position % self.config.get("shift_every", 1) == 0
        y, blind = self.graph.shift(x, self.config["shift"] if shifts else "none", inputs)
        for index, name in enumerate(names):
            depthwise = index == len(names) - 2
            y = self.layer(y, *name, stride=stride if depthwise else 1, blind=blind if index == 0 else 0,
                           activation="relu6" if index < len(names) - 1 else None)
        return self.graph.add("Add", x, y) if adds else y, can_shift

    def stage(self, x, index):
        if index == len(STAGE_GROUPS):
            return self.layer(x, *self.last_names)
        position = 0
        for group in STAGE_GROUPS[index]:
            first = sum(self.counts[:group])
            for number in range(first, first + self.counts[group]):
                x, can_shift = self.block(x, number, GROUP_STRIDES[group] if number == first else 1, position)
                position += can_shift
        return x


class MobileNetV2(Inverted):
    counts = MOBILENET_BLOCKS
    stem_names = ("features.0.0", "features.0.1")
    last_names = ("features.18.0", "features.18.1")

    def __init__(self, graph, config):
        super().__init__(graph, config)
        self.layer = functools.partial(graph.convolution, activation="relu6")

    def names(self, number):
        prefix = "features.%d.conv." % (number + 1)
        n = 2 if prefix + "3.weight" in self.graph.tensors else 1
        return [("%s%d.0" % (prefix, i), "%s%d.1" % (prefix, i)) for i in range(n)] + [
            ("%s%d" % (prefix, n), "%s%d" % (prefix, n + 1))]


class EfficientNetLite(Inverted):
    stem_names = ("_conv_stem", "_bn0")
    last_names = ("_conv_head", "_bn1")

    def __init__(self, graph, config):
        super().__init__(graph, config)
        depth = LITE_DEPTHS[config["backbone"][-1]]
        self.counts = [1, *(math.ceil(count * depth) for count in LITE_BLOCKS[1:-1]), 1]
        self.layer = functools.partial(graph.convolution, activation="relu6", epsilon=LITE_EPSILON, same=True)

    def names(self, number):
        prefix = "_blocks.%d." % number
        every = [("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2")]
        return [(prefix + name, prefix + norm) for name, norm in every if prefix + name + ".weight" in self.graph.tensors]


def find(graph, config):
    """-> the backbone of a model."""
    name = config.get("backbone", "resnet")
    kind = {"resnet": ResNet, "mobilenet-v2": MobileNetV2}.get(name, EfficientNetLite)
    return kind(graph, config)
