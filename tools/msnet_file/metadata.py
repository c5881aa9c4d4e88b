# SPDX-License-Identifier: LGPL-2.1-or-later
"""The metadata of a model file: the strings `msnet.*`, in the lowest version of the format that suffices.

Version 1 is what the first readers know.  A file that says more is version 2 and lists what it needs in
`msnet.requires`, so that a reader that lacks it can say so.
"""

import json

PREFIX = "msnet."
VERSION = "version"
REQUIRES = "requires"
BACKBONES = {"resnet": None, "mobilenet-v2": "mobilenet-v2"}  # what each one requires
EFFICIENTNET = "efficientnet-lite"

# (key, what version 1 means without it, what any other value requires)
NETWORK = [("shift_div", 8, "shift-div"), ("shift_place", "residual", "shift-place"), ("output", "softmax", "output"),
           ("head", ["pooled"], "head"), ("grid", 1, "grid")]
INPUT = [("resize_filter", "antialias", "resize-filter"), ("range", 1, "range")]
SAMPLING = [("at", "start", "sampling-at")]
MOTION = [("after", 2, "motion-after"), ("softargmax", "kernel", "motion-plain"), ("dilation", 1, "motion-dilation"),
          ("fusion", "add", "motion-fusion")]


SECTIONS = {"network": NETWORK, "input": INPUT, "sampling": SAMPLING}


def without_defaults(values, rules):
    return {key: value for key, value in values.items()
            if not any(key == known and value in (standard, [standard]) for known, standard, _ in rules)}


def plain(values):
    """Without the keys of version 2 whose value is what version 1 means without them."""
    values = dict(values)
    for section, rules in SECTIONS.items():
        if section in values:
            values[section] = without_defaults(values[section], rules)
    motion = values.get("network", {}).get("motion")
    if motion:
        kept = dict(without_defaults(motion, MOTION), softargmax=motion["softargmax"], after=motion["after"])
        kept["after"] = 2 if kept["after"] == [2] else kept["after"]
        values["network"] = dict(values["network"], motion=kept)
    return values


def used(values, rules):
    return [name for key, standard, name in rules if values.get(key, standard) not in (standard, [standard])]


def requirements(values):
    """The features of version 2 that a model uses.  values: `network`, `input`, `sampling`, ... as objects -> sorted names."""
    network, picture = values.get("network", {}), values.get("input", {})
    backbone, motion = network.get("backbone", "resnet"), network.get("motion") or {}
    found = [BACKBONES.get(backbone, EFFICIENTNET), *used(motion, MOTION)]
    for section, rules in SECTIONS.items():
        found += used(values.get(section, {}), rules)
    if motion.get("directions") == "both":
        found.append("motion-both")
    if picture.get("fit") == "pad":
        found.append("fit-pad")
    if isinstance(picture.get("resize"), (list, tuple)):
        found.append("resize-pair")
    if "actions" in values:
        found.append("actions")
    return sorted(name for name in set(found) if name)


def to_strings(values):
    """-> the strings of `__metadata__`."""
    values = plain(values)
    needed = requirements(values)
    if needed:
        values[REQUIRES] = needed
    strings = {PREFIX + key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}
    return dict(strings, **{PREFIX + VERSION: "2" if needed else "1"})


def from_strings(strings):
    """The strings of `__metadata__` -> objects by name, without the prefix."""
    return {key[len(PREFIX):]: json.loads(value) for key, value in strings.items() if key.startswith(PREFIX)}
