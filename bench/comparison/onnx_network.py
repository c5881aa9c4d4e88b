# SPDX-License-Identifier: LGPL-2.1-or-later
"""A model file as an ONNX graph, so that other engines can run the same network with the same weights.

TSN, TSM and MSNet over any backbone, with motion as the paper has it (`forward` and `past`, kernel-soft-argmax).
"""

import json
import math
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from msnet_file import safetensors  # noqa: E402

from . import onnx_backbones  # noqa: E402
from .onnx_graph import Graph  # noqa: E402

OPSET = 17


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
        y = graph.convolution(y, name + "0", name + "1")
        y = graph.convolution(y, name + "3", name + "4")
    return graph.add("Add", x, y)


def export(model_path, onnx_path, frames):
    """-> the side of the network's input."""
    tensors, metadata = safetensors.read(model_path)
    config = json.loads(metadata["msnet.network"])
    size = json.loads(metadata["msnet.input"])["size"]
    graph = Graph(tensors, frames)
    backbone = onnx_backbones.find(graph, config)
    x = backbone.stem()
    for index in range(backbone.n_stages):
        x = backbone.stage(x, index)
        if config.get("motion") and config["motion"]["after"] == index + 1:
            x = motion_squeeze(graph, x, config["motion"], math.ceil(size / 8))
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
