# SPDX-License-Identifier: LGPL-2.1-or-later
"""What training minimises, and the figures it prints."""

import torch
from torch.nn import functional

from msnet_torch.stream import sliding_mean

from .paths import POINTS

MATCH_WEIGHT = 0.5
FRAME_WEIGHT = 0.25
GUIDE_WEIGHT = 0.5
MATCH_SCALE = 20.0
SMOOTHING = 0.05


def counted_cells(flow, reach):
    """Cells whose content was on the map, and near enough, in the frame before.  flow [F, G, G, 2] -> bool [F, G, G]."""
    grid = flow.shape[1]
    cell = torch.stack(torch.meshgrid(torch.arange(grid), torch.arange(grid), indexing="xy"), -1)
    target = cell + flow
    return ((target >= 0) & (target <= grid - 1)).all(-1) & (flow.abs().amax(-1) < reach - 0.1)


def matching_loss(cosine, flow, patch):
    """Cross-entropy against the true displacement, spread bilinearly over its four neighbours.

    cosine [F, patch * patch, G, G], flow [F, G, G, 2] in cells.
    """
    reach = patch // 2
    chances = torch.log_softmax(cosine.float() * MATCH_SCALE, 1)
    counts = counted_cells(flow, reach)
    low = flow.floor()
    part = flow - low
    loss = torch.zeros(flow.shape[:3])
    for down in (0, 1):
        for right in (0, 1):
            weight = (part[..., 0] if right else 1 - part[..., 0]) * (part[..., 1] if down else 1 - part[..., 1])
            column = (low[..., 0] + right).clamp(-reach, reach) + reach
            row = (low[..., 1] + down).clamp(-reach, reach) + reach
            chosen = chances.gather(1, (row * patch + column).long().unsqueeze(1)).squeeze(1)
            loss = loss - weight * chosen
    return (loss * counts).sum() / counts.sum().clamp(min=1)


def class_loss(logits, right):
    """Cross-entropy where several answers may be right; where none is, nothing is asked.

    logits, right: [N, answers, classes]; every sequence counts the same, however much it is asked.
    """
    chances = torch.log_softmax(logits.float(), -1)
    chosen = torch.logsumexp(chances.masked_fill(right == 0, -1e4), -1)
    loss = -((1 - SMOOTHING) * chosen + SMOOTHING * chances.mean(-1))
    asked = right.amax(-1)
    return ((loss * asked).sum(1) / asked.sum(1).clamp(min=1)).mean()


def answers(logits, serving):
    """What a stream says at every point from the T-th on: a point that repeats a frame repeats its logits.

    logits of frames [N, L, classes], serving [N, K] -> [N, K - T + 1, classes]
    """
    at_points = logits.gather(1, serving.unsqueeze(2).expand(-1, -1, logits.shape[2]))
    return sliding_mean(at_points, POINTS)


def affine_part(flow):
    """The displacement's mean and its slopes over the picture, each of about unit size.

    flow [F, G, G, 2] in cells -> [F, 6]; what layer3 and layer4 must see before they can tell classes apart.
    """
    grid = flow.shape[1]
    ramp = torch.linspace(-1, 1, grid)
    flow = flow * (14.0 / grid)
    mean = flow.mean((1, 2)) * 4
    across = (flow * ramp.view(1, 1, -1, 1)).mean((1, 2)) * 18
    down = (flow * ramp.view(1, -1, 1, 1)).mean((1, 2)) * 18
    return torch.cat([mean, across, down], 1).clamp(-4, 4)


def total_loss(record, logits, guess, batch, patch):
    """logits per frame [N, L, classes]; guess [N * L, 6] or None; batch: see clips.sequence, stacked."""
    _, flow, of_frames, serving, right = batch
    flow = flow.flatten(0, 1)
    loss = class_loss(answers(logits, serving), right) + FRAME_WEIGHT * class_loss(logits, of_frames)
    if record["cosine"].requires_grad:  # else the layers before it do not learn
        loss = loss + MATCH_WEIGHT * matching_loss(record["cosine"], flow, patch)
    if guess is not None:
        loss = loss + GUIDE_WEIGHT * functional.smooth_l1_loss(guess, affine_part(flow))
    return loss


def share_right(hits, asked):
    return float((hits * asked).sum() / asked.sum().clamp(min=1))


def figures(record, logits, batch, patch):
    """End-point error and that of "no motion", in cells; accuracy from zero state and with state carried."""
    _, flow, _, serving, right = batch
    flow = flow.flatten(0, 1)
    reach = patch // 2
    counts = counted_cells(flow, reach)
    found = record["displacement"].detach().float()[:, :2].permute(0, 2, 3, 1) * reach
    share = counts.sum().clamp(min=1)
    error = ((found - flow).norm(dim=-1) * counts).sum() / share
    nothing = (flow.norm(dim=-1) * counts).sum() / share
    hits = right.gather(2, answers(logits, serving).argmax(2, keepdim=True)).squeeze(2)
    asked = right.amax(2)
    return [float(error), float(nothing), share_right(hits[:, :1], asked[:, :1]), share_right(hits[:, 1:], asked[:, 1:])]
