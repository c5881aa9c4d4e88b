# SPDX-License-Identifier: LGPL-2.1-or-later
"""MSNet in PyTorch: temporal shift, MotionSqueeze and head over any backbone, op by op.

The twin of the engine: same order of operations, same names of tensors, every
named stage obtainable.  Runs with PyTorch 1.13 and newer.
"""

import torch
from torch import nn

from msnet_file import network as rules

from .motion import MotionSqueeze, places


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


def pool(x, grid):
    """Mean of [N, C, H, W] over each of grid x grid parts -> [N, grid * grid * C], part by part."""
    rows, columns = ([size * part // grid for part in range(grid + 1)] for size in x.shape[2:])
    return torch.cat([x[:, :, top:below, left:right].mean((2, 3)) for top, below in zip(rows, rows[1:])
                      for left, right in zip(columns, columns[1:])], 1)


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
        rules.check(config)
        self.config = dict(config)
        self.shift = config.get("shift", "none")
        self.every = config.get("shift_every", 1)
        self.shift_div = config.get("shift_div", 8)
        self.shift_place = config.get("shift_place", "residual")
        self.motion = config.get("motion")
        channels = self.add_layers(config)
        self.add_motion(channels)
        self.head = config.get("head", ["pooled"])
        self.grid = config.get("grid", 1)
        self.new_fc = nn.Conv1d(channels[-1] * self.grid ** 2 * len(self.head), config["classes"], 1)
        self.dropout = nn.Dropout(dropout)

    def add_motion(self, channels):
        """channels: of each stage's output."""
        self.modules_after = {}
        for stage, suffix in places(self.motion).items() if self.motion else ():
            self.modules_after[stage] = MotionSqueeze(self.motion, suffix, channels[stage - 1])
            for name, layer in self.modules_after[stage].layers().items():
                self.add_module(name, layer)

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

    def classifier_input(self, pooled, clips, state):
        """What the classifier reads.  pooled: [N * T, C] -> [N * T, C * len(head)]."""
        if self.head == ["pooled"]:
            return pooled
        x = pooled.unflatten(0, (clips, -1))
        before = state.get("pooled", x[:, :1])
        state["pooled"] = x[:, -1:]
        found = {"pooled": x, "change": (x - torch.cat([before, x[:, :-1]], 1)).abs()}
        return torch.cat([found[name] for name in self.head], 2).flatten(0, 1)

    def run_stages(self, first, last, x, clips, record, state):
        """stages[first:last], with the MotionSqueeze modules between them.  x: [N * T, C, H, W], what stages[first - 1] gave."""
        for index in range(first, last):
            if index in self.modules_after:
                x = self.modules_after[index](x, clips, record, state)
            x = record[self.stages[index]] = self.stage(index, x, clips, state)
        return x

    def finish(self, x, first, record=None, state=None):
        """From what the first `first` stages give (begin()) to the logits per frame [N, T, classes]."""
        record = {} if record is None else record
        state = {} if state is None else state
        clips, count = len(x), len(self.stages)
        x = self.run_stages(first, count, x.flatten(0, 1), clips, record, state)
        if count in self.modules_after:
            x = self.modules_after[count](x, clips, record, state)
        pooled = record["pooled"] = pool(x, self.grid)
        features = record["features"] = self.classifier_input(pooled, clips, state)
        logits = self.new_fc(self.dropout(features).unsqueeze(2)).squeeze(2)
        record["logits_per_frame"] = logits
        return logits.unflatten(0, (clips, -1))

    def begin(self, frames, last, record=None, state=None):
        """What the stem and the first `last` stages make of frames [N, T, 3, S, S] -> [N, T, C, H, W].

        A MotionSqueeze after the last of these stages belongs to finish().
        """
        record = {} if record is None else record
        state = {} if state is None else state
        x = self.stem(frames.flatten(0, 1), record)
        x = self.run_stages(0, last, x, len(frames), record, state)
        return x.unflatten(0, (len(frames), -1))

    def forward(self, frames, record=None, state=None):
        """frames: [N, T, 3, S, S] -> logits per frame [N, T, classes].

        Each named stage is put into the dictionary `record`, frames flattened.  `state`: of the
        frames before these, and then of these; a network that looks ahead has none.
        """
        if state is not None and not self.causal:
            raise ValueError("a network that looks ahead cannot be run in parts")
        record = {} if record is None else record
        state = {} if state is None else state
        return self.finish(self.begin(frames, 0, record, state), 0, record, state)
