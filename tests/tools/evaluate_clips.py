# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clips for the tests of msnet-evaluate: pixels that are known, in files that keep them.

    /usr/bin/python3 tests/tools/evaluate_clips.py FOLDER     the example of docs/evaluate.md: twenty clips and list.csv
"""

import csv
import json
import os
import subprocess
import sys

import numpy as np
from PIL import Image

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
RATE = 25


def noise(seed, count, width, height):
    """Smooth coloured noise, another picture each frame: uint8 [count, height, width, 3]."""
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (count, 6, 8, 3)).astype(np.uint8)
    return np.stack([np.asarray(Image.fromarray(picture).resize((width, height), Image.BICUBIC)) for picture in small])


def write(path, frames):
    """uint8 RGB [count, height, width, 3] -> a file from which exactly these are decoded."""
    height, width = frames.shape[1:3]
    return write_raw(path, frames.tobytes(), "rgb", width, height, RATE)


def write_raw(path, data, form, width, height, rate):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    command = ["gst-launch-1.0", "-q", "fdsrc", "fd=0", "!", "rawvideoparse", "format=" + form, "width=%d" % width,
               "height=%d" % height, "framerate=%d/1" % rate, "!", "matroskamux", "!", "filesink", "location=" + path]
    subprocess.run(command, input=data, check=True)
    return path


def cut(folder):
    """The twenty clips of tests/data/motion as files (320 x 240), with their classes and sources in list.csv."""
    sys.path.insert(0, os.path.join(ROOT, "tools"))
    from msnet_evaluate import frames, gst

    gst.start(os.path.join(ROOT, "build"))
    source = os.path.join(ROOT, "tests", "data", "motion")
    with open(os.path.join(source, "camera.json"), encoding="utf-8") as text:
        clips = json.load(text)
    decoded = [(frame.buffer.pts / 1e9, frame.buffer.extract_dup(0, frame.buffer.get_size()))
               for frame in frames.decode(os.path.join(source, "camera.webm"))]
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "list.csv"), "w", newline="", encoding="utf-8") as text:
        table = csv.writer(text)
        table.writerow(["clip", "class", "source"])
        for number, clip in enumerate(clips):
            mine = [(time, data) for time, data in decoded if 0 <= time - clip["start"] < 1.5]
            rate = round((len(mine) - 1) / (mine[-1][0] - mine[0][0]))
            name = "%02d.mkv" % number
            write_raw(os.path.join(folder, name), b"".join(data for _, data in mine), "i420", 320, 240, rate)
            table.writerow([name, clip["label"], clip["source"]])


if __name__ == "__main__":
    cut(sys.argv[1])
