# SPDX-License-Identifier: LGPL-2.1-or-later
"""The other end of decode.py: its process, started anew when a clip has brought it down."""

import functools
import json
import os
import subprocess
import sys

import torch

from msnet_evaluate import needs

from . import Problem

SYSTEM = "/usr/bin/python3"
TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The folder comes last: what else is installed in it may be of another version of Python.
BEGIN = "import sys; sys.path.append(sys.argv[1]); from msnet_train import decode; decode.main()"
ASKS = "import numpy; import sys; sys.path.append(sys.argv[1]); import msnet_evaluate.gst"


@functools.lru_cache(1)
def python_that_decodes():
    """This Python if it has GStreamer, else the system's."""
    pythons = list(dict.fromkeys([sys.executable, SYSTEM]))
    for python in pythons:
        if os.access(python, os.X_OK) and subprocess.run([python, "-c", ASKS, TOOLS], stderr=subprocess.DEVNULL).returncode == 0:
            return python
    raise SystemExit("msnet-train: clips are decoded by a Python with NumPy and GStreamer, expected one of %s, found neither: "
                     "apt-get install python3-numpy %s" % (" and ".join(pythons), needs.GSTREAMER))


class Decoder:
    def __init__(self):
        self.process = None

    def start(self):
        python = python_that_decodes()
        self.process = subprocess.Popen([python, "-c", BEGIN, TOOLS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if not self.process.stdout.readline():
            self.close()
            raise SystemExit("msnet-train: %s ended before it decoded anything" % python)

    def close(self):
        """From any thread: one that waits for an answer gets none."""
        process, self.process = self.process, None
        if process:
            process.kill()
            process.wait()

    def frames(self, ask):
        """Yields (what it is, tensors) of each sampled frame, and then (the last line, None).  ask: as decode.py says"""
        if self.process is None:
            self.start()
        process = self.process
        try:
            process.stdin.write(json.dumps(ask).encode() + b"\n")
            process.stdin.flush()
            while "number" in (line := read_line(process.stdout)):
                yield line, [read_samples(process.stdout, shape) for shape in line["shapes"]]
        except (BrokenPipeError, EOFError):
            self.close()
            raise Problem("it brings its decoder down") from None
        if "problem" in line:
            raise Problem(line["problem"])
        yield line, None


def read_line(pipe):
    line = pipe.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return json.loads(line)


def read_samples(pipe, shape):
    data = bytearray(pipe.read(shape[0] * shape[1]))
    if len(data) < shape[0] * shape[1]:
        raise EOFError
    return torch.frombuffer(data, dtype=torch.uint8).reshape(shape)
