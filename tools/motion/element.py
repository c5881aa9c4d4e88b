"""Clips through the pipeline: one stream, one clip after the other, a hole between them.

A hole longer than half a window resets the element, so each clip starts a grid of
its own and its first window answers for it.
"""

import json
import os
import subprocess
import threading

from . import matroska

SPACING = 2.0
MODELS = os.path.join(os.path.dirname(__file__), "..", "..", "models")


def environment(build):
    """The environment in which the plugin of a build folder and the shipped models are found."""
    found = dict(os.environ)
    found.setdefault("MSNET_MODEL_PATH", MODELS)
    found.setdefault("GST_PLUGIN_PATH_1_0", os.path.abspath(os.path.join(build, "plugin")))
    return found


def feed(stream, clips):
    """Write the clips to the pipeline and close it."""
    with stream:
        for number, (frames, rate) in enumerate(clips):
            if number == 0:
                stream.write(matroska.head(frames.shape[2], frames.shape[1]))
            for index, picture in enumerate(frames):
                stream.write(matroska.frame(picture, number * SPACING + index / rate, 1 / rate))


def start(command, clips, build):
    """Run a pipeline that reads Matroska from its standard input."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(build))
    threading.Thread(target=feed, args=(process.stdin, clips), daemon=True).start()
    return process


def results(model, clips, build="build"):
    """Yield (number of the clip, result) as the element answers.

    clips: iterable of (frames uint8 BGR [F, height, width, 3], frame rate), all of one size, each at most a
    second long.
    """
    command = ["gst-launch-1.0", "-q", "fdsrc", "fd=0", "!", "matroskademux", "!", "msnet", "model=" + model,
               "eos=drop", "motion=false", "!", "msnetjson", "lines=results", "!", "fdsink", "fd=1"]
    process = start(command, clips, build)
    for line in process.stdout:
        result = json.loads(line)
        yield int(result["stream-start"] // SPACING), result
    if process.wait() != 0:
        raise RuntimeError("the pipeline failed: " + " ".join(command))
