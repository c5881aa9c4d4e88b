# SPDX-License-Identifier: LGPL-2.1-or-later
"""What makes another clip of a clip: crops, a mirror, a virtual camera, light, compression, other backgrounds.

Pictures are float RGB in [0, 1], [frames, 3, height, width], on any device.  Draws come from a numpy generator, so that a
step draws the same whatever happened before.
"""

import math

import numpy as np
import torch
from torch.nn import functional

from msnet_torch.prepare import pad

SMALLEST = 0.55  # side of a crop, of what the network sees in a pipeline
STRETCH = 0.15
CAMERA, LIGHT, COMPRESSION, PASTE = 0.5, 0.8, 0.3, 0.3  # how often
SHIFT, ZOOM, ROLL = 0.08, 0.08, math.radians(4)  # of the virtual camera, from the first frame to the last
BLOCK = 8
FILL = 16


def canvas(x, picture):
    """What crops are drawn of, and where in it the network looks in a pipeline: its height and width."""
    size = picture["size"]
    if picture["fit"] == "pad":
        return pad(x, size), (size, size)
    return x, tuple(x.shape[-2:]) if picture["fit"] == "stretch" else (size, size)


def camera_path(rng, times):
    """A smooth way of a camera: x, y (parts of the picture), logarithm of the zoom, roll at each time in [0, 1]."""
    times = np.asarray(times, float)[:, None]
    most = np.array([SHIFT, SHIFT, ZOOM, ROLL])
    along, sway, phase = rng.uniform(-1, 1, 4) * most, rng.uniform(-0.4, 0.4, 4) * most, rng.uniform(0, 2 * math.pi, 4)
    return (times - 0.5) * along + sway * np.sin(2 * math.pi * times * rng.uniform(0.3, 1.2) + phase)


def crop_of(rng, shape, view):
    """Centre (x, y) and sizes (width, height) of a crop in pixels.  shape: of the canvas; view: what a pipeline shows"""
    side, stretch = rng.uniform(SMALLEST, 1), math.exp(rng.uniform(-STRETCH, STRETCH))
    height, width = min(view[0] * side / stretch, shape[0]), min(view[1] * side * stretch, shape[1])
    room = np.array([shape[1] - width, shape[0] - height])
    return rng.uniform(0, 1, 2) * room + np.array([width, height]) / 2, (width, height)


def matrices(path, centre, sizes, shape, flip):
    """[frames, 2, 3] for affine_grid: from the crop to the canvas, both in [-1, 1]."""
    found = np.zeros((len(path), 2, 3))
    half, whole = np.array(sizes) / 2, np.array(shape[::-1]) / 2
    for matrix, (x, y, zoom, roll) in zip(found, path):
        turn = math.exp(-zoom) * np.array([[math.cos(roll), -math.sin(roll)], [math.sin(roll), math.cos(roll)]])
        matrix[:, :2] = turn @ np.diag(half * (-1 if flip else 1, 1)) / whole[:, None]
        matrix[:, 2] = (centre + 2 * half * (x, y)) / whole - 1
    return torch.from_numpy(found).float()


def warp(x, thetas, size, mode):
    grid = functional.affine_grid(thetas.to(x.device), (len(x), x.shape[1], size, size), align_corners=False)
    return functional.grid_sample(x, grid, mode="bilinear", padding_mode=mode, align_corners=False)


def view(rng, frames, mask, times, picture, flip):
    """A crop of the frames under a camera that moves, and of the mask (the fourth channel), if there is one.

    frames: uint8 [frames, height, width, 3]; times: of the frames in [0, 1] -> [frames, 3 or 4, S, S]
    """
    x = frames.permute(0, 3, 1, 2).float() / 255
    if mask is not None:
        x = torch.cat([x, mask[:, None].float() / 255], 1)
    x, seen = canvas(x, picture)
    shape = x.shape[-2:]
    path = camera_path(rng, times) if rng.random() < CAMERA else np.zeros((len(x), 4))
    thetas = matrices(path, *crop_of(rng, shape, seen), shape, flip)
    return warp(x, thetas, picture["size"], "zeros" if picture["fit"] == "pad" else "reflection").clamp(0, 1)


def light(rng, x):
    """Another exposure, contrast, gamma and saturation, the same for all frames."""
    gain, contrast, saturation = (math.exp(rng.uniform(-0.35, 0.35)) for _ in range(3))
    x = (x * gain).clamp(1e-4, 1) ** math.exp(rng.uniform(-0.3, 0.3))
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * saturation
    mean = x.mean()
    return (mean + (x - mean) * contrast).clamp(0, 1)


def cosines(device):
    place = torch.arange(BLOCK, device=device)
    found = torch.cos(math.pi * (2 * place[None] + 1) * place[:, None] / (2 * BLOCK)) * math.sqrt(2 / BLOCK)
    found[0] /= math.sqrt(2)
    return found


def compress(rng, x):
    """Blocks of 8 x 8 lose what is fine, as in JPEG and video."""
    step = math.exp(rng.uniform(math.log(0.02), math.log(0.25)))
    size = x.shape[-1]
    wide = -(-size // BLOCK) * BLOCK
    x = functional.pad(x, (0, wide - size, 0, wide - size), mode="replicate")
    basis, place = cosines(x.device), torch.arange(BLOCK, device=x.device)
    steps = step * (0.5 + (place[:, None] + place[None]) / 4)
    blocks = x.unflatten(-1, (-1, BLOCK)).unflatten(-3, (-1, BLOCK)).transpose(-2, -3)
    found = basis @ blocks @ basis.T
    found = basis.T @ (torch.round(found / steps) * steps) @ basis
    return found.transpose(-2, -3).flatten(-4, -3).flatten(-2, -1)[..., :size, :size].clamp(0, 1)


def without_person(x):
    """Frames with a mask -> frames in which what lies around it fills its place."""
    rest = 1 - x[:, 3:]
    size = x.shape[-2:]
    sums, parts = (functional.avg_pool2d(y, min(FILL, *size), ceil_mode=True) for y in (x[:, :3] * rest, rest))
    far = (x[:, :3] * rest).sum((0, 2, 3), keepdim=True) / rest.sum().clamp(min=1e-3)
    near = (sums + 0.05 * far) / (parts + 0.05)
    return x[:, :3] * rest + functional.interpolate(near, size, mode="bilinear", align_corners=False) * x[:, 3:]


def paste(x, behind):
    """The person of one clip before the background of another.  Both with a mask: [frames, 4, S, S]"""
    others = without_person(behind)
    others = others[torch.linspace(0, len(others) - 1, len(x)).round().long()]
    return torch.cat([x[:, :3] * x[:, 3:] + others * (1 - x[:, 3:]), x[:, 3:]], 1)


def spoil(rng, x):
    """Light and compression of [frames, 3, S, S]."""
    x = light(rng, x) if rng.random() < LIGHT else x
    return compress(rng, x) if rng.random() < COMPRESSION else x
