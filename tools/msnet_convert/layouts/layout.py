# SPDX-License-Identifier: LGPL-2.1-or-later
import dataclasses
import typing

IMAGENET = {"order": "RGB", "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
CROP = dict({"fit": "crop", "resize": 256, "size": 224}, **IMAGENET)


def keep(name, shapes):
    return name


@dataclasses.dataclass(frozen=True)
class Layout:
    """How one project names its tensors and looks at pictures.  Names come without the prefixes of wrappers.

    name: for --layout
    matches: (shapes, whether there was the prefix `base_model.`) -> whether a checkpoint is of this project
    translate: (name, shapes) -> the name that the engine reads
    classifier: its names, without `.weight`; the first that is there counts
    shown: name -> (block, place) if it shows that this block shifts; None: names of this project show no shift
    shift: (shift, why) if names do not show it
    picture: of `msnet.input`, for those that the project's own test programs show the network
    unused: beginnings of names that the project saves and does not use
    """

    name: str
    title: str
    family: typing.Any
    matches: typing.Callable
    translate: typing.Callable = keep
    classifier: tuple = ("fc",)
    shown: typing.Callable = None
    shift: tuple = ("none", "a network for single pictures")
    picture: dict = dataclasses.field(default_factory=lambda: CROP)
    unused: tuple = ()
    is_picture: bool = False
