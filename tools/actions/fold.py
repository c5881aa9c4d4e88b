# SPDX-License-Identifier: LGPL-2.1-or-later
"""The network of one fold of tools/msnet-train --folds as a model file, and the clips that it did not learn from.

    tools/python-with teach "torch numpy" -m actions.fold MODEL.safetensors --fold 0 --out FOLDER

Reads MODEL.train/run-0.checkpoint and run-0.json; writes FOLDER/fold-0.safetensors and FOLDER/fold-0.csv.
"""

import argparse
import csv
import json
import os
import sys

import torch

from msnet_file import metadata
from msnet_torch import load_model, save_model

from . import footage
from .answered import COLUMNS

ENDING = ".safetensors"
OF_THE_FILE = metadata.VERSION, metadata.REQUIRES, "card"  # the card is of the model that learnt from all clips


def write_model(path, whole, checkpoint):
    """whole: the model file that was trained on all clips, which says what the network is"""
    model, values = load_model(whole)
    model.load_state_dict(torch.load(checkpoint, map_location="cpu", weights_only=False)["average"])
    save_model(path, model, metadata.to_strings({key: value for key, value in values.items() if key not in OF_THE_FILE}))


def write_held(path, run):
    """Of J-HMDB alone: the footage beside it is what lies between its clips in streams."""
    others = {span.source for span in footage.spans()}
    with open(run, encoding="utf-8") as text:
        records = json.load(text)["records"]
    with open(path, "w", newline="", encoding="utf-8") as text:
        table = csv.writer(text, lineterminator="\n")
        table.writerow(COLUMNS[:3])
        table.writerows([record[column] for column in COLUMNS[:3]] for record in records if record["source"] not in others)


def main():
    parser = argparse.ArgumentParser(prog="actions.fold", description=__doc__.splitlines()[0])
    parser.add_argument("model", metavar="MODEL%s" % ENDING, help="that tools/msnet-train --folds has written")
    parser.add_argument("--fold", type=int, default=0, help="from 0 on (default 0)")
    parser.add_argument("--out", required=True, help="folder to write into")
    options = parser.parse_args()
    run = os.path.join(options.model[: -len(ENDING)] + ".train", "run-%d" % options.fold)
    for path in (run + ".checkpoint", run + ".json"):
        if not os.path.isfile(path):
            sys.exit("actions.fold: %s: expected what a training with --folds leaves, found none" % path)
    out = os.path.join(options.out, "fold-%d" % options.fold)
    os.makedirs(options.out, exist_ok=True)
    write_model(out + ENDING, options.model, run + ".checkpoint")
    write_held(out + ".csv", run + ".json")
    print("Wrote %s%s and %s.csv" % (out, ENDING, out))


if __name__ == "__main__":
    main()
