# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a tool needs beside Python, said before anything else is done."""

import importlib
import sys

from . import Problem

GSTREAMER = "python3-gi gir1.2-gst-plugins-base-1.0 gstreamer1.0-plugins-good gstreamer1.0-libav"
# module: what imports all of it, and how to get it
REMEDIES = {
    "numpy": ("numpy", "NumPy (pip install numpy)"),
    "PIL": ("PIL", "Pillow (pip install pillow)"),
    "torch": ("torch", "PyTorch (pip install torch)"),
    "gi": ("msnet_evaluate.gst", "GStreamer for Python (Debian: apt-get install %s; a virtual environment has it with "
           "--system-site-packages)" % GSTREAMER)}


def check(group, *names):
    """group: of tools/install-packages; names: of REMEDIES.  What is missing is a Problem."""
    missing, why = [], None
    for name in names:
        module, remedy = REMEDIES[name]
        try:
            importlib.import_module(module)
        except (ImportError, ValueError) as problem:  # ValueError: of gi, without GStreamer's part of it
            missing.append(remedy)
            why = why or problem
    if missing:
        raise Problem("%s; %s needs %s: in the project's folder, tools/install-packages %s has it all"
                      % (why, sys.executable, " and ".join(missing), group))
