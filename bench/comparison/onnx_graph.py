# SPDX-License-Identifier: LGPL-2.1-or-later
"""An ONNX graph of a network as it grows: convolutions with batch norm folded in, and the temporal shift."""

import numpy as np
from onnx import helper, numpy_helper

EPSILON = 1e-5  # PyTorch's


class Graph:
    """Nodes and constants as they are added; every method returns the name of its result."""

    def __init__(self, tensors, frames):
        self.tensors = tensors
        self.frames = frames
        self.nodes = []
        self.constants = []

    def constant(self, values, kind=np.float32):
        name = "constant%d" % len(self.constants)
        self.constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def add(self, operation, *inputs, **attributes):
        name = "%s%d" % (operation, len(self.nodes))
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def activate(self, x, activation):
        """activation: "relu", "relu6" or None."""
        if activation == "relu6":
            return self.add("Clip", x, self.constant(0), self.constant(6))
        return self.add("Relu", x) if activation else x

    def convolution(self, x, name, norm, stride=1, activation="relu", blind=0, epsilon=EPSILON, same=False):
        """Convolution, batch norm, activation; depthwise where the weights say so.

        blind: the first channels, taken to be zero; same: TensorFlow's padding.
        """
        weights = self.tensors[name + ".weight"].copy()
        weights[:, :blind] = 0
        gain = self.tensors[norm + ".weight"] / np.sqrt(self.tensors[norm + ".running_var"] + epsilon)
        bias = self.tensors[norm + ".bias"] - self.tensors[norm + ".running_mean"] * gain
        size = weights.shape[2]
        padding = {"auto_pad": "SAME_UPPER"} if same else {"pads": [size // 2] * 4}
        y = self.add("Conv", x, self.constant(weights * gain[:, None, None, None]), self.constant(bias),
                     kernel_shape=[size, size], strides=[stride, stride],
                     group=weights.shape[0] if weights.shape[1] == 1 else 1, **padding)
        return self.activate(y, activation)

    def slice(self, x, begin, end, axis):
        return self.add("Slice", x, *(self.constant([v], np.int64) for v in (begin, end, axis)))

    def moved(self, x, begin, end, frames):
        """Channels begin .. end of x, taken from `frames` later (zeros beyond the clip)."""
        part = self.slice(x, begin, end, 1)
        if frames > 0:
            part, pads = self.slice(part, frames, self.frames, 0), [0, 0, 0, 0, frames, 0, 0, 0]
        else:
            part, pads = self.slice(part, 0, self.frames + frames, 0), [-frames, 0, 0, 0, 0, 0, 0, 0]
        return self.add("Pad", part, self.constant(pads, np.int64))

    def shift(self, x, mode, channels):
        """Temporal shift -> the result, and how many of the first channels are zero instead, for `convolution`.

        Of a single frame, the shift brings zeros alone, which cost the runtimes nothing as weights.
        """
        fold = channels // 8
        if mode == "none":
            return x, 0
        if self.frames == 1:
            return x, fold if mode == "causal" else 2 * fold
        if mode == "causal":
            return self.add("Concat", self.moved(x, 0, fold, -1), self.slice(x, fold, channels, 1), axis=1), 0
        return self.add("Concat", self.moved(x, 0, fold, 1), self.moved(x, fold, 2 * fold, -1),
                        self.slice(x, 2 * fold, channels, 1), axis=1), 0
