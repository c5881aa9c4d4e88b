# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `msnet.network` of a model file may say (docs/model-file.md), as the element's reader checks it.

tests/data/networks.json holds good and bad ones, which both readers are tested with.
"""

REQUIRED = object()  # has no default


def whole(least, most):
    return (lambda value: type(value) is int and least <= value <= most), "a whole number from %d to %d" % (least, most)


def number(least, most):
    return ((lambda value: type(value) in (int, float) and least <= value <= most),
            "a number from %g to %g" % (least, most))


def one_of(*values):
    return (lambda value: any(type(value) is type(known) and value == known for known in values),
            "one of " + ", ".join(map(str, values)))


def is_place(value):
    stages = value if isinstance(value, (list, tuple)) else [value]
    return (len(stages) > 0 and all(type(stage) is int and 1 <= stage <= 4 for stage in stages)
            and all(a < b for a, b in zip(stages, stages[1:])))


PLACE = is_place, "a whole number from 1 to 4, or an ascending list of such"
ODD = (lambda value: type(value) is int and 3 <= value <= 31 and value % 2 == 1), "an odd number from 3 to 31"

# key: (test and its words, default); a key without a default must be there
MOTION = {
    "after": (PLACE, REQUIRED),
    "patch": (ODD, REQUIRED),
    "dilation": (whole(1, 2), 1),
    "temperature": (number(1e-4, 100), REQUIRED),
    "directions": (one_of("forward", "past", "both"), REQUIRED),
    "softargmax": (one_of("kernel", "plain"), REQUIRED),
    "sigma": (number(0.1, 1000), REQUIRED),
    "confidence": (one_of(True, False), REQUIRED),
    "fusion": (one_of("add", "multiply", "concat", "replace"), "add"),
}
NETWORK = {
    "backbone": (one_of("resnet", "mobilenet-v2", *("efficientnet-lite%d" % index for index in range(5))), "resnet"),
    "shift": (one_of("none", "bidirectional", "causal"), REQUIRED),
    "shift_every": (whole(1, 64), 1),
    "shift_div": (whole(2, 64), 8),
    "shift_place": (one_of("residual", "block"), "residual"),
    "classes": (whole(1, 10000), REQUIRED),
    "output": (one_of("softmax", "sigmoid"), "softmax"),
    "head": (one_of(["pooled"], ["change"], ["pooled", "change"]), ["pooled"]),
    "grid": (whole(1, 8), 1),
}
# Those that a backbone has beside.
BACKBONES = {
    "resnet": {"depth": (one_of(18, 34, 50, 101, 152), REQUIRED), "width": (whole(8, 512), REQUIRED)},
    "mobilenet-v2": {"multiplier": (number(0.1, 4), 1.0)},
}


def check_object(place, values, rules):
    if not isinstance(values, dict):
        raise ValueError("%s: expected an object, found %r" % (place, values))
    for key in values:
        if key not in rules:
            raise ValueError("%s: %s: expected only %s, found %r" % (place, key, ", ".join(rules), values[key]))
    for key, ((test, words), default) in rules.items():
        if key not in values and default is not REQUIRED:
            continue
        if key not in values or not test(values[key]):
            raise ValueError("%s: %s: expected %s, found %r" % (place, key, words, values.get(key)))


def check(network, frames=None):
    """Raises ValueError if `network` is none that a model file may have.  frames: T, if it is known."""
    backbone = network.get("backbone", "resnet") if isinstance(network, dict) else None
    own = BACKBONES.get(backbone, {}) if isinstance(backbone, str) else {}
    check_object("msnet.network", network, {**NETWORK, **own, "motion": ((lambda value: True, ""), None)})
    if "motion" not in network:
        return
    motion = network["motion"]
    plain = isinstance(motion, dict) and motion.get("softargmax") == "plain"
    check_object("msnet.network, motion", motion, {**MOTION, "sigma": (MOTION["sigma"][0], None if plain else REQUIRED)})
    if frames == 1 and motion["directions"] != "past":
        raise ValueError("msnet.input: frames: expected at least 2, as motion with directions %s compares each frame with "
                         "the next, found 1" % motion["directions"])
