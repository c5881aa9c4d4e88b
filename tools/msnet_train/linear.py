# SPDX-License-Identifier: LGPL-2.1-or-later
"""The first stage: the network stays as it is, and only its classifier is fitted, to features that are computed once.

The mean of the logits over a window is the classifier of the mean features, so one vector a window is enough.
"""

import contextlib
import io
import zipfile

import numpy as np
import torch

from msnet_teach.linear import fit

from . import windows
from .files import write_atomically
from .flips import NEVER

WINDOWS = 2
DECAY = 2e-3


def window_features(model, loader, clip, rows, flip, autocast):
    """-> what the classifier reads, averaged over the points [C]"""
    read = []
    hook = model.new_fc.register_forward_hook(lambda module, given, result: read.append(given[0]))
    try:
        x, places = loader.seen(clip, rows, flip)
        with torch.no_grad(), autocast():
            model(x[None])
    finally:
        hook.remove()
    return read[0].float().squeeze(2)[places].mean(0).cpu().numpy()


def clip_features(model, loader, clip, autocast):
    """-> [windows, C] as a pipeline sees it, and then the same number in the mirror"""
    found = windows.spread(windows.of_pipeline(loader.cache.load(clip).halves, loader.values)[0], WINDOWS)
    return np.stack([window_features(model, loader, clip, rows, flip, autocast) for flip in (False, True) for rows in found])


class Features:
    """Of all clips, kept in a file as they come."""

    def __init__(self, path):
        self.path, self.by_clip = path, {}
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # damaged: made anew
            with np.load(path) as kept:
                self.by_clip = dict(zip(kept["names"].tolist(), np.split(kept["values"], np.cumsum(kept["counts"])[:-1])))

    def save(self):
        if not self.by_clip:
            return
        names, values = list(self.by_clip), list(self.by_clip.values())
        data = io.BytesIO()
        np.savez(data, names=np.array(names, dtype=str), values=np.concatenate(values), counts=[len(part) for part in values])
        write_atomically(self.path, lambda file: file.write(data.getvalue()))


def fit_classifier(model, features, clips, labels, mirror):
    """Set the model's classifier.  features: by clip's name; clips: to learn from"""
    rows, targets = [], []
    for clip in clips:
        found = features[clip.name]
        half, label = len(found) // 2, labels.index(clip.label)
        rows += list(found[:half])
        targets += [label] * half
        if mirror[label] != NEVER:
            rows += list(found[half:])
            targets += [mirror[label]] * half
    x, y = np.stack(rows).astype(np.float64), np.array(targets)
    ((weight, bias),) = fit(x, y, 1 / np.bincount(y, minlength=len(labels))[y], len(labels), [DECAY])
    model.new_fc.weight.data.copy_(torch.from_numpy(weight[:, :, None]))
    model.new_fc.bias.data.copy_(torch.from_numpy(bias))


def accuracy(model, features, clips, labels):
    """Share of right answers, by the features of the windows that are not mirrored."""
    weight, bias = model.new_fc.weight.detach().cpu()[:, :, 0], model.new_fc.bias.detach().cpu()
    right = 0
    for clip in clips:
        found = torch.from_numpy(features[clip.name][: len(features[clip.name]) // 2])
        right += int(torch.softmax(found @ weight.T + bias, 1).mean(0).argmax()) == labels.index(clip.label)
    return right / len(clips)
