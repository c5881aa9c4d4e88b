# SPDX-License-Identifier: LGPL-2.1-or-later
"""MotionSqueeze in PyTorch, op by op, in all its variants (docs/MSNET.md 3)."""

import torch
from torch import nn
from torch.nn import functional

from .layers import pointwise, separable

REDUCED_CHANNELS = 64


class FeatureTransformation(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.conv1 = separable(inputs, 16, 7)
        self.conv2 = separable(16, 32, 3)
        self.conv3 = separable(32, 64, 3)
        self.conv4 = separable(64, channels, 3)

    def forward(self, x):
        return self.conv4(self.conv3(self.conv2(self.conv1(x))))


def window_index(height, width, patch, dilation=1):
    """Flat index of every displaced cell, and which of them lie on the map.

    Two [patch * patch, height * width] tensors.
    """
    reach = patch // 2
    p = torch.arange(-reach, reach + 1) * dilation
    dy, dx = (q.reshape(-1, 1) for q in torch.meshgrid(p, p, indexing="ij"))
    y, x = (q.reshape(1, -1) for q in torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"))
    y, x = y + dy, x + dx
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    return torch.where(inside, y * width + x, torch.zeros_like(y)), inside


def correlate(searching, searched, patch, dilation=1):
    """Cosine of each cell with the cells around it in the other frame.

    [F, C, H, W] twice -> [F, patch * patch, H, W], zero outside the map.
    """
    height, width = searching.shape[2:]
    index, inside = window_index(height, width, patch, dilation)
    index, inside = index.to(searching.device), inside.to(searching.device)
    every = torch.bmm(searched.flatten(2).transpose(1, 2), searching.flatten(2))
    near = every.gather(1, index.unsqueeze(0).expand(len(every), -1, -1))
    return (near * inside.to(near.dtype)).unflatten(2, (height, width))


def displacement(scores, patch, sigma, temperature):
    """Kernel-soft-argmax, or plain soft-argmax if sigma is None.  [F, patch * patch, H, W] -> [F, 3, H, W]: x, y, confidence."""
    reach = patch // 2
    p = torch.arange(patch * patch, device=scores.device)
    px = (p % patch - reach).to(scores.dtype)
    py = (torch.div(p, patch, rounding_mode="floor") - reach).to(scores.dtype)
    confidence, best = scores.max(1, keepdim=True)
    column, row = px.view(1, -1, 1, 1), py.view(1, -1, 1, 1)
    near = scores
    if sigma is not None:
        distance = (column - px[best]) ** 2 + (row - py[best]) ** 2
        near = scores * torch.exp(-distance / (2 * sigma * sigma))
    weights = torch.softmax(near / temperature, 1)
    x = (weights * column).sum(1, keepdim=True) / reach
    y = (weights * row).sum(1, keepdim=True) / reach
    return torch.cat([x, y, confidence], 1)


def places(motion):
    """The stages, from 1, that a module follows, and the ends of their names in a checkpoint."""
    after = motion["after"] if isinstance(motion["after"], (list, tuple)) else [motion["after"]]
    return {stage: "_%d" % stage if len(after) > 1 else "" for stage in after}


class MotionSqueeze:
    """One module.  Its layers are those of the network, because of their names."""

    def __init__(self, motion, suffix, channels):
        self.motion, self.suffix = motion, suffix
        self.both, self.past = motion["directions"] == "both", motion["directions"] == "past"
        inputs = (3 if motion["confidence"] else 2) * (2 if self.both else 1)
        self.reduction = pointwise(channels, REDUCED_CHANNELS)
        self.transformation = FeatureTransformation(inputs, channels)
        self.fusion = pointwise(2 * channels, channels) if motion.get("fusion") == "concat" else None

    def layers(self):
        """Name in a checkpoint -> module."""
        found = {"chnl_reduction": self.reduction, "flow_refinement": self.transformation, "flow_fusion": self.fusion}
        return {name + self.suffix: layer for name, layer in found.items() if layer is not None}

    def pairs(self, features, state):
        """[(frames that search, frames that are searched)], one for each direction.  features: [N, T, C, H, W]."""
        if self.past:
            before = state.get("reduction" + self.suffix, features[:, :1])
            state["reduction" + self.suffix] = features[:, -1:]
            return [(features, torch.cat([before, features[:, :-1]], 1))]
        forward = features[:, :-1], features[:, 1:]
        return [forward, forward[::-1]] if self.both else [forward]

    def field(self, scores):
        """Displacement of one direction.  [N, pairs, P * P, H, W] -> [N, T, 2 or 3, H, W]."""
        motion = self.motion
        sigma = None if motion["softargmax"] == "plain" else motion["sigma"]
        field = displacement(scores.flatten(0, 1), motion["patch"], sigma, motion["temperature"])
        field = field[:, : 3 if motion["confidence"] else 2].unflatten(0, scores.shape[:2])
        return field if self.past else torch.cat([field, field[:, -1:]], 1)

    def fuse(self, x, found):
        fusion = self.motion.get("fusion", "add")
        if fusion == "add":
            return x + found
        if fusion == "multiply":
            return x * found
        return found if fusion == "replace" else self.fusion(torch.cat([x, found], 1))

    def __call__(self, x, clips, record, state):
        """x: [N * T, C, H, W] -> the same, fused with M.  Each step is put into `record`."""
        motion = self.motion
        features = self.reduction(x)
        features = features / torch.sqrt((features * features).sum(1, keepdim=True) + 1e-6)
        cosine = torch.cat([
            correlate(a.flatten(0, 1), b.flatten(0, 1), motion["patch"], motion.get("dilation", 1)).unflatten(0, (clips, -1))
            for a, b in self.pairs(features.unflatten(0, (clips, -1)), state)], 1)
        scores = functional.relu(cosine.float())
        field = torch.cat([self.field(part) for part in scores.chunk(2 if self.both else 1, 1)], 2).flatten(0, 1)
        found = self.transformation(field)
        steps = dict(reduction=features, cosine=cosine.flatten(0, 1), scores=scores.flatten(0, 1), displacement=field,
                     transformation=found, fused=self.fuse(x, found))
        record.update({name + self.suffix: value for name, value in steps.items()})
        return steps["fused"]
