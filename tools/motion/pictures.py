# SPDX-License-Identifier: LGPL-2.1-or-later
"""Photographs as pyramids, with a fixed split by picture."""

import glob
import os
import re
import zlib

import cv2
import numpy as np

PHOTOGRAPHS = ("/usr/share/backgrounds/**/*", "/usr/share/wallpapers/**/*",
               "/usr/share/plasma/**/*", "/usr/lib/python3/dist-packages/skimage/data/*")
ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
LONGEST = 1280
SHORTEST = 300


VARIANT = re.compile(r"[-_](\d+x\d+|[dl]|left|right|gray|rgb|bilevel)$|^(ubuntu-)?mate-(cold|dark|radioactive|warm|stripes).*")


def held_out(name):
    """One picture in five is kept for measuring; its variants (sizes, dark and light) go with it."""
    return zlib.crc32(VARIANT.sub("", name.lower()).encode()) % 5 == 0


def photograph_name(path):
    """Wallpapers come in several sizes: the folder above `contents` is the picture."""
    parts = path.split(os.sep)
    return parts[parts.index("contents") - 1] if "contents" in parts else os.path.splitext(parts[-1])[0]


def photograph_paths():
    """One path a picture, the largest file of each."""
    best = {}
    for pattern in PHOTOGRAPHS:
        for path in glob.glob(pattern, recursive=True):
            if not path.lower().endswith(ENDINGS) or os.path.islink(path):
                continue
            name = photograph_name(path)
            if name not in best or os.path.getsize(path) > os.path.getsize(best[name]):
                best[name] = path
    return dict(sorted(best.items()))


def pyramid(picture, levels=4):
    """The picture and its halves."""
    pictures = [picture]
    while len(pictures) < levels and min(pictures[-1].shape[:2]) >= 64:
        pictures.append(cv2.resize(pictures[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return pictures


def read_picture(path):
    """The picture, its longer side at most LONGEST; None where it is small or empty."""
    picture = cv2.imread(path, cv2.IMREAD_COLOR)
    if picture is None or min(picture.shape[:2]) < SHORTEST or picture.std() < 12:
        return None
    scale = min(1.0, LONGEST / max(picture.shape[:2]))
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture


def cache_photographs(folder):
    """Write every usable picture as NAME.npy: reading the originals takes long."""
    if os.path.isdir(folder):
        return
    part = folder + ".part"
    os.makedirs(part, exist_ok=True)
    for name, path in photograph_paths().items():
        picture = read_picture(path)
        if picture is not None:
            np.save(os.path.join(part, name + ".npy"), picture)
    os.rename(part, folder)


def load_photographs(cache, kept):
    """Pyramids of the training pictures, or with `kept` of those kept for measuring."""
    folder = os.path.join(cache, "photographs")
    cache_photographs(folder)
    names = sorted(os.path.splitext(entry)[0] for entry in os.listdir(folder))
    return [pyramid(np.load(os.path.join(folder, name + ".npy"))) for name in names if held_out(name) == kept]
