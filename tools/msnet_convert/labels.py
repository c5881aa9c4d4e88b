# SPDX-License-Identifier: LGPL-2.1-or-later
"""Names of classes: from a file, or from a package that has the list; never from memory, since their order matters."""

import json
import re

from . import proposals
from .errors import Refusal

LONGEST = 256  # bytes
NUMBERED = re.compile(r"^\d+[\s,:]+(?=\S)")


def from_json(found, path):
    """A list; or a mapping of numbers to names or of names to numbers."""
    if isinstance(found, list):
        return [str(name) for name in found]
    if isinstance(found, dict):
        pairs = list(found.items())
        if all(str(key).isdigit() for key, _ in pairs):
            pairs = [(value, key) for key, value in pairs]
        if all(str(number).isdigit() for _, number in pairs):
            numbered = sorted((int(number), str(name)) for name, number in pairs)
            if [number for number, _ in numbered] == list(range(len(numbered))):
                return [name for _, name in numbered]
    raise Refusal("%s: expected a JSON list of names, or a mapping of names and numbers from 0 on" % path)


def from_file(path):
    """One name a line, in the order of the classes; a number at the start of every line is left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        found = json.loads(text) if path.suffix == ".json" else None
    except ValueError as problem:
        raise Refusal("%s: expected names of classes in UTF-8, a line each, or JSON: %s; correct the file"
                      % (path, problem)) from problem
    if path.suffix == ".json":
        return from_json(found, path)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if all(NUMBERED.match(line) for line in lines):
        lines = [NUMBERED.sub("", line) for line in lines]
    return lines


def from_torchvision(data_set):
    """-> (names, why), or None if torchvision is not there or has no such list"""
    try:
        from torchvision import models
        weights = {"kinetics-400": lambda: models.video.R3D_18_Weights.KINETICS400_V1,
                   "imagenet": lambda: models.ResNet18_Weights.IMAGENET1K_V1}[data_set]()
    except (ImportError, KeyError, AttributeError):
        return None
    return list(weights.meta["categories"]), "torchvision's list of %s" % data_set


def unique(names):
    """A name that comes again gets its number: ImageNet has two cranes."""
    seen, found = set(), []
    for number, name in enumerate(names):
        found.append("%s (class %d)" % (name, number) if name in seen else name)
        seen.add(name)
    if len(set(found)) < len(found):
        raise Refusal("expected labels that differ, found one twice: %s; rename one" % next(
            name for name in found if found.count(name) > 1))
    return found


def find(options, beside, data_set, classes):
    """-> (names, why)"""
    if options.labels:
        names, why = from_file(options.labels), str(options.labels)
    elif options.numbered_labels:
        names, why = ["class %d" % number for number in range(classes)], "as the option says"
    elif proposals.classes_beside(beside):
        names, why = proposals.classes_beside(beside), "the names that the file holds"
    else:
        names, why = from_torchvision(data_set) or (None, None)
    if names is None:
        raise Refusal("the names of the %d classes are not known: give a file with one name a line in the order of the "
                      "classes as --labels=FILE%s, or --numbered-labels" %
                      (classes, ", install torchvision, which has the list" if data_set in ("kinetics-400", "imagenet") else ""))
    if len(names) != classes:
        raise Refusal("%s: expected %d labels, as many as the network has classes, found %d" % (why, classes, len(names)))
    for name in names:
        if not 1 <= len(name.encode()) <= LONGEST or not name.isprintable():
            raise Refusal("%s: expected labels of 1 to %d bytes without control characters, found %r" % (why, LONGEST, name))
    return unique(names), why
