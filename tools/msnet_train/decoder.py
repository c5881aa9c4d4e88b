# SPDX-License-Identifier: LGPL-2.1-or-later
"""The other end of decode.py: its process, started anew when a clip has brought it down."""

import json
import os
import subprocess
import sys

import torch

from . import Problem

SYSTEM = "/usr/bin/python3"
TOOLS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Decoder:
    def __init__(self):
        self.process = None

    def start(self):
        python = SYSTEM if os.access(SYSTEM, os.X_OK) else sys.executable
        self.process = subprocess.Popen([python, "-m", "msnet_train.decode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=dict(os.environ, PYTHONPATH=TOOLS))
        if not self.process.stdout.readline():
            self.close()
            raise SystemExit("msnet-train: %s cannot decode: it needs GStreamer for Python: tools/install-packages evaluate"
                             % python)

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
