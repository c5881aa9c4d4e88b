# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped model through the pipeline: a virtual camera over real videos that training never saw."""

import json
import os
import subprocess
import sys

LEAST_RIGHT = 18
SPACING = 2.0
NO_DEVICE = 77


def answers(video):
    """start of a clip in seconds -> label of its first window."""
    command = ["gst-launch-1.0", "-q", "filesrc", "location=" + video, "!", "matroskademux", "!", "vp8dec", "!",
               "msnet", "model=motion", "eos=drop", "!", "msnetjson", "lines=results", "!", "fdsink", "fd=1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 and "no OpenCL" in done.stderr:
        sys.exit(NO_DEVICE)
    if done.returncode != 0:
        sys.exit("the pipeline failed: " + done.stderr)
    found = {}
    for line in done.stdout.splitlines():
        result = json.loads(line)
        found.setdefault(SPACING * (result["stream-start"] // SPACING), result["label"])
    return found


def right(answer, label):
    """An object that moves in a still picture means a still camera."""
    still = ("object-left", "object-right", "object-up", "object-down", "approaching", "receding")
    return answer == label or label == "still" and answer in still


def main():
    folder = os.path.join(os.environ["MSNET_TEST_DATA"], "motion")
    with open(os.path.join(folder, "camera.json")) as text:
        clips = json.load(text)
    found = answers(os.path.join(folder, "camera.webm"))
    hits = 0
    for clip in clips:
        answer = found.get(clip["start"], "nothing")
        hits += right(answer, clip["label"])
        if not right(answer, clip["label"]):
            print("at %4.1f s: expected %s, found %s" % (clip["start"], clip["label"], answer))
    print("%d of %d clips right, at least %d expected" % (hits, len(clips), LEAST_RIGHT))
    sys.exit(0 if hits >= LEAST_RIGHT and len(found) == len(clips) else 1)


if __name__ == "__main__":
    main()
