# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command line of msnet-teach."""

import argparse

from msnet_file.places import BUILD

HEADS = {"pooled": ["pooled"], "change": ["change"], "both": ["pooled", "change"]}


def parse(arguments=None):
    parser = argparse.ArgumentParser(prog="msnet-teach", description="Teaches a network new classes from a few clips: "
                                     "docs/teach.md.")
    parser.add_argument("data", metavar="DATA", help="a folder for each class, or a CSV of clip, class and perhaps start, end, source")
    parser.add_argument("--out", required=True, metavar="FILE", help="the model file to write")
    parser.add_argument("--from", dest="backbone", metavar="MODEL", help="path or name of the model whose network is taught "
                        "(default: the one of tools/fetch-backbone, else motion)")
    parser.add_argument("--root", help="folder of the clips that the CSV names (default: its own)")
    parser.add_argument("--window", type=float, metavar="SECONDS", help="what an answer is about (default: the model's)")
    parser.add_argument("--hop", type=float, metavar="SECONDS", help="from answer to answer (default: the model's)")
    parser.add_argument("--frames", type=int, metavar="T", help="frames of a window (default: the model's)")
    parser.add_argument("--fit", choices=("crop", "stretch", "pad"), help="of the picture (default: the model's)")
    parser.add_argument("--head", choices=HEADS, default="both", help="what the classifier reads: features, their change from "
                        "frame to frame, or both (default)")
    parser.add_argument("--no-unknown", action="store_true", help="do not add the class \"unknown\" for all that looks like none")
    parser.add_argument("--device", default="auto", help="as the element's property")
    parser.add_argument("--build", default=BUILD, help="build folder of the plugin")
    return parser.parse_args(arguments)
