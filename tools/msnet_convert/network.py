# SPDX-License-Identifier: LGPL-2.1-or-later
"""From a checkpoint's tensors to the object `msnet.network` and the names that the engine reads."""

import fnmatch
import re

import numpy as np

from . import families, layouts, refusals
from .errors import Refusal
from .families import motion, resnet

WRAPPERS = re.compile(r"^(?:(?:module|base_model|_orig_mod|model|state_dict)\.)+")
SHOWN_AT_ONCE = 12


class Renamed:
    """A tensor of the checkpoint under the engine's name and shape; numpy reads it when its turn comes."""

    def __init__(self, name, tensor, shape):
        self.name, self.tensor, self.shape = name, tensor, shape

    def __array__(self, dtype=None, copy=None):
        values = np.asarray(self.tensor, np.float32).reshape(self.shape)
        if not np.isfinite(values).all():
            raise Refusal("%s holds numbers that are not finite: the training went wrong, or the file is damaged" % self.name)
        return values


def list_some(names, shapes):
    shown = ["%s %s" % (name, list(shapes[name])) for name in sorted(names)[:SHOWN_AT_ONCE]]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (" and %d more" % rest if rest else "")


def strip(tensors):
    """-> tensors by their names without the prefixes of wrappers, and whether `base_model.` was among them"""
    found = {}
    for name, tensor in tensors.items():
        plain = WRAPPERS.sub("", name).replace("_orig_mod.", "")
        if plain in found:
            raise Refusal("%s is there twice: expected the weights of one network" % plain)
        found[plain] = tensor
    return found, any("base_model." in name for name in tensors)


class Source:
    """A checkpoint whose project is known.

    tensors: by the engine's names; original: the checkpoint's name of each; shown: (block, place) of each shift
    """

    def __init__(self, checkpoint, layout_name=None, ignored=()):
        plain, is_wrapped = strip(checkpoint.tensors)
        shapes = {name: tensor.shape for name, tensor in plain.items()}
        refusals.check(shapes)
        self.layout = layouts.find(shapes, is_wrapped, layout_name)
        self.tensors, self.original, shown = {}, {}, set()
        for name, tensor in plain.items():
            if name.startswith(self.layout.unused) or any(fnmatch.fnmatch(name, pattern) for pattern in ignored):
                continue
            if self.layout.shown and self.layout.shown(name):
                shown.add(self.layout.shown(name))
            ours = self.layout.translate(name, shapes)
            self.tensors[ours], self.original[ours] = tensor, name
        self.shown = dict(shown)
        self.rename_classifier()

    def rename_classifier(self):
        name = next((name for name in self.layout.classifier if name + ".weight" in self.tensors), None)
        if name is None:
            raise Refusal("%s: expected a classifier named %s, found none; a network without one cannot name classes"
                          % (self.layout.title, " or ".join(self.layout.classifier)))
        for part in ("weight", "bias"):
            if "%s.%s" % (name, part) in self.tensors:
                self.tensors["new_fc." + part] = self.tensors.pop("%s.%s" % (name, part))
                self.original["new_fc." + part] = self.original.pop("%s.%s" % (name, part))

    def shapes(self):
        return {name: tensor.shape for name, tensor in self.tensors.items()}

    def renamed(self, network):
        """-> tensors by the engine's names; Refusal names what is missing, left over or of another shape."""
        wanted, found = families.expected(network), self.shapes()
        classifier = found.get("new_fc.weight", ())
        if len(classifier) == 2 or classifier[2:] == (1,):
            found["new_fc.weight"] = (*classifier[:2], 1)
        missing, left = wanted.keys() - found.keys(), found.keys() - wanted.keys()
        if missing:
            raise Refusal("missing of a %s (%s): %s; get the whole checkpoint, or say with --layout what it is"
                          % (network.get("backbone", resnet.NAME), self.layout.title, list_some(missing, wanted)))
        if left:
            shapes = {self.original[name]: found[name] for name in left}
            raise Refusal("left over, so that this is another network: %s; if they are not used, leave them out with "
                          "--ignore=PATTERN" % list_some(shapes.keys(), shapes))
        for name in sorted(wanted):
            if tuple(found[name]) != tuple(wanted[name]):
                raise Refusal("%s is %s, expected %s" % (self.original[name], list(found[name]), list(wanted[name])))
        return {name: Renamed(self.original[name], self.tensors[name], wanted[name]) for name in wanted}


def measure(source):
    """What of `msnet.network` the shapes say."""
    shapes, family = source.shapes(), source.layout.family
    for name in ("conv1.weight", "features.0.0.weight", "_conv_stem.weight"):
        if name in shapes and shapes[name][1:2] != (3,):
            raise Refusal("%s is %s: expected pictures of 3 channels (RGB); this network looks at optical flow or differences"
                          % (source.original[name], list(shapes[name])))
    network = dict({"backbone": family.NAME}, **family.measure(shapes))
    network["classes"] = shapes["new_fc.weight"][0]
    if family is resnet:
        found = motion.measure(shapes, resnet.stages(network))
        network.update({"motion": found} if found else {})
    return network


def shifts_shown(source, network):
    """-> (every so many blocks, place, words for people), or None if no block shifts, as the names show it."""
    if not source.shown:
        return None
    blocks, places = families.of(network).blocks(network), set(source.shown.values())
    for every in (1, 2):
        expected = [name for name in blocks if every == 1 or int(name.rpartition(".")[2]) % every == 0]
        if sorted(source.shown) == sorted(expected) and len(places) == 1:
            words = "the names show it: %d of %d blocks" % (len(expected), len(blocks))
            return every, places.pop(), words
    raise Refusal("these blocks shift: %s; expected all, or every second one of each stage" % ", ".join(sorted(source.shown)))
