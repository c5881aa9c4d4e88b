# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a decoded frame to the small upright picture that is kept, as the element prepares it (src/ops/prepare/prepare.h).

What is kept is the whole picture, resized as the model's input says, before crop or padding.  So msnet_torch.prepare()
makes of it what the network sees in a pipeline, to half a step of a byte, and crops can be drawn elsewhere.
"""

import functools
import math

import torch

from msnet_torch.prepare import padded_size


def target_size(about, picture):
    """[height, width] of the upright picture.  about: of a frame (decode.py); picture: the object of `msnet.input`"""
    above, below = about["aspect"]
    shown = [about["height"], about["width"] * (above / below if above else 1)]
    shown = shown[::-1] if about["turn"][0] else shown
    if picture["fit"] == "stretch":
        return [picture["size"]] * 2
    if picture["fit"] == "pad":
        return padded_size(shown, picture["size"])
    if not isinstance(picture["resize"], int):
        return list(picture["resize"])
    return [max(math.floor(picture["resize"] * side / min(shown)), picture["resize"]) for side in shown]


@functools.lru_cache(64)
def weights(samples, extent, size, antialias):
    """[size, samples]: of what each output is made.  extent: samples that the picture covers, which may be a half less"""
    scale = extent / size
    centre = (torch.arange(size, dtype=torch.float64)[:, None] + 0.5) * scale
    reach = max(scale, 1) if antialias else 1
    found = (1 - ((torch.arange(samples) + 0.5 - centre) / reach).abs()).clamp(min=0)
    return (found / found.sum(1, keepdim=True)).float()


def resized(component, extent, size, antialias):
    """uint8 [rows, columns] -> float [size]"""
    down, across = (weights(component.shape[axis], extent[axis], size[axis], antialias) for axis in (0, 1))
    return down @ component.float() @ across.T


def to_rgb(values, about):
    """Components as numbers -> R, G, B in [0, 1]"""
    values = [(value - offset) / scale for value, offset, scale in zip(values, about["offsets"], about["scales"])]
    if len(values) == 1:
        return values * 3
    if not about["yuv"]:
        return values
    y, u, v = values
    red, blue = y + 2 * (1 - about["kr"]) * v, y + 2 * (1 - about["kb"]) * u
    return [red, (y - about["kr"] * red - about["kb"] * blue) / (1 - about["kr"] - about["kb"]), blue]


def upright(x, turn):
    """[H, W, ...] as it lies in memory -> as it is to be seen"""
    transposed, left_right, top_bottom = turn
    x = x.transpose(0, 1) if transposed else x
    return x.flip([axis for axis, mirrored in ((0, top_bottom), (1, left_right)) if mirrored])


def shrink(components, about, picture):
    """uint8 tensors [rows, columns], one a component -> uint8 RGB [height, width, 3]"""
    size = target_size(about, picture)
    size = size[::-1] if about["turn"][0] else size
    antialias = picture.get("resize_filter", "antialias") == "antialias"
    values = [resized(component, (about["height"] / (1 << down), about["width"] / (1 << across)), size, antialias)
              for component, (across, down) in zip(components, about["shifts"])]
    rgb = torch.stack(to_rgb(values, about), -1).clamp(0, 1)
    return upright((rgb * 255).round().to(torch.uint8), about["turn"]).contiguous()


def shrink_mask(mask, about, picture):
    """uint8 [rows, columns], 1 where a person is -> uint8 [height, width] of 0 to 255, upright"""
    size = target_size(about, picture)
    size = size[::-1] if about["turn"][0] else size
    return upright((resized(mask, mask.shape, size, True) * 255).round().to(torch.uint8), about["turn"]).contiguous()
