# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clips through the pipeline: one stream, one clip after the other, a hole between them.

A hole longer than half a window resets the element, so each clip starts a grid of
its own and its first window answers for it.
"""

import json
import os
import subprocess
import threading

from msnet_file.places import MODELS

from . import matroska

SPACING = 2.0


def environment(build):
    """The environment in which the plugin of a build folder and the shipped models are found."""
    found = dict(os.environ)
    found.setdefault("MSNET_MODEL_PATH", MODELS)
    found.setdefault("GST_PLUGIN_PATH_1_0", os.path.abspath(os.path.join(build, "plugin")))
    return found


def apart(clips, spacing=SPACING):
    """Clips of (frames uint8 BGR [F, height, width, 3], frame rate) as pictures with a time and a duration in seconds."""
    for number, (frames, rate) in enumerate(clips):
        for index, picture in enumerate(frames):
            yield picture, number * spacing + index / rate, 1 / rate


def feed(stream, pictures):
    """Write pictures, (uint8 BGR, time, duration), to the pipeline and close it."""
    with stream:
        for number, (picture, time, duration) in enumerate(pictures):
            if number == 0:
                stream.write(matroska.head(picture.shape[1], picture.shape[0]))
            stream.write(matroska.frame(picture, time, duration))


def start(command, pictures, build):
    """Run a pipeline that reads Matroska from its standard input."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(build))
    threading.Thread(target=feed, args=(process.stdin, pictures), daemon=True).start()
    return process


def answers(model, pictures, build="build", properties=()):
    """Yield the result of each window of one stream of pictures, all of one size."""
    command = ["gst-launch-1.0", "-q", "fdsrc", "fd=0", "!", "matroskademux", "!", "msnet", "model=" + model,
               "eos=drop", "motion=false", *properties, "!", "msnetjson", "lines=results", "!", "fdsink", "fd=1"]
    process = start(command, pictures, build)
    for line in process.stdout:
        yield json.loads(line)
    if process.wait() != 0:
        raise RuntimeError("the pipeline failed: " + " ".join(command))


def results(model, clips, build="build"):
    """Yield (number of the clip, result) as the element answers; clips as of `apart`, each at most a second long."""
    for result in answers(model, apart(clips), build):
        yield int(result["stream-start"] // SPACING), result
