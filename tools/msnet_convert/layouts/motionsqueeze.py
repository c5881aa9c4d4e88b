# SPDX-License-Identifier: LGPL-2.1-or-later
"""The code of MotionSqueeze's authors: MSNet and their TSM over torchvision's ResNet, as the engine has it.

Their networks carry a batch norm `bn2` that nothing uses.  Every block shifts, at any depth.
"""

from ..families import resnet
from .layout import Layout


def matches(shapes, is_wrapped):
    has_motion = any(name.startswith(("chnl_reduction.", "flow_refinement.")) for name in shapes)
    return "layer1.0.conv1.weight" in shapes and (has_motion or "bn2.running_mean" in shapes)


LAYOUTS = [Layout("motionsqueeze", "the code of MotionSqueeze's authors", resnet, matches, classifier=("new_fc", "fc1"),
                  shift=("bidirectional", "as the authors' code has it; names do not show it"), unused=("bn2.",))]
