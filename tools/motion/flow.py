# SPDX-License-Identifier: LGPL-2.1-or-later
"""The displacement's end-point error, beside OpenCV's DIS flow and "no motion".

    tools/evaluate-flow [--model motion] [--build build]

Generated clips over photographs that training never saw go through the element; the
last pair of each window is compared with the truth, cell by cell of the model's grid.
"""

import argparse
import json
import os

import cv2
import numpy as np

from . import benchmark, element
from .evaluate import SEED

NS = 1e9


def fields(options, clips):
    """Yield every motion field of the element: start, end in seconds, what it says of the camera, field [rows, columns, 3]."""
    line = ("fdsrc fd=0 ! matroskademux ! msnet model=%s eos=drop ! fakesink name=out" % options.model)
    process = element.start([os.path.join(options.build, "tools", "print_motion"), line], element.apart(clips), options.build)
    while True:
        head = process.stdout.readline()
        if not head:
            break
        found = json.loads(head)
        count = found["width"] * found["height"] * 3
        values = np.frombuffer(process.stdout.read(4 * count), "<f4")
        yield {**found, "start": found["start"] / NS, "end": found["end"] / NS,
               "field": values.reshape(found["height"], found["width"], 3)}
    if process.wait() != 0:
        raise RuntimeError("the pipeline failed: " + line)


def dis(older, newer, columns, rows):
    """OpenCV's DIS flow from newer to older, averaged over the cells: [rows, columns, 2] in fractions."""
    grey = [cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) for frame in (newer, older)]
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(*grey, None)
    return cv2.resize(flow, (columns, rows), interpolation=cv2.INTER_AREA) / (older.shape[1], older.shape[0])


def errors(clip, found):
    """End-point errors of one pair in cells: of the element, of DIS and of no motion; cells that left the picture left out."""
    rows, columns = found["field"].shape[:2]
    begin, end = (found[key] % element.SPACING for key in ("start", "end"))
    older, newer = int(round(begin * clip.rate)), int(round(end * clip.rate))
    true = clip.scene.backward(older, newer, columns, rows)
    place = np.stack(np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows), -1)
    inside = ((place + true > 0) & (place + true < 1)).all(-1)
    ours = -found["field"][..., :2] * (end - begin)
    other = dis(clip.frames[older], clip.frames[newer], columns, rows)
    scale = np.array([columns, rows])
    return [np.linalg.norm((guess - true) * scale, axis=-1)[inside] for guess in (ours, other, np.zeros_like(true))]


def remember(clips, kept):
    for clip in clips:
        kept.append(clip)
        yield clip.frames, clip.rate


def main():
    parser = argparse.ArgumentParser(prog="evaluate-flow", description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="motion", help="name or path")
    parser.add_argument("--build", default="build", help="build folder of the plugin")
    parser.add_argument("--cache", default=".cache/motion", help="folder for decoded pictures")
    parser.add_argument("--each", type=int, default=10, help="clips a class")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    kept, table = [], {}
    clips = benchmark.generated(options.cache, benchmark.PICTURES[0], options.each, SEED)
    for found in fields(options, remember(clips, kept)):
        clip = kept[int(found["start"] // element.SPACING)]
        table.setdefault(clip.label, []).append(errors(clip, found))
    print("%-14s %8s %8s %8s   end-point error in cells of the model's grid, one sampled pair" % (
        "", "msnet", "DIS", "nothing"))
    for label, pairs in list(table.items()) + [("all", [pair for pairs in table.values() for pair in pairs])]:
        print("%-14s %8.3f %8.3f %8.3f   %d pairs" % (
            (label,) + tuple(np.concatenate(part).mean() for part in zip(*pairs)) + (len(pairs),)))


if __name__ == "__main__":
    main()
