# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped model's actions over a real video, against what the virtual camera did and when.

A begin or end may be off by half a window, and later by what smoothing takes to see a score that jumps from 0 to 1.
A person sits at a table in the video: while the camera stands still, what moves within the picture may be told as well.
"""

import json
import math
import os
import subprocess
import sys

OBJECTS = ("object-", "approaching", "receding")
WINDOW = 1.0
SMOOTHING, ENTER, LEAVE = 0.5, 0.6, 0.4
NO_DEVICE = 77


def lines(video):
    """What msnetjson says of the actions in a video."""
    command = ["gst-launch-1.0", "-q", "filesrc", "location=" + video, "!", "matroskademux", "!", "vp8dec", "!", "msnet",
               "model=motion", "!", "msnetjson", "lines=actions", "!", "fdsink", "fd=1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 and "no OpenCL" in done.stderr:
        sys.exit(NO_DEVICE)
    if done.returncode != 0:
        sys.exit("the pipeline failed: " + done.stderr)
    print(done.stdout, end="")
    return [json.loads(line) for line in done.stdout.splitlines()]


def fits(found, true, delay):
    return true - WINDOW / 2 <= found <= true + WINDOW / 2 + delay


def complain(found, true):
    """What is wrong with an action's two lines, or None."""
    begin, end = found
    if (begin["type"], end["type"]) != ("action-begin", "action-end") or begin["start"] != end["start"]:
        return "not a begin and its end"
    if begin["label"] != true["label"] or end["label"] != true["label"]:
        return "expected %s" % true["label"]
    if not fits(begin["start"], true["start"], -SMOOTHING * math.log(1 - ENTER)):
        return "begins at %.3f, expected about %.3f" % (begin["start"], true["start"])
    if not fits(end["end"], true["end"], -SMOOTHING * math.log(LEAVE)):
        return "ends at %.3f, expected about %.3f" % (end["end"], true["end"])
    return None


def is_of_object(line):
    return line["label"].startswith(OBJECTS)


def complain_of_object(line, legs):
    """What is wrong with a line about something within the picture, or None."""
    if any(leg["label"] == "still" and fits(line["start"], leg["start"], leg["end"] - leg["start"]) for leg in legs):
        return None
    return "%s at %.3f, while the camera moves" % (line["label"], line["start"])


def main():
    folder = os.path.join(os.environ["MSNET_TEST_DATA"], "clips")
    with open(os.path.join(folder, "tour.json")) as text:
        legs = json.load(text)
    truth = [leg for leg in legs if leg["label"] != "still"]
    everything = lines(os.path.join(folder, "tour.webm"))
    found = [line for line in everything if not is_of_object(line)]
    if len(found) != 2 * len(truth):
        sys.exit("expected %d lines, found %d" % (2 * len(truth), len(found)))
    complaints = [complain_of_object(line, legs) for line in everything if is_of_object(line)]
    complaints += [complain(found[2 * number:2 * number + 2], true) for number, true in enumerate(truth)]
    sys.exit("\n".join(filter(None, complaints)) or 0)


if __name__ == "__main__":
    main()
