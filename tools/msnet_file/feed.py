# SPDX-License-Identifier: LGPL-2.1-or-later
"""What all of a model file may say (docs/model-file.md), as the element's reader checks it."""

from . import network
from .network import REQUIRED, check_object, number, one_of, whole

SECTIONS = ("network", "input", "sampling", "labels", "background", "actions", "card")
LONGEST = 3600  # seconds
LEAST_SIDE, LARGEST_SIDE = 32, 4096


def three(least, most):
    test, words = number(least, most)
    return (lambda value: isinstance(value, (list, tuple)) and len(value) == 3 and all(map(test, value)),
            "three times " + words)


def resized(size):
    """`resize`: of the shorter side, or [height, width]; the square of `size` lies inside."""
    def test(value):
        sides = value if isinstance(value, (list, tuple)) else [value, value]
        return len(sides) == 2 and all(type(side) is int and max(LEAST_SIDE, size) <= side <= LARGEST_SIDE for side in sides)
    return test, "a whole number from %d (size) to %d, or height and width" % (size, LARGEST_SIDE)


def check_input(picture):
    """Raises ValueError if `msnet.input` is none that a model file may have."""
    rules = {
        "frames": (whole(1, 64), REQUIRED), "fit": (one_of("crop", "stretch", "pad"), REQUIRED),
        "size": (whole(LEAST_SIDE, 1024), REQUIRED), "order": (one_of("RGB", "BGR"), REQUIRED),
        "mean": (three(-1000, 1000), REQUIRED), "std": (three(1e-6, 1000), REQUIRED), "range": (one_of(1, 255), 1),
        "resize_filter": (one_of("antialias", "bilinear"), "antialias"), "resize": ((lambda value: True, ""), None)}
    check_object("msnet.input", picture, rules)
    if picture["fit"] == "crop" or "resize" in picture:
        check_object("msnet.input", picture, {**rules, "resize": (resized(picture["size"]), REQUIRED)})


def check_sampling(sampling, frames):
    """frames: T"""
    check_object("msnet.sampling", sampling, {"window": (number(frames * 1e-3, LONGEST), REQUIRED),
                                              "hop": (number(0, LONGEST), REQUIRED), "at": (one_of("start", "centre"), "start")})


def check_labels(labels, classes):
    if not isinstance(labels, list) or len(labels) != classes or len(set(map(str, labels))) != classes:
        raise ValueError("msnet.labels: expected %d labels that differ, as msnet.network has classes" % classes)


def check_grid(network, size):
    """size: of the input"""
    side, grid = -(-size // 32), network.get("grid", 1)
    if grid > side:
        raise ValueError("msnet.network: grid: expected at most %d, as the last map has %d x %d cells, found %d" % (side, side, side, grid))


def check(values):
    """Raises ValueError.  values: the metadata as objects"""
    for key in values:
        if key not in SECTIONS:
            raise ValueError("msnet.%s: expected only the sections %s" % (key, ", ".join(SECTIONS)))
    check_input(values["input"])
    network.check(values["network"], values["input"]["frames"])
    check_grid(values["network"], values["input"]["size"])
    check_sampling(values["sampling"], values["input"]["frames"])
    check_labels(values["labels"], values["network"]["classes"])
