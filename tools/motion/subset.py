# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write a few of the virtual camera's clips as one small video, for a test of the whole pipeline.

    tools/training-python -m motion.subset tests/data/motion --data ../shared/data

Which clips: two sources a class in turn, never by the answer to them.  The clips follow
each other with a hole between them, as in measuring (see element.py).
"""

import argparse
import json
import os
import subprocess

from . import benchmark, element
from .taxonomy import CAMERA
from .videos import cache_videos

FREE = "fight-surv/"
ENCODER = "vp8enc deadline=1 end-usage=cq cq-level=24 max-quantizer=40 target-bitrate=900000 keyframe-max-dist=60"
PER_CLASS = 2
SEED = 11


def chosen(index):
    """(label, source) of every clip: sources with a free licence, in turn."""
    sources = sorted({entry["source"] for entry in index if entry["held"] and entry["source"].startswith(FREE)})
    return [(label, sources[(position * PER_CLASS + number) % len(sources)])
            for position, label in enumerate(CAMERA) for number in range(PER_CLASS)]


def main():
    parser = argparse.ArgumentParser(prog="motion.subset", description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--data", default="../shared/data", help="folder of real videos")
    parser.add_argument("--cache", default=".cache/motion", help="folder for decoded pictures and videos")
    options = parser.parse_args()
    index = cache_videos(options.data, options.cache)
    wanted = chosen(index)
    made = {}
    for clip in benchmark.camera(benchmark.held_videos(index, options.data), benchmark.PICTURES[0], 1, SEED, wanted):
        made[(clip.label, clip.source)] = clip
    clips = [made[pair] for pair in wanted if pair in made]
    os.makedirs(options.folder, exist_ok=True)
    video = os.path.join(options.folder, "camera.webm")
    command = "gst-launch-1.0 -q fdsrc fd=0 ! matroskademux ! %s ! webmmux ! filesink location=%s" % (ENCODER, video)
    process = subprocess.Popen(command.split(), stdin=subprocess.PIPE)
    element.feed(process.stdin, element.apart((clip.frames, clip.rate) for clip in clips))
    if process.wait() != 0:
        raise RuntimeError("the pipeline failed: " + command)
    with open(os.path.join(options.folder, "camera.json"), "w") as text:
        rows = [{"start": number * element.SPACING, "label": clip.label, "source": clip.source}
                for number, clip in enumerate(clips)]
        text.write("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n")


if __name__ == "__main__":
    main()
