# SPDX-License-Identifier: LGPL-2.1-or-later
"""What other projects' checkpoints hold, for the tests of msnet-convert: names and shapes of checkpoint-keys/."""

import pathlib

KEYS = pathlib.Path(__file__).resolve().parent / "checkpoint-keys"
COUNTER = "num_batches_tracked"  # an integer, which is no weight


def read_list(name):
    """-> shapes by name"""
    lines = (KEYS / (name + ".txt")).read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return {key: tuple(map(int, filter(None, shape.strip("[]").split(",")))) for key, shape in pairs
            if not key.endswith(COUNTER)}
