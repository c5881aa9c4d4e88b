# SPDX-License-Identifier: LGPL-2.1-or-later
"""MSNet in PyTorch: ResNet, temporal shift, MotionSqueeze, op by op.

The twin of the engine: same order of operations, same names of tensors, every
named stage obtainable.  Runs with PyTorch 1.13 and newer.
"""

import torch
from torch import nn
from torch.nn import functional

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
BOTTLENECK_FROM = 50
REDUCED_CHANNELS = 64


def temporal_shift(x, mode, before=None):
    """Move an eighth of the channels between frames.  x: [N, T, C, H, W].

    before: [N, 1, C // 8, H, W], what `causal` gives to the first frame; zeros unless given.
    """
    if mode == "none":
        return x
    fold = x.shape[2] // 8
    zero = torch.zeros_like(x[:, :1, :fold])
    if mode == "causal":
        later = torch.cat([zero if before is None else before, x[:, :-1, :fold]], 1)
        return torch.cat([later, x[:, :, fold:]], 2)
    earlier = torch.cat([x[:, 1:, :fold], zero], 1)
    second = torch.cat([zero, x[:, :-1, fold : 2 * fold]], 1)
    return torch.cat([earlier, second, x[:, :, 2 * fold :]], 2)


def convolution(inputs, outputs, size, stride=1, groups=1):
    return nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False)


def projection(inputs, outputs, stride):
    """The identity's 1x1 convolution, where the block changes the shape."""
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
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


class Bottleneck(nn.Module):
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

    A causal one takes any number of frames, also in parts: `forward` then keeps in a
    dictionary `state`, empty at the start, what later frames need of these.
    """

    def __init__(self, config, dropout=0.0):
        super().__init__()
        self.config = dict(config)
        self.shift = config.get("shift", "none")
        self.every = config.get("shift_every", 1)
        self.motion = config.get("motion")
        depth, width = config["depth"], config.get("width", 64)
        block = Bottleneck if depth >= BOTTLENECK_FROM else BasicBlock
        self.conv1 = convolution(3, width, 7, 2)
        self.bn1 = nn.BatchNorm2d(width)
        inputs = width
        for index, count in enumerate(BLOCKS[depth]):
            channels = width << index
            blocks = []
            for position in range(count):
                stride = 2 if index > 0 and position == 0 else 1
                blocks.append(block(inputs, channels, stride))
                inputs = channels * block.expansion
            setattr(self, "layer%d" % (index + 1), nn.ModuleList(blocks))
        if self.motion:
            channels = (width << (self.motion["after"] - 1)) * block.expansion
            self.chnl_reduction = nn.Sequential(
                convolution(channels, REDUCED_CHANNELS, 1), nn.BatchNorm2d(REDUCED_CHANNELS), nn.ReLU())
            self.flow_refinement = FeatureTransformation(3 if self.motion["confidence"] else 2, channels)
        self.new_fc = nn.Conv1d(inputs, config["classes"], 1)
        self.dropout = nn.Dropout(dropout)

    @property
    def causal(self):
        """Whether no frame depends on a later one."""
        return self.shift != "bidirectional" and (not self.motion or self.motion["directions"] == "past")

    def shifted(self, x, clips, state, name):
        """The input of a residual branch.  x: [N * T, C, H, W]."""
        frames = x.unflatten(0, (clips, -1))
        y = temporal_shift(frames, self.shift, state.get(name))
        state[name] = frames[:, -1:, : frames.shape[2] // 8]
        return y.flatten(0, 1)

    def stage(self, name, x, clips, state):
        """One of layer1 .. layer4.  x: [N * T, C, H, W]."""
        for position, block in enumerate(getattr(self, name)):
            shifts = position % self.every == 0
            y = self.shifted(x, clips, state, "%s.%d" % (name, position)) if shifts else x
            identity = x if block.downsample is None else block.downsample(x)
            x = functional.relu(block.residual(y) + identity)
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
        x = functional.relu(self.bn1(self.conv1(frames.flatten(0, 1))))
        record["conv1"] = x
        x = record["pool"] = functional.max_pool2d(x, 3, 2, 1)
        for index in range(1, 5):
            x = self.stage("layer%d" % index, x, clips, state)
            record["layer%d" % index] = x
            if self.motion and self.motion["after"] == index:
                x = record["sum"] = x + self.motion_squeeze(x, clips, record, state)
        pooled = record["pooled"] = x.mean((2, 3))
        logits = self.new_fc(self.dropout(pooled).unsqueeze(2)).squeeze(2)
        record["logits_per_frame"] = logits
        return logits.unflatten(0, (clips, -1))
