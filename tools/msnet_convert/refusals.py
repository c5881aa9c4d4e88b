# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks that msnet cannot run, told by their names and shapes, so that the answer says what they are."""

import re

from .errors import Refusal

# (what occurs in the name of a tensor, what that makes of the network)
SIGNS = [
    (r"\.nl\.|non_local_block\.", "a TSM with non-local blocks (_nl), which attend over all frames"),
    (r"\.net1\.|offset_net\.|weight_net\.", "a TIN (Temporal Interlacing Network), whose shifts depend on the picture"),
    (r"\.tam\.", "a TANet (Temporal Adaptive Module), whose filters depend on the video"),
    (r"resnext_layer1|layer\d_bak\.|\.mse\.|conv1_5\.", "a TDN (Temporal Difference Network)"),
    (r"action_p\d|\.action_shift\.", "an ACTION-Net"),
    (r"^layer2\.net\.\d", "a TSM with temporal pooling (tpool), which halves the number of frames"),
    (r"\.se_module\.|\.se\.(fc|conv|reduce|expand)|_se_reduce",
     "a network with squeeze-and-excitation"),
    (r"attn\.|\.attention\.|patch_embed|cls_token|class_token|self_attention|relative_position", "a transformer"),
    (r"conv1_7x7_s2|inception_", "a BNInception"),
    (r"branch_3x3|rbr_", "a MobileOne or RepVGG"),
    (r"^data_bn\.|\.gcn\.", "a network over skeletons"),
]
RUNS = "msnet runs TSN and TSM over ResNet, MobileNetV2 and EfficientNet-Lite, and MSNet over ResNet"
VARIANT_D = ("conv1.0.weight", "conv1.3.weight", "conv1.6.weight")


def refuse(what, name, shape):
    raise Refusal("%s (%s %s): %s" % (what, name, list(shape), RUNS))


def check(shapes):
    """Raises Refusal; shapes: by name, without wrappers' prefixes"""
    for name, shape in shapes.items():
        plain = name[len("backbone."):] if name.startswith("backbone.") else name
        for pattern, what in SIGNS:
            if re.search(pattern, plain):
                refuse(what, name, shape)
    for name, shape in shapes.items():
        if len(shape) == 5:
            refuse("a 3-D network, such as I3D, SlowFast, X3D or R(2+1)D", name, shape)
    if any(name in shapes for name in VARIANT_D):
        name = next(name for name in VARIANT_D if name in shapes)
        refuse("a ResNet of the variant d or s (three convolutions instead of the first one, pooling in the projections)",
               name, shapes[name])
    for name, shape in shapes.items():
        if re.search(r"downsample\.1\.weight$", name) and len(shape) == 4:
            refuse("a ResNet of the variant d (its projections pool first)", name, shape)
