# SPDX-License-Identifier: LGPL-2.1-or-later
"""A model file as an ONNX graph, so that other engines can run the same network with the same weights.

Covers what the engine runs: TSN, TSM and MSNet over ResNet (motion `forward` and `past`, kernel-soft-argmax).
Batch norm is folded into the convolutions, as the engine does it.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from msnet_file import safetensors  # noqa: E402

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
BOTTLENECK_FROM = 50
SHIFTED = {"none": 0, "causal": 1, "bidirectional": 2}  # eighths of the channels
EPSILON = 1e-5
OPSET = 17


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

    def convolution(self, x, name, norm, stride=1, groups=1, relu=True, blind=0):
        """Convolution, batch norm, ReLU.  blind: the first channels, taken to be zero."""
        weights = self.tensors[name + ".weight"].copy()
        weights[:, :blind] = 0
        gain = self.tensors[norm + ".weight"] / np.sqrt(self.tensors[norm + ".running_var"] + EPSILON)
        bias = self.tensors[norm + ".bias"] - self.tensors[norm + ".running_mean"] * gain
        size = weights.shape[2]
        y = self.add("Conv", x, self.constant(weights * gain[:, None, None, None]), self.constant(bias),
                     kernel_shape=[size, size], strides=[stride, stride], pads=[size // 2] * 4, group=groups)
        return self.add("Relu", y) if relu else y

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
        """Temporal shift."""
        fold = channels // 8
        if mode == "none":
            return x
        if mode == "causal":
            return self.add("Concat", self.moved(x, 0, fold, -1), self.slice(x, fold, channels, 1), axis=1)
        return self.add("Concat", self.moved(x, 0, fold, 1), self.moved(x, fold, 2 * fold, -1),
                        self.slice(x, 2 * fold, channels, 1), axis=1)


def block(graph, x, name, shift, inputs, stride, convolutions):
    """A residual block.  convolutions: how many; three: the stride sits on the second."""
    identity = x
    if name + ".downsample.0.weight" in graph.tensors:
        identity = graph.convolution(x, name + ".downsample.0", name + ".downsample.1", stride, relu=False)
    alone = graph.frames == 1  # then the shift brings zeros only, which cost the runtimes nothing as weights
    y = x if alone else graph.shift(x, shift, inputs)
    for index in range(1, convolutions + 1):
        y = graph.convolution(y, "%s.conv%d" % (name, index), "%s.bn%d" % (name, index),
                              stride if index == convolutions - 1 else 1, relu=index < convolutions,
                              blind=inputs // 8 * SHIFTED[shift] if alone and index == 1 else 0)
    return graph.add("Relu", graph.add("Add", y, identity))


def stage(graph, x, config, index, inputs):
    """layer1 .. layer4 -> the result and its channels."""
    bottleneck = config["depth"] >= BOTTLENECK_FROM
    for position in range(BLOCKS[config["depth"]][index - 1]):
        shift = config.get("shift", "none") if position % config.get("shift_every", 1) == 0 else "none"
        stride = 2 if index > 1 and position == 0 else 1
        x = block(graph, x, "layer%d.%d" % (index, position), shift, inputs, stride, 3 if bottleneck else 2)
        inputs = (config.get("width", 64) << (index - 1)) * (4 if bottleneck else 1)
    return x, inputs


def window_index(size, patch):
    """Flat index of every displaced cell, and which of them lie on the map: [patch^2, size^2]."""
    p = np.arange(patch) - patch // 2
    dy, dx = (q.reshape(-1, 1) for q in np.meshgrid(p, p, indexing="ij"))
    y, x = (q.reshape(1, -1) for q in np.meshgrid(np.arange(size), np.arange(size), indexing="ij"))
    inside = (y + dy >= 0) & (y + dy < size) & (x + dx >= 0) & (x + dx < size)
    return np.where(inside, (y + dy) * size + x + dx, 0), inside


def correlate(graph, features, motion, size):
    """Scores of the pairs, [pairs, patch^2, size, size]."""
    past = motion["directions"] == "past"
    flat = graph.add("Reshape", features, graph.constant([graph.frames, 64, size * size], np.int64))
    searching = flat if past else graph.slice(flat, 0, graph.frames - 1, 0)
    if not past:
        searched = graph.slice(flat, 1, graph.frames, 0)
    elif graph.frames == 1:
        searched = flat
    else:
        searched = graph.add("Concat", graph.slice(flat, 0, 1, 0), graph.slice(flat, 0, graph.frames - 1, 0), axis=0)
    every = graph.add("MatMul", graph.add("Transpose", searched, perm=[0, 2, 1]), searching)
    index, inside = window_index(size, motion["patch"])
    pairs = graph.frames if past else graph.frames - 1
    near = graph.add("GatherElements", every, graph.constant(np.repeat(index[None], pairs, 0), np.int64), axis=1)
    scores = graph.add("Relu", graph.add("Mul", near, graph.constant(inside[None])))
    return graph.add("Reshape", scores, graph.constant([pairs, motion["patch"] ** 2, size, size], np.int64))


def displacement(graph, scores, motion):
    """Kernel-soft-argmax: dx, dy and, where the model has it, confidence."""
    reach = motion["patch"] // 2
    p = np.arange(motion["patch"] ** 2)
    axes = [values.astype(np.float32) for values in (p % motion["patch"] - reach, p // motion["patch"] - reach)]
    best = graph.add("ArgMax", scores, axis=1, keepdims=1)
    squares = []
    for values in axes:
        offset = graph.add("Sub", graph.constant(values.reshape(1, -1, 1, 1)),
                           graph.add("Gather", graph.constant(values), best))
        squares.append(graph.add("Mul", offset, offset))
    exponent = graph.add("Mul", graph.add("Add", *squares), graph.constant(-0.5 / motion["sigma"] ** 2))
    weighted = graph.add("Mul", scores, graph.add("Exp", exponent))
    weights = graph.add("Softmax", graph.add("Mul", weighted, graph.constant(1 / motion["temperature"])), axis=1)
    parts = [graph.add("ReduceSum", graph.add("Mul", weights, graph.constant(values.reshape(1, -1, 1, 1) / reach)),
                       graph.constant([1], np.int64)) for values in axes]
    if motion["confidence"]:
        parts.append(graph.add("ReduceMax", scores, axes=[1]))
    field = graph.add("Concat", *parts, axis=1)
    if motion["directions"] == "past":
        return field
    return graph.add("Concat", field, graph.slice(field, graph.frames - 2, graph.frames - 1, 0), axis=0)


def motion_squeeze(graph, x, motion, size):
    """x + M."""
    features = graph.convolution(x, "chnl_reduction.0", "chnl_reduction.1")
    norm = graph.add("ReduceSum", graph.add("Mul", features, features), graph.constant([1], np.int64))
    features = graph.add("Div", features, graph.add("Sqrt", graph.add("Add", norm, graph.constant(1e-6))))
    y = displacement(graph, correlate(graph, features, motion, size), motion)
    for index in range(1, 5):
        name = "flow_refinement.conv%d." % index
        y = graph.convolution(y, name + "0", name + "1", groups=graph.tensors[name + "0.weight"].shape[0])
        y = graph.convolution(y, name + "3", name + "4")
    return graph.add("Add", x, y)


def export(model_path, onnx_path, frames):
    """-> the side of the network's input."""
    tensors, metadata = safetensors.read(model_path)
    config = json.loads(metadata["msnet.network"])
    size = json.loads(metadata["msnet.input"])["size"]
    graph = Graph(tensors, frames)
    channels = config.get("width", 64)
    x = graph.add("MaxPool", graph.convolution("input", "conv1", "bn1", 2), kernel_shape=[3, 3], strides=[2, 2],
                  pads=[1] * 4)
    for index in range(1, 5):
        x, channels = stage(graph, x, config, index, channels)
        if config.get("motion") and config["motion"]["after"] == index:
            x = motion_squeeze(graph, x, config["motion"], size // 8)
    pooled = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    logits = graph.add("Gemm", pooled, graph.constant(tensors["new_fc.weight"][:, :, 0]),
                       graph.constant(tensors["new_fc.bias"]), transB=1)
    mean = graph.add("ReduceMean", logits, axes=[0], keepdims=0)
    inputs = helper.make_tensor_value_info("input", TensorProto.FLOAT, [frames, 3, size, size])
    outputs = helper.make_tensor_value_info(mean, TensorProto.FLOAT, [config["classes"]])
    model = helper.make_model(helper.make_graph(graph.nodes, "msnet", [inputs], [outputs], graph.constants),
                              opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    onnx.save(model, onnx_path)
    return size
