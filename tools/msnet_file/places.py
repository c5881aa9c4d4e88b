# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where models lie: in the project's folder or, where the tools are installed without it, in the current one."""

import os

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CHECKOUT = os.path.join(ROOT, "models")
MODELS = CHECKOUT if os.path.isdir(CHECKOUT) else os.curdir
PATH = "MSNET_MODEL_PATH"
ENDING = ".safetensors"


def named_folders():
    """Those of MSNET_MODEL_PATH."""
    return [folder for folder in os.environ.get(PATH, "").split(os.pathsep) if folder]
