# SPDX-License-Identifier: LGPL-2.1-or-later
"""From frames to the network's input, as the element prepares RGB frames that are upright and have square pixels.

    x = prepare(frames, values["input"])       # uint8 [T, H, W, 3] -> float [T, 3, S, S]
"""

import math

import torch
from torch.nn import functional


def prepare(frames, picture):
    """frames: uint8 RGB [T, H, W, 3], an array or a tensor; picture: the object of `msnet.input` in a model file."""
    x = torch.as_tensor(frames).permute(0, 3, 1, 2).float() / 255
    return normalise(fit(x, picture), picture)


def normalise(x, picture):
    """x: RGB in [0, 1], [T, 3, S, S] -> what the first layer reads"""
    if picture.get("order", "RGB") == "BGR":
        x = x.flip(1)
    mean, std = (torch.tensor(picture[key], dtype=x.dtype, device=x.device).view(3, 1, 1) / picture.get("range", 1)
                 for key in ("mean", "std"))
    return (x - mean) / std


def fit(x, picture):
    """[T, C, H, W] -> [T, C, S, S]"""
    size = picture["size"]
    antialias = picture.get("resize_filter", "antialias") == "antialias"
    if picture["fit"] == "pad":
        return pad(resize(x, padded_size(x.shape[-2:], size), antialias), size)
    if picture["fit"] == "stretch":
        return resize(x, (size, size), antialias)
    return crop(resize(x, resized_size(x.shape[-2:], picture["resize"]), antialias), size)


def resize(x, shape, antialias):
    return functional.interpolate(x, shape, mode="bilinear", align_corners=False, antialias=antialias)


def resized_size(shape, resize):
    """[height, width] of the whole picture before the crop."""
    if isinstance(resize, int):
        return [max(resize * side // min(shape), resize) for side in shape]
    return list(resize)


def padded_size(shape, size):
    """[height, width] of the whole picture inside size x size."""
    return [max(math.floor(size * side / max(shape) + 0.5), 1) for side in shape]


def crop(x, size):
    """The middle; where it is not exact, the corner is rounded half to even, as torchvision's CenterCrop does."""
    top, left = (round((side - size) / 2) for side in x.shape[-2:])
    return x[..., top : top + size, left : left + size]


def pad(x, size):
    """Black around; where it is not exact, less before than behind."""
    height, width = x.shape[-2:]
    top, left = (size - height) // 2, (size - width) // 2
    return functional.pad(x, (left, size - width - left, top, size - height - top))
