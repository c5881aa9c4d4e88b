# SPDX-License-Identifier: LGPL-2.1-or-later
"""Answers for whole clips, as the element gives them window by window."""

import time

import torch

from . import windows
from .loader import answers


def of_clips(model, loader, clip, found):
    """Logits of windows [windows, classes] that are seen each by itself."""
    seen = [loader.seen(clip, rows) for rows in found]
    x, places = torch.stack([x for x, _ in seen]), torch.tensor([places for _, places in seen], device=loader.device)
    return answers(model, x, places)


def of_stream(model, loader, clip, found, halves):
    """The same of a network that runs as a stream: each sampled frame once, with what those before it left."""
    frames, last = loader.values["input"]["frames"], found[-1][-1]
    rows = [row for row in windows.different(windows.points_of(halves, loader.values))[0] if row <= last]
    state, parts = {}, []
    for first in range(0, len(rows), frames):
        part = loader.prepared(clip, rows[first : first + frames])
        parts.append(model(part[None], state=state)[0].float())
    by_row = dict(zip(rows, torch.cat(parts)))
    return torch.stack([torch.stack([by_row[row] for row in window]).mean(0) for window in found])


def clip_scores(model, loader, clip, most, autocast):
    """-> mean of the windows' scores [classes], and whether one window stood in for all.  most: windows"""
    halves = loader.cache.load(clip).halves
    found, partial = windows.of_pipeline(halves, loader.values)
    with torch.no_grad(), autocast():
        logits = (of_stream(model, loader, clip, found[:most], halves) if loader.causal else
                  of_clips(model, loader, clip, windows.spread(found, most)))
    return torch.softmax(logits.float(), 1).mean(0).cpu(), partial and len(found) == 1


def records(model, loader, clips, most, autocast, between=lambda: None):
    """What msnet_evaluate.measures judges, one of each clip.  between: called before each one"""
    model.eval()
    found = []
    for clip in clips:
        between()
        began = time.monotonic()
        scores, partial = clip_scores(model, loader, clip, most, autocast)
        seconds = time.monotonic() - began
        found.append({"clip": clip.name, "class": clip.label, "source": clip.source, "scores": scores.tolist(),
                      "partial": partial, "seconds": seconds, "element_seconds": seconds})
    return found


def accuracy(found, labels):
    """Of records: share of right answers."""
    right = [max(range(len(labels)), key=record["scores"].__getitem__) == labels.index(record["class"]) for record in found]
    return sum(right) / len(right)
