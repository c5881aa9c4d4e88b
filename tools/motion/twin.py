# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answers of the PyTorch twin, for guidance while training; what counts is measured through the element."""

import numpy as np
import torch

from msnet_torch import MEAN, STD, stream
from msnet_torch.prepare import prepare

from .paths import POINTS, WINDOW

PART = 16


def sampled(frames, rate):
    """The frames that the element takes for the points of the windows that the frames fill."""
    windows = max(1, int(round(len(frames) / rate / WINDOW)))
    points = np.arange(windows * POINTS) * WINDOW / POINTS
    index = np.ceil(points * rate - 1e-6).astype(int)
    return frames[np.minimum(index, len(frames) - 1)]


def prepared(frames, size):
    """uint8 BGR [T, height, width, 3] -> normalised [T, 3, size, size], `stretch`."""
    rgb = np.stack(frames)[..., ::-1].copy()
    return prepare(rgb, {"fit": "stretch", "size": size, "mean": MEAN, "std": STD})


def scores(model, size, clip):
    """Softmax of one clip's last window; state is carried on from those before it."""
    x = prepared(sampled(clip.frames, clip.rate), size)
    with torch.no_grad():
        return torch.softmax(model(x.unsqueeze(0))[:, -POINTS:].mean(1)[0], 0).numpy()


def in_parts(model, size, frames):
    """Logits of every frame of a stream, state carried over.  frames: uint8 BGR, any number -> [L, classes]"""
    state, found = {}, []
    with torch.no_grad():
        for first in range(0, len(frames), PART):
            part = prepared(frames[first : first + PART], size)
            found.append(model(part.unsqueeze(0), state=state)[0])
    return torch.cat(found)


def stream_scores(model, size, frames, serving):
    """Scores at every point from the T-th on, as a stream.  serving: which of the frames each point takes."""
    logits = in_parts(model, size, frames)[serving]
    return torch.softmax(stream.sliding_mean(logits.unsqueeze(0), POINTS)[0], 1).numpy()
