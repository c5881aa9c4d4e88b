# SPDX-License-Identifier: LGPL-2.1-or-later
"""The projects whose checkpoints are known; layout.py says what each one tells.  The first that matches is taken."""

from ..errors import Refusal
from . import efficientnet_lite, mit, mmaction2, motionsqueeze, timm, torchvision

ALL = [layout for module in (mmaction2, motionsqueeze, mit, torchvision, timm, efficientnet_lite)
       for layout in module.LAYOUTS]


def find(shapes, is_wrapped, name=None):
    """-> the layout, or the one of that name.  shapes: by name without the prefixes of wrappers"""
    for layout in ALL:
        if layout.name == name or (name is None and layout.matches(shapes, is_wrapped)):
            return layout
    raise Refusal("no known network: the file holds %d tensors, the first are %s; expected one of: %s"
                  % (len(shapes), ", ".join("%s %s" % (key, list(shapes[key])) for key in list(shapes)[:5]),
                     "; ".join(layout.title for layout in ALL)))
