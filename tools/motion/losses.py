"""What training minimises, and the figures it prints."""

import torch
from torch.nn import functional

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
    """Cross-entropy where several answers may be right.  logits, right: [N, classes]."""
    chances = torch.log_softmax(logits.float(), -1)
    chosen = torch.logsumexp(chances.masked_fill(right == 0, -1e4), -1)
    return -((1 - SMOOTHING) * chosen + SMOOTHING * chances.mean(-1)).mean()


def window_logits(logits):
    """Logits per frame [N, T, classes] -> per window [N * windows, classes]."""
    return logits.unflatten(1, (-1, POINTS)).mean(2).flatten(0, 1)


def frame_loss(logits, right):
    """The class loss of single frames; the very first has seen no motion.  logits: [N, T, classes]."""
    right = right.unflatten(0, (len(logits), -1)).repeat_interleave(POINTS, 1)
    return class_loss(logits[:, 1:].flatten(0, 1), right[:, 1:].flatten(0, 1))


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


def total_loss(record, logits, guess, right, flow, patch):
    """logits per frame [N, T, classes]; guess [N * T, 6]; right [N * windows, classes]; flow [N * T, G, G, 2]."""
    return (class_loss(window_logits(logits), right)
            + MATCH_WEIGHT * matching_loss(record["cosine"], flow, patch)
            + FRAME_WEIGHT * frame_loss(logits, right)
            + GUIDE_WEIGHT * functional.smooth_l1_loss(guess, affine_part(flow)))


def figures(record, logits, right, flow, patch):
    """End-point error and that of "no motion", in cells; accuracy from zero state and with state carried."""
    reach = patch // 2
    counts = counted_cells(flow, reach)
    found = record["displacement"].detach().float()[:, :2].permute(0, 2, 3, 1) * reach
    share = counts.sum().clamp(min=1)
    error = ((found - flow).norm(dim=-1) * counts).sum() / share
    nothing = (flow.norm(dim=-1) * counts).sum() / share
    answers = window_logits(logits).argmax(1, keepdim=True)
    hits = right.gather(1, answers).view(len(logits), -1).mean(0)
    return [float(error), float(nothing)] + hits.tolist()
