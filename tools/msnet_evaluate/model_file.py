# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a model file says of itself, and copies of it that take pictures of another size.

The format is in docs/DESIGN.md, "Model file".  Weights are never read here, only copied.
"""

import hashlib
import json
import os
import shutil
import struct

from . import Problem

ENDING = ".safetensors"
MOST_HEADER = 100 << 20
MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "models")


def find(name):
    """The path of a model by its path or by its bare name, as the element finds it, or among the project's own."""
    if os.sep in name or name.endswith(ENDING):
        paths = [name]
    else:
        folders = [folder for folder in os.environ.get("MSNET_MODEL_PATH", "").split(os.pathsep) if folder] + [MODELS]
        paths = [os.path.join(folder, name + ENDING) for folder in folders]
    for path in paths:
        if os.path.isfile(path):
            return os.path.abspath(path)
    raise Problem("model %s: expected a file %s, found none; name its path, or set MSNET_MODEL_PATH to the folder of your models"
                  % (name, " or ".join(paths)))


def read_header(file):
    """-> (the header as an object, where the weights begin)"""
    (length,) = struct.unpack("<Q", file.read(8))
    if length > MOST_HEADER:
        raise ValueError("its header has %d bytes" % length)
    return json.loads(file.read(length)), 8 + length


class ModelFile:
    """labels, background: as in the file; frames: T; window: ns; input: the object of msnet.input."""

    def __init__(self, name):
        self.path = find(name)
        self.name = os.path.basename(self.path)[: -len(ENDING)]
        try:
            with open(self.path, "rb") as file:
                header, self.weights_at = read_header(file)
            self.strings = header.pop("__metadata__")
            self.tensors = header
            said = {key: json.loads(self.strings["msnet." + key]) for key in ("network", "input", "sampling", "labels")}
            self.labels, self.input, self.sampling = said["labels"], said["input"], said["sampling"]
            self.background = json.loads(self.strings.get("msnet.background", "[]"))
            self.frames, self.window = self.input["frames"], round(self.sampling["window"] * 1e9)
            self.independent = said["network"].get("output") == "sigmoid"
        except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
            raise Problem("%s: expected an msnet model, found %s: %s; copy the file again, or convert it first"
                          % (self.path, type(error).__name__, error)) from error

    @property
    def at_centre(self):
        """Whether the points of a window lie at the centres of its parts, not at their starts."""
        return self.sampling.get("at", "start") == "centre"

    def points(self):
        """Times (ns) of the points of a window that starts at 0."""
        return [(2 * index + self.at_centre) * self.window // (2 * self.frames) for index in range(self.frames)]

    def digest(self):
        """What tells this file from every other one."""
        digest = hashlib.sha256()
        with open(self.path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
        return digest.hexdigest()

    def save_resized(self, path, size):
        """Write a copy that takes pictures of size x size as they are."""
        picture = dict(self.input, fit="crop", resize=size, size=size)
        picture.pop("resize_filter", None)
        strings = dict(self.strings, **{"msnet.input": json.dumps(picture)})
        text = json.dumps(dict(self.tensors, __metadata__=strings), ensure_ascii=False).encode()
        text += b" " * (-len(text) % 8)
        with open(self.path, "rb") as weights, open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            weights.seek(self.weights_at)
            shutil.copyfileobj(weights, file)
