# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where models and the plugin are: in the project's folder or, for tools that are installed without it, in the current one."""

import os

PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
IS_INSTALLED = not os.path.exists(os.path.join(PROJECT, "meson.build"))
MODELS = os.curdir if IS_INSTALLED else os.path.join(PROJECT, "models")
BUILD = "build" if IS_INSTALLED else os.path.join(PROJECT, "build")
PATH = "MSNET_MODEL_PATH"
ENDING = ".safetensors"


def named_folders():
    """Those of MSNET_MODEL_PATH."""
    return [folder for folder in os.environ.get(PATH, "").split(os.pathsep) if folder]
