# SPDX-License-Identifier: LGPL-2.1-or-later
"""The model file whose network is taught, and those that are written."""

import os

import numpy as np

from msnet_evaluate import Problem
from msnet_evaluate.model_file import ModelFile
from msnet_file import metadata, network, safetensors
from msnet_file.places import MODELS

from .options import HEADS

FETCHED = os.path.join(MODELS, "efficientnet-lite0.safetensors")
STANDARD = os.path.join(MODELS, "motion.safetensors")
CLASSIFIERS = ("new_fc", "fc1")
LONGEST = 3600.0  # seconds, of window and hop
MOST_FRAMES = 64


class Backbone:
    """A network without its classifier.

    values: the metadata that new files have, but for labels and card; n_features: what a new classifier reads
    """

    def __init__(self, options):
        self.file = ModelFile(options.backbone or (FETCHED if os.path.exists(FETCHED) else STANDARD))
        try:
            tensors, _ = safetensors.read(self.file.path)
        except (ValueError, KeyError, TypeError) as problem:
            raise Problem("%s: expected weights, found a damaged file (%s); copy it again" % (self.file.path, problem)) from problem
        before = dict(self.file.values["network"])
        self.tensors = {name: value for name, value in tensors.items() if not is_classifier(name)}
        weights = [value for name, value in tensors.items() if is_classifier(name) and name.endswith(".weight")]
        if len(weights) != 1:
            raise Problem("%s: expected one classifier, new_fc.weight or fc1.weight, found %d" % (self.file.path, len(weights)))
        head = HEADS[options.head]
        self.n_features = weights[0].shape[1] // len(before.get("head", ["pooled"])) * len(head)
        self.card = self.file.values.get("card", {})
        before.pop("output", None)  # one of the classes
        self.values = {"network": dict(before, head=head), "input": dict(self.file.input), "sampling": dict(self.file.sampling)}
        self.ask(options)

    def ask(self, options):
        """Take what was asked for in place of the model's own."""
        picture, sampling = self.values["input"], self.values["sampling"]
        for values, key in ((picture, "frames"), (picture, "fit"), (sampling, "window"), (sampling, "hop")):
            asked = getattr(options, key)
            values[key] = values[key] if asked is None else asked
        picture.setdefault("resize", picture["size"] * 8 // 7)
        expect(1 <= picture["frames"] <= MOST_FRAMES, "--frames", "1 to %d" % MOST_FRAMES, picture["frames"])
        expect(picture["frames"] * 1e-3 <= sampling["window"] <= LONGEST, "--window", "1 ms for each of the %d frames to 1 h"
               % picture["frames"], sampling["window"])
        expect(0 <= sampling["hop"] <= LONGEST, "--hop", "0 to 1 h", sampling["hop"])
        try:
            network.check(self.values["network"], picture["frames"])
        except ValueError as problem:
            raise Problem("%s: %s" % (self.file.path, problem)) from problem

    def save(self, path, weight, bias, labels, dtype="F32", **more):
        """weight: [classes, features]; bias: [classes]; dtype: of all weights; more: of the metadata"""
        tensors = dict(self.tensors, **{"new_fc.weight": weight[:, :, None].astype(np.float32),
                                        "new_fc.bias": bias.astype(np.float32)})
        values = dict(self.values, network=dict(self.values["network"], classes=len(labels)), labels=labels, **more)
        safetensors.write(path, tensors, metadata.to_strings(values), dtype)


def is_classifier(name):
    return name.split(".")[-2:-1] in [[known] for known in CLASSIFIERS]


def expect(holds, option, expected, found):
    if not holds:
        raise Problem("%s: expected %s, found %g" % (option, expected, found))
