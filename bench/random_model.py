# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes a model file with seeded random weights: MSNet, as the paper has it.

    python3 bench/random_model.py FILE [--backbone=resnet] [--depth=50] [--width=64] [--size=224] [--no-motion]
        [--shift=bidirectional|causal|none] [--directions=forward|past]

`causal` with `past` is a network of which a single frame can be asked.
"""

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
import msnet_torch  # noqa: E402

CLASSES = 174
MOTION = {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.01, "directions": "forward", "softargmax": "kernel",
          "confidence": True}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--backbone", choices=tuple(msnet_torch.BACKBONES), default="resnet")
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--shift", choices=("bidirectional", "causal", "none"), default="bidirectional")
    parser.add_argument("--directions", choices=("forward", "past"), default="forward")
    parser.add_argument("--no-motion", action="store_true")
    arguments = parser.parse_args()
    config = {"backbone": arguments.backbone, "shift": arguments.shift, "classes": CLASSES}
    if arguments.backbone == "resnet":
        config.update(depth=arguments.depth, width=arguments.width)
    if not arguments.no_motion:
        config["motion"] = dict(MOTION, directions=arguments.directions)
    model = msnet_torch.randomise(msnet_torch.build(config), 1)
    labels = ["class %d" % index for index in range(CLASSES)]
    msnet_torch.save_model(arguments.file, model, msnet_torch.metadata(model, labels, arguments.size))


if __name__ == "__main__":
    main()
