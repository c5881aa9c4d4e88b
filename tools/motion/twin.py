"""Answers of the PyTorch twin, for guidance while training; what counts is measured through the element."""

import numpy as np
import torch
from PIL import Image

from msnet_torch import MEAN, STD

from .paths import POINTS, WINDOW


def sampled(frames, rate):
    """The frames that the element takes for the points of the windows that the frames fill."""
    windows = max(1, int(round(len(frames) / rate / WINDOW)))
    points = np.arange(windows * POINTS) * WINDOW / POINTS
    index = np.ceil(points * rate - 1e-6).astype(int)
    return frames[np.minimum(index, len(frames) - 1)]


def prepared(frames, size):
    """uint8 BGR [T, height, width, 3] -> normalised [T, 3, size, size], `stretch`."""
    small = [np.asarray(Image.fromarray(frame[..., ::-1].copy()).resize((size, size), Image.BILINEAR)) for frame in frames]
    x = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def scores(model, size, clip):
    """Softmax of one clip's last window; state is carried on from those before it."""
    x = prepared(sampled(clip.frames, clip.rate), size)
    with torch.no_grad():
        return torch.softmax(model(x.unsqueeze(0))[:, -POINTS:].mean(1)[0], 0).numpy()
