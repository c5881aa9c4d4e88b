# SPDX-License-Identifier: LGPL-2.1-or-later
"""The model file that is taught, and the one that is written."""

import os

import numpy as np

import msnet_torch
from msnet_evaluate import Problem
from msnet_evaluate.model_file import MODELS, ModelFile
from msnet_file import metadata, network, safetensors
from .options import HEADS

FETCHED = os.path.join(MODELS, "efficientnet-lite0.safetensors")
STANDARD = os.path.join(MODELS, "motion.safetensors")
LONGEST = 3600.0  # seconds, of window and hop
MOST_FRAMES = 64


class Backbone:
    """A network without its classifier.  values: the metadata that the new file will have but for labels and card."""

    def __init__(self, options):
        path = options.backbone or (FETCHED if os.path.exists(FETCHED) else STANDARD)
        self.file = ModelFile(path)
        try:
            network_before, values = msnet_torch.load_model(self.file.path)
        except (OSError, ValueError, KeyError, RuntimeError) as problem:
            raise Problem("%s: expected a model file with the names of tensors in docs/MSNET.md, found others: %s"
                          % (self.file.path, " ".join(str(problem).split())[:300])) from problem
        self.tensors = {name: value.numpy() for name, value in network_before.state_dict().items()
                        if value.dtype.is_floating_point and not name.startswith("new_fc.")}
        self.card = values.get("card", {})
        self.values = {"network": dict(values["network"], head=HEADS[options.head]), "input": dict(values["input"]),
                       "sampling": dict(values["sampling"])}
        self.values["network"].pop("output", None)  # one of the classes
        self.ask(options)
        self.network = msnet_torch.build(self.values["network"])
        self.network.load_state_dict(dict(network_before.state_dict(), **self.network.new_fc.state_dict(prefix="new_fc.")))

    def ask(self, options):
        """Take what was asked for in place of the model's own."""
        picture, sampling = self.values["input"], self.values["sampling"]
        picture["frames"] = options.frames or picture["frames"]
        sampling["window"] = options.window or sampling["window"]
        sampling["hop"] = sampling["hop"] if options.hop is None else options.hop
        if options.fit:
            picture["fit"] = options.fit
            picture.setdefault("resize", picture["size"] * 8 // 7)
        expect(1 <= picture["frames"] <= MOST_FRAMES, "--frames", "1 to %d" % MOST_FRAMES, picture["frames"])
        expect(picture["frames"] * 1e-3 <= sampling["window"] <= LONGEST, "--window", "1 ms for each of the %d frames to 1 h"
               % picture["frames"], sampling["window"])
        expect(0 <= sampling["hop"] <= LONGEST, "--hop", "0 to 1 h", sampling["hop"])
        try:
            network.check(self.values["network"], picture["frames"])
        except ValueError as problem:
            raise Problem("%s: %s" % (self.file.path, problem)) from problem

    def save(self, path, weight, bias, labels, background, card):
        """weight [classes, features], bias [classes]"""
        tensors = dict(self.tensors, **{"new_fc.weight": weight[:, :, None].astype(np.float32),
                                        "new_fc.bias": bias.astype(np.float32)})
        values = dict(self.values, labels=labels, card=card)
        values["network"] = dict(values["network"], classes=len(labels))
        if background:
            values["background"] = background
        safetensors.write(path, tensors, metadata.to_strings(values))


def expect(holds, option, expected, found):
    if not holds:
        raise Problem("%s: expected %s, found %g" % (option, expected, found))
