# SPDX-License-Identifier: LGPL-2.1-or-later
"""The PyTorch twin of the engine: build a network, run it stage by stage, keep it in a model file.

    model = build({"depth": 18, "width": 32, "shift": "causal", "classes": 16,
                   "motion": {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.05,
                              "directions": "past", "softargmax": "kernel", "confidence": True}})
    found = stages(model, frames)              # frames [T, 3, S, S] float, normalised
    save_model("x.safetensors", model, metadata(model, ...), dtype="F32")
"""

import torch

from msnet_file import metadata as model_metadata
from msnet_file import network as rules
from msnet_file import safetensors

from .efficientnet_lite import VARIANTS, EfficientNetLite
from .mobilenet_v2 import MobileNetV2
from .resnet import ResNet

__all__ = ["build", "load_model", "metadata", "randomise", "save_model", "stages"]

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

BACKBONES = {"resnet": ResNet, "mobilenet-v2": MobileNetV2, **dict.fromkeys(VARIANTS, EfficientNetLite)}


def build(config, dropout=0.0):
    """config: the object of `msnet.network` in a model file -> Network in inference form."""
    return BACKBONES[config.get("backbone", "resnet")](config, dropout).eval()


def randomise(model, seed):
    """Seeded weights that keep every layer's output in a sane range, batch norm statistics included."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not value.dtype.is_floating_point:
                continue
            noise = torch.randn(value.shape, generator=generator)
            if name.endswith("running_var"):
                value.copy_(1 + 0.2 * noise.abs())
            elif value.ndim > 1:
                value.copy_(noise * (1.6 / value[0].numel()) ** 0.5)
            elif name.endswith("weight"):
                value.copy_(1 + 0.1 * noise)
            else:
                value.copy_(0.1 * noise)
    return model


def stages(model, frames):
    """frames [T, 3, S, S] -> every named stage, frames first.

    conv1, pool, layer1 .. layer4 (of other backbones: stem, stage1 .. stage4, last),
    reduction (after the L2 norm), scores (after ReLU), displacement, transformation,
    fused, pooled, features (what the classifier reads), logits_per_frame, logits.  `layerN` or
    `stageN` is the output of the stage before MotionSqueeze, `fused` after it.  If several
    stages N are followed by one, names of its steps end with `_N`.
    """
    record = {}
    with torch.no_grad():
        model.eval()
        record["logits"] = model(frames.unsqueeze(0), record).mean(1)[0]
    return {name: value for name, value in record.items()
            if not name.startswith("cosine")}  # the training's view of `scores`


def metadata(model, labels, size, frames=8, fit="stretch", resize=None, window=1.0, hop=0.25, background=None, card=None):
    """The strings of a model file's `__metadata__`."""
    rules.check(model.config, frames)
    values = {
        "network": model.config,
        "input": {"frames": frames, "fit": fit, "resize": resize or size, "size": size, "order": "RGB",
                  "mean": list(MEAN), "std": list(STD)},
        "sampling": {"window": window, "hop": hop},
        "labels": list(labels),
    }
    if background is not None:
        values["background"] = list(background)
    if card is not None:
        values["card"] = card
    return model_metadata.to_strings(values)


def save_model(path, model, metadata, dtype="F32"):
    """Write all weights (not PyTorch's counters) with the official names."""
    tensors = {name: value.detach().float().numpy() for name, value in model.state_dict().items()
               if value.dtype.is_floating_point}
    safetensors.write(path, tensors, metadata, dtype)


def load_model(path):
    """-> (Network in inference form, metadata with its JSON parsed)."""
    tensors, strings = safetensors.read(path)
    values = model_metadata.from_strings(strings)
    model = build(values["network"])
    model.load_state_dict(dict(counters(model), **{name: torch.from_numpy(value.copy()) for name, value in tensors.items()}))
    return model, values


def counters(model):
    """What PyTorch keeps beside the weights and a model file leaves out."""
    return {name: value for name, value in model.state_dict().items() if not value.dtype.is_floating_point}
