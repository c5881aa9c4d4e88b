# SPDX-License-Identifier: LGPL-2.1-or-later
"""MSNet in PyTorch: temporal shift, MotionSqueeze and head over any backbone, op by op.

The twin of the engine: same order of operations, same names of tensors, every
named stage obtainable.  Runs with PyTorch 1.13 and newer.
"""

import torch
from torch import nn
from torch.nn import functional

REDUCED_CHANNELS = 64


def temporal_shift(x, mode, before=None, div=8):
    """Move C // div of the channels between frames, each way.  x: [N, T, C, H, W].

    before: [N, 1, C // div, H, W], what `causal` gives to the first frame; zeros unless given.
    """
    if mode == "none":
        return x
    fold = x.shape[2] // div
    zero = torch.zeros_like(x[:, :1, :fold])
    if mode == "causal":
        later = torch.cat([zero if before is None else before, x[:, :-1, :fold]], 1)
        return torch.cat([later, x[:, :, fold:]], 2)
    earlier = torch.cat([x[:, 1:, :fold], zero], 1)
    second = torch.cat([zero, x[:, :-1, fold : 2 * fold]], 1)
    return torch.cat([earlier, second, x[:, :, 2 * fold :]], 2)


def convolution(inputs, outputs, size, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)


def separable(inputs, outputs, size):
    """One layer of the feature transformation: depthwise, then pointwise."""
    return nn.Sequential(
        convolution(inputs, inputs, size, groups=inputs), nn.BatchNorm2d(inputs), nn.ReLU(),
        convolution(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.ReLU())


class FeatureTransformation(nn.Module):
    def __init__(self, inputs, channels):
        super().__init__()
        self.conv1 = separable(inputs, 16, 7)
        self.conv2 = separable(16, 32, 3)
        self.conv3 = separable(32, 64, 3)
        self.conv4 = separable(64, channels, 3)

    def forward(self, x):
        return self.conv4(self.conv3(self.conv2(self.conv1(x))))


def window_index(height, width, patch):
    """Flat index of every displaced cell, and which of them lie on the map.

    Two [patch * patch, height * width] tensors.
    """
    reach = patch // 2
    p = torch.arange(-reach, reach + 1)
    dy, dx = (q.reshape(-1, 1) for q in torch.meshgrid(p, p, indexing="ij"))
    y, x = (q.reshape(1, -1) for q in torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij"))
    y, x = y + dy, x + dx
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    return torch.where(inside, y * width + x, torch.zeros_like(y)), inside


def correlate(searching, searched, patch):
    """Cosine of each cell with the cells around it in the other frame.

    [F, C, H, W] twice -> [F, patch * patch, H, W], zero outside the map.
    """
    height, width = searching.shape[2:]
    index, inside = window_index(height, width, patch)
    index, inside = index.to(searching.device), inside.to(searching.device)
    every = torch.bmm(searched.flatten(2).transpose(1, 2), searching.flatten(2))
    near = every.gather(1, index.unsqueeze(0).expand(len(every), -1, -1))
    return (near * inside.to(near.dtype)).unflatten(2, (height, width))


def displacement(scores, patch, sigma, temperature):
    """Kernel-soft-argmax.  [F, patch * patch, H, W] -> [F, 3, H, W]: x, y, confidence."""
    reach = patch // 2
    p = torch.arange(patch * patch, device=scores.device)
    px = (p % patch - reach).to(scores.dtype)
    py = (torch.div(p, patch, rounding_mode="floor") - reach).to(scores.dtype)
    confidence, best = scores.max(1, keepdim=True)
    column, row = px.view(1, -1, 1, 1), py.view(1, -1, 1, 1)
    distance = (column - px[best]) ** 2 + (row - py[best]) ** 2
    weights = torch.softmax(scores * torch.exp(-distance / (2 * sigma * sigma)) / temperature, 1)
    x = (weights * column).sum(1, keepdim=True) / reach
    y = (weights * row).sum(1, keepdim=True) / reach
    return torch.cat([x, y, confidence], 1)


class Network(nn.Module):
    """The whole network; `config` is the object of `msnet.network` in a model file.

    A backbone is a class below this one.  It provides `stages`, the names of its stages, and
    - add_layers (config): adds its layers under their names in a checkpoint; returns the channels of each stage's
      output
    - stem (x, record): frames [F, 3, S, S] to the input of the first block; named steps go into `record`
    - blocks (index): (name, block, whether it shifts) of every block of stages[index], in the order they run; a block
      takes what goes around it and what goes through it, which is shifted

    A causal one takes any number of frames, also in parts: `forward` then keeps in a
    dictionary `state`, empty at the start, what later frames need of these.
    """

    def __init__(self, config, dropout=0.0):
        super().__init__()
        self.config = dict(config)
        self.shift = config.get("shift", "none")
        self.every = config.get("shift_every", 1)
        self.shift_div = config.get("shift_div", 8)
        self.shift_place = config.get("shift_place", "residual")
        self.motion = config.get("motion")
        channels = self.add_layers(config)
        if self.motion:
            self.add_motion(channels[self.motion["after"] - 1])
        self.new_fc = nn.Conv1d(channels[-1], config["classes"], 1)
        self.dropout = nn.Dropout(dropout)

    def add_motion(self, channels):
        self.chnl_reduction = nn.Sequential(
            convolution(channels, REDUCED_CHANNELS, 1), nn.BatchNorm2d(REDUCED_CHANNELS), nn.ReLU())
        self.flow_refinement = FeatureTransformation(3 if self.motion["confidence"] else 2, channels)

    @property
    def causal(self):
        """Whether no frame depends on a later one."""
        return self.shift != "bidirectional" and (not self.motion or self.motion["directions"] == "past")

    def shifted(self, x, clips, state, name):
        """The input of a residual branch.  x: [N * T, C, H, W]."""
        frames = x.unflatten(0, (clips, -1))
        y = temporal_shift(frames, self.shift, state.get(name), self.shift_div)
        state[name] = frames[:, -1:, : frames.shape[2] // self.shift_div]
        return y.flatten(0, 1)

    def stage(self, index, x, clips, state):
        """stages[index].  x: [N * T, C, H, W]."""
        for name, block, shifts in self.blocks(index):
            y = self.shifted(x, clips, state, name) if shifts else x
            x = block(y if self.shift_place == "block" else x, y)
        return x

    def pairs(self, features, clips, state):
        """The frames that search and those that are searched, one pair a frame of D."""
        f = features.unflatten(0, (clips, -1))
        if self.motion["directions"] == "past":
            before = state.get("reduction", f[:, :1])
            state["reduction"] = f[:, -1:]
            return f, torch.cat([before, f[:, :-1]], 1)
        return f[:, :-1], f[:, 1:]

    def motion_squeeze(self, x, clips, record, state):
        """M of MSNET.md, to be added to x.  x: [N * T, C, H, W]."""
        motion = self.motion
        features = self.chnl_reduction(x)
        features = features / torch.sqrt((features * features).sum(1, keepdim=True) + 1e-6)
        searching, searched = self.pairs(features, clips, state)
        cosine = correlate(searching.flatten(0, 1), searched.flatten(0, 1), motion["patch"])
        scores = functional.relu(cosine.float())
        field = displacement(scores, motion["patch"], motion["sigma"], motion["temperature"])
        field = field.unflatten(0, (clips, -1))
        if motion["directions"] == "forward":
            field = torch.cat([field, field[:, -1:]], 1)
        field = field.flatten(0, 1)
        record.update(reduction=features, cosine=cosine, scores=scores, displacement=field)
        if not motion["confidence"]:
            field = field[:, :2]
        record["transformation"] = self.flow_refinement(field)
        return record["transformation"]

    def forward(self, frames, record=None, state=None):
        """frames: [N, T, 3, S, S] -> logits per frame [N, T, classes].

        Each named stage is put into the dictionary `record`, frames flattened.  `state`: of the
        frames before these, and then of these; a network that looks ahead has none.
        """
        if state is not None and not self.causal:
            raise ValueError("a network that looks ahead cannot be run in parts")
        record = {} if record is None else record
        state = {} if state is None else state
        clips = len(frames)
        x = self.stem(frames.flatten(0, 1), record)
        for index, name in enumerate(self.stages):
            x = record[name] = self.stage(index, x, clips, state)
            if self.motion and self.motion["after"] == index + 1:
                x = record["sum"] = x + self.motion_squeeze(x, clips, record, state)
        pooled = record["pooled"] = x.mean((2, 3))
        logits = self.new_fc(self.dropout(pooled).unsqueeze(2)).squeeze(2)
        record["logits_per_frame"] = logits
        return logits.unflatten(0, (clips, -1))
