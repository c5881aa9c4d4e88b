# SPDX-License-Identifier: LGPL-2.1-or-later
"""Camera motion as numbers, beside OpenCV's RANSAC over DIS flow at the same grid.

    tools/evaluate-camera --data FOLDER [--model motion] [--build build]

A virtual camera over real videos that training never saw: what the element says of the last
pair of frames is compared with the camera's true rates between these two.
"""

import argparse
import os

import cv2
import numpy as np

from . import benchmark, element, flow
from .evaluate import SEED
from .taxonomy import ROLL, SHAKE, SLIDE, ZOOM, kind
from .videos import cache_videos

NUMBERS = (("pan", "frames/s"), ("tilt", "frames/s"), ("zoom", "1/s"), ("roll", "rad/s"))
ABOUT = {"pan": ("pan-left", "pan-right"), "tilt": ("tilt-up", "tilt-down"), "zoom": ("zoom-in", "zoom-out"),
         "roll": ("roll-left", "roll-right")}
RANSAC_WITHIN = 1.0  # pixels


def rates(matrix, picture, seconds):
    """Pan, tilt, zoom and roll that take the content by a similarity (pixels, older to newer) in some seconds."""
    width, height = picture
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    moved = (matrix[:2, :2] @ centre + matrix[:2, 2] - centre) / height
    growth, shift = complex(matrix[0, 0], matrix[1, 0]), complex(*moved)
    rate = np.log(growth) / seconds
    slide = shift * (rate / (growth - 1) if abs(growth - 1) > 1e-9 else 1 / seconds)
    return np.array([-slide.real * height / width, slide.imag, rate.real, rate.imag])


def pair(clip, found):
    """Positions of the two frames of a field in its clip, and the seconds between them."""
    begin, end = (found[key] % element.SPACING for key in ("start", "end"))
    return int(round(begin * clip.rate)), int(round(end * clip.rate)), end - begin


def dis_and_ransac(older, newer, columns, rows, seconds):
    """The same numbers from DIS flow, averaged over the cells of the grid."""
    height, width = older.shape[:2]
    back = flow.dis(older, newer, columns, rows).reshape(-1, 2) * (width, height)
    x, y = np.meshgrid((np.arange(columns) + 0.5) / columns * width - 0.5, (np.arange(rows) + 0.5) / rows * height - 0.5)
    place = np.stack([x, y], -1).reshape(-1, 2)
    matrix, _ = cv2.estimateAffinePartial2D(place, place + back, ransacReprojThreshold=RANSAC_WITHIN)
    if matrix is None:
        return np.zeros(4)
    return rates(np.linalg.inv(np.vstack([matrix, [0, 0, 1]])), (width, height), seconds)


def measure(clip, found):
    """True numbers, the element's and the peer's of one clip."""
    older, newer, seconds = pair(clip, found)
    picture = clip.frames.shape[2], clip.frames.shape[1]
    true = rates(np.linalg.inv(clip.matrices[newer]) @ clip.matrices[older], picture, seconds)
    rows, columns = found["field"].shape[:2]
    peer = dis_and_ransac(clip.frames[older], clip.frames[newer], columns, rows, seconds)
    return {"label": clip.label, "source": clip.source, "true": true, "agreement": found["agreement"],
            "msnet": np.array([found[name] for name, _ in NUMBERS]), "peer": peer}


def collect(options):
    index = cache_videos(options.data, options.cache)
    measured = []
    for picture in benchmark.PICTURES:
        kept = []
        clips = benchmark.camera(benchmark.held_videos(index, options.data), picture, options.each, SEED)
        seen = set()
        for found in flow.fields(options, flow.remember(clips, kept)):
            number = int(found["start"] // element.SPACING)
            if number not in seen:
                measured.append(measure(kept[number], found))
            seen.add(number)
    return measured


def row(name, unit, measured, position):
    """Median and 90th percentile of the absolute errors of each method."""
    true = np.array([clip["true"][position] for clip in measured])
    errors = [np.abs(np.array([clip[method][position] for clip in measured]) - true) for method in ("msnet", "peer")]
    figures = [np.percentile(values, share) for values in errors + [np.abs(true)] for share in (50, 90)]
    return "%-5s %-9s" % (name, unit) + ("   %6.3f %6.3f" * 3) % tuple(figures) + "   %d" % len(measured)


def table(title, measured, choose):
    print("%-15s   %-13s   %-13s   %-13s   clips" % (title, "msnet", "DIS + RANSAC", "nothing"))
    for position, (name, unit) in enumerate(NUMBERS):
        print(row(name, unit, [clip for clip in measured if choose(clip, name)], position))
    print()


def main():
    parser = argparse.ArgumentParser(prog="evaluate-camera", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="motion", help="name or path")
    parser.add_argument("--build", default="build", help="build folder of the plugin")
    parser.add_argument("--data", default="../shared/data", help="folder of real videos")
    parser.add_argument("--cache", default=".cache/motion", help="folder for decoded videos")
    parser.add_argument("--each", type=int, default=2, help="clips a class, source and picture size")
    parser.add_argument("--dump", help="write all figures here (.npy)")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    measured = collect(options)
    print("absolute errors, median and 90th percentile; %d clips of %d sources" % (
        len(measured), len({clip["source"] for clip in measured})))
    table("all clips", measured, lambda clip, name: True)
    table("its own classes", measured, lambda clip, name: clip["label"] in ABOUT[name])
    print("agreement: median %.2f" % np.median([clip["agreement"] for clip in measured]))
    if options.dump:
        np.save(options.dump, measured, allow_pickle=True)


if __name__ == "__main__":
    main()
