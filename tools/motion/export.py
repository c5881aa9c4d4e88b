# SPDX-License-Identifier: LGPL-2.1-or-later
"""Write the averaged weights of a checkpoint as a model file.

    tools/training-python -m motion.export motion.checkpoint models/motion.safetensors --accuracy "..."
"""

import argparse
import datetime

import torch

from msnet_torch import build, metadata, save_model

from .taxonomy import LABELS
from .train import NETWORK

TRAINED_ON = ("Generated clips: Debian's mate-backgrounds, lomiri-wallpapers, gnome-backgrounds, plasma-workspace-wallpapers, "
              "ukui-wallpapers and scikit-image's pictures, and still-camera videos of the Surveillance Camera Fight "
              "Dataset and of classroom gestures, moved by a virtual camera")
PEOPLE = ("; people cut out of J-HMDB (Jhuang et al., Towards understanding action recognition, ICCV 2013), a part of HMDB51 "
          "(Kuehne et al., ICCV 2011)")


def card(accuracy, date, people):
    return {"name": "motion", "description": "what the camera does, or an object in a still picture",
            "trained_on": TRAINED_ON + (PEOPLE if people else ""),
            "license": "LGPL-2.1-or-later", "accuracy": accuracy, "date": date}


def main():
    parser = argparse.ArgumentParser(prog="motion.export", description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint")
    parser.add_argument("model")
    parser.add_argument("--accuracy", default="not measured", help="what the card says of it")
    parser.add_argument("--date", default=datetime.date.today().isoformat())
    options = parser.parse_args()
    kept = torch.load(options.checkpoint, map_location="cpu", weights_only=False)
    model = build(NETWORK)
    model.load_state_dict(kept["average"])
    said = card(options.accuracy, options.date, kept.get("people"))
    strings = metadata(model, LABELS, kept["size"], background=["still"], card=said)
    save_model(options.model, model, strings, "F16")


if __name__ == "__main__":
    main()
