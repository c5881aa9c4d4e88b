# SPDX-License-Identifier: LGPL-2.1-or-later
"""Batches to learn from, and windows as a pipeline sees them.

What a step sees depends on its number and the seed alone, so that a training that is ended and goes on sees the same.
"""

import numpy as np
import torch

from msnet_torch.prepare import normalise, prepare

from . import augment, windows
from .flips import NEVER


class Loader:
    """clips: that are learnt from; cache: with all of them; values: of the model file; mirror: see flips.py"""

    def __init__(self, clips, cache, values, mirror, causal, options, device):
        self.clips, self.cache, self.values, self.mirror, self.causal = clips, cache, values, mirror, causal
        self.labels, self.device, self.seed, self.batch_size = values["labels"], device, options.seed, options.batch
        self.plain = options.plain
        self.by_label = [[index for index, clip in enumerate(clips) if clip.label == label] for label in self.labels]
        self.present = [label for label, mine in enumerate(self.by_label) if mine]

    def steps(self):
        """Of an epoch."""
        return -(-len(self.clips) // self.batch_size)

    def choose(self, number):
        """Clip and class of the number-th example: every class once a round, every clip of a class once a round of its own."""
        turn, position = divmod(number, len(self.present))
        label = self.present[np.random.default_rng([self.seed, 1, turn]).permutation(len(self.present))[position]]
        mine = self.by_label[label]
        turn, position = divmod(turn, len(mine))
        return mine[np.random.default_rng([self.seed, 2, label, turn]).permutation(len(mine))[position]], label

    def pixels(self, kept, rows):
        frames, mask = (None if part is None else torch.from_numpy(np.ascontiguousarray(part[rows])).to(self.device)
                        for part in (kept.frames, kept.mask))
        return frames, mask

    def render(self, rng, index, flip):
        """-> [frames, 3 or 4, S, S] without repetitions, and which of them each point takes"""
        kept, picture = self.cache.load(self.clips[index]), self.values["input"]
        speed = 1.0 if self.plain else windows.speed(rng)
        rows, places = windows.different(windows.draw(rng, kept.halves, picture["frames"], speed))
        frames, mask = self.pixels(kept, rows)
        first = [places.index(place) for place in range(len(rows))]
        return augment.view(rng, frames, mask, np.array(first) / max(1, picture["frames"] - 1), picture, flip), places

    def vary(self, rng, index, label, others):
        """A window of a clip as it is learnt from.  others: clips whose background it may get
        -> RGB in [0, 1] [T, 3, S, S], which frames its points take, the class"""
        flip = not self.plain and self.mirror[label] != NEVER and rng.random() < 0.5
        x, places = self.render(rng, index, flip)
        if x.shape[1] == 4 and rng.random() < augment.PASTE:
            behind, _ = self.render(rng, others[int(rng.integers(len(others)))], rng.random() < 0.5)
            x = augment.paste(x, behind) if behind.shape[1] == 4 else x
        x = augment.spoil(rng, x[:, :3])
        return *arrange(x, places, self.causal), self.mirror[label] if flip else label

    def example(self, number):
        """-> network's input [T, 3, S, S], which frames its points take, the class"""
        index, label = self.choose(number)
        x, places, label = self.vary(np.random.default_rng([self.seed, 3, number]), index, label, range(len(self.clips)))
        return normalise(x, self.values["input"]), places, label

    def batch(self, step):
        """-> what logits() takes [N, T, 3, S, S], which frames the points take [N, T], classes [N]"""
        found = [self.example(step * self.batch_size + index) for index in range(self.batch_size)]
        x = torch.stack([frames for frames, _, _ in found])
        places, labels = (torch.tensor([part[index] for part in found], device=self.device) for index in (1, 2))
        return x, places, labels

    def logits(self, model, x, places):
        """Of a batch [N, classes]."""
        return answers(model, x, places)

    def seen(self, clip, rows, flip=False):
        """A window as in a pipeline -> network's input [T, 3, S, S], which frames its points take."""
        rows, places = windows.different(rows)
        x = self.prepared(clip, rows)
        return arrange(x.flip(-1) if flip else x, places, self.causal)

    def prepared(self, clip, rows):
        """Kept frames as a pipeline shows them to the network [frames, 3, S, S]."""
        return prepare(self.pixels(self.cache.load(clip), rows)[0], self.values["input"])


def arrange(x, places, causal):
    """A network that looks ahead sees repeated frames as often as they are repeated; a stream repeats their answers."""
    if not causal:
        return x[places], list(range(len(places)))
    return torch.cat([x, x[-1:].expand(len(places) - len(x), *x.shape[1:])]), places


def answers(model, x, places):
    """Mean over the points of the logits [N, classes]."""
    logits = model(x).float()
    return logits.gather(1, places[..., None].expand(-1, -1, logits.shape[2])).mean(1)
