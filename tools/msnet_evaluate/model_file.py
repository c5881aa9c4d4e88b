# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a model file says of itself, and copies of it that take pictures of another size.

The format is in docs/model-file.md.  Weights are never read here, only copied.
"""

import hashlib
import os
import shutil

from msnet_file import metadata, safetensors
from msnet_file.places import ENDING, MODELS, named_folders

from . import Problem



def find(name):
    """The path of a model by its path or by its bare name, as the element finds it, or among the project's own."""
    if os.sep in name or name.endswith(ENDING):
        paths = [name]
    else:
        folders = [*named_folders(), MODELS]
        paths = [os.path.join(folder, name + ENDING) for folder in folders]
    for path in paths:
        if os.path.isfile(path):
            return os.path.abspath(path)
    if os.path.exists(name):
        raise Problem("model %s: expected a file that ends with %s, found another; tools/msnet-convert makes one of a checkpoint"
                      % (name, ENDING))
    raise Problem("model %s: expected a file %s, found none; name its path, or set MSNET_MODEL_PATH to the folder of your models"
                  % (name, " or ".join(paths)))


class ModelFile:
    """labels, background: as in the file; frames: T; window: ns; input, sampling: objects of the file."""

    def __init__(self, name):
        self.path = find(name)
        self.name = os.path.basename(self.path)[: -len(ENDING)]
        try:
            _, strings, self.weights_at = safetensors.read_header(self.path)
            self.values = metadata.from_strings(strings)
            self.labels, self.input, self.sampling = (self.values[key] for key in ("labels", "input", "sampling"))
            self.background = self.values.get("background", [])
            self.frames, self.window = self.input["frames"], round(self.sampling["window"] * 1e9)
            self.independent = self.values["network"].get("output") == "sigmoid"
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = "%s is missing" % error if isinstance(error, KeyError) else error
            raise Problem("%s: expected an msnet model, found another file (%s); copy it again, or make a model of it with "
                          "tools/msnet-convert" % (self.path, why)) from error

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
        picture = {key: value for key, value in self.input.items() if key != "resize_filter"}
        values = {key: value for key, value in self.values.items() if key not in (metadata.VERSION, metadata.REQUIRES)}
        values["input"] = dict(picture, fit="crop", resize=size, size=size)
        header, _, _ = safetensors.read_header(self.path)
        text = safetensors.pack_header(dict(header, __metadata__=metadata.to_strings(values)))
        with open(self.path, "rb") as weights, open(path, "wb") as file:
            file.write(text)
            weights.seek(self.weights_at)
            shutil.copyfileobj(weights, file)
