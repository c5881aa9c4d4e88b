# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write one clip in which a virtual camera over a real video stands still, pans, stands still and zooms.

    tools/training-python -m motion.tour tests/data/clips/tour.webm --data ../shared/data

Beside it a .json says when the camera does what.  The video's own camera is still, and its source is kept from training.
"""

import argparse
import json
import os
import subprocess

import cv2
import numpy as np

from . import matroska
from .pictures import pyramid
from .views import View, warp

VIDEO = "clips/one-by-one-person-detection.mp4"
FIRST_FRAME = 360
PICTURE = (320, 180)
EXTENT = 0.5
SECONDS = 3.0
PAN = 0.18
ZOOM = 0.27
# label, and x and log zoom a second
TOUR = (("still", 0.0, 0.0), ("pan-right", PAN, 0.0), ("still", 0.0, 0.0), ("zoom-in", 0.0, ZOOM))
ENCODER = "vp8enc deadline=1 end-usage=cq cq-level=20 max-quantizer=40 target-bitrate=600000 keyframe-max-dist=120"


def read_frames(path, first, count):
    """Frames of a video, and its rate."""
    capture = cv2.VideoCapture(path)
    rate = capture.get(cv2.CAP_PROP_FPS)
    frames = [capture.read()[1] for _ in range(first + count(rate))]
    return frames[first:], rate


def poses(times):
    """x, y, log zoom, roll at each time; the pan passes over the middle of the picture."""
    speeds = np.array([[x, zoom] for _, x, zoom in TOUR])
    spent = np.clip(times[:, None] - np.arange(len(TOUR)) * SECONDS, 0, SECONDS)
    x, zoom = (spent @ speeds).T
    return np.stack([x - PAN * SECONDS / 2, 0 * x, zoom, 0 * x], 1)


def write(video, frames, rate):
    """The clip, through an encoder."""
    view = View(np.random.default_rng(1), PICTURE, PICTURE[0] / PICTURE[1], EXTENT, frames[0].shape)
    command = "gst-launch-1.0 -q fdsrc fd=0 ! matroskademux ! %s ! webmmux ! filesink location=%s" % (ENCODER, video)
    process = subprocess.Popen(command.split(), stdin=subprocess.PIPE)
    with process.stdin as stream:
        stream.write(matroska.head(*PICTURE))
        for number, pose in enumerate(poses(np.arange(len(frames)) / rate)):
            seen = warp(pyramid(frames[number], 2), view.matrix(pose), PICTURE)
            stream.write(matroska.frame(seen, number / rate, 1 / rate))
    if process.wait() != 0:
        raise RuntimeError("the pipeline failed: " + command)


def main():
    parser = argparse.ArgumentParser(prog="motion.tour", description=__doc__.splitlines()[0])
    parser.add_argument("video", help="ends in .webm")
    parser.add_argument("--data", default="../shared/data", help="folder of real videos")
    options = parser.parse_args()
    frames, rate = read_frames(os.path.join(options.data, VIDEO), FIRST_FRAME,
                               lambda rate: int(round(len(TOUR) * SECONDS * rate)))
    write(options.video, frames, rate)
    rows = [{"start": number * SECONDS, "end": (number + 1) * SECONDS, "label": label}
            for number, (label, _, _) in enumerate(TOUR)]
    with open(os.path.splitext(options.video)[0] + ".json", "w") as text:
        text.write("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n")


if __name__ == "__main__":
    main()
