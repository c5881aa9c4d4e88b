# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped model `fight` through the pipeline: a person at home who jogs, jumps and sits down fights nobody."""

import json
import os
import subprocess
import sys

LEAST_RESULTS = 20
NO_DEVICE = 77


def main():
    video = os.path.join(os.environ["MSNET_TEST_DATA"], "clips", "home.webm")
    command = ["gst-launch-1.0", "-q", "filesrc", "location=" + video, "!", "matroskademux", "!", "vp8dec", "!",
               "msnet", "model=fight", "policy=every", "!", "msnetjson", "!", "fdsink", "fd=1"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 and "no OpenCL" in done.stderr:
        sys.exit(NO_DEVICE)
    if done.returncode != 0:
        sys.exit("the pipeline failed: " + done.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    answers = [line["label"] for line in lines if line["type"] == "result"]
    actions = [line for line in lines if line["type"] == "action-begin"]
    print("%d results, %d of them fight; %d actions" % (len(answers), answers.count("fight"), len(actions)))
    sys.exit(0 if len(answers) >= LEAST_RESULTS and set(answers) == {"noFight"} and not actions else 1)


if __name__ == "__main__":
    main()
