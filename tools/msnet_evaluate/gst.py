# SPDX-License-Identifier: LGPL-2.1-or-later
"""GStreamer for the other modules: where the plugin is found, and what a bus says went wrong."""

import os
import sys

from . import Problem

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstVideo", "1.0")
    from gi.repository import Gst, GstVideo
    import numpy  # noqa: F401
    import PIL  # noqa: F401
except (ImportError, ValueError) as missing:
    sys.exit("msnet-evaluate: %s; it needs GStreamer for Python, NumPy and Pillow: tools/install-packages evaluate" % missing)

__all__ = ["Gst", "GstVideo", "problem_of", "start"]


def start(build):
    """Initialise GStreamer so that it finds the plugin of a build folder, unless GST_PLUGIN_PATH_1_0 says otherwise."""
    os.environ.setdefault("GST_PLUGIN_PATH_1_0", os.path.abspath(os.path.join(build, "plugin")))
    Gst.init(None)
    if not Gst.ElementFactory.find("msnet"):
        raise Problem("expected the element msnet in %s, found none; build it (meson setup build && ninja -C build), or name "
                      "its build folder with --build" % os.environ["GST_PLUGIN_PATH_1_0"])


def problem_of(bus):
    """The text of the first error on a bus, or None."""
    message = bus.pop_filtered(Gst.MessageType.ERROR)
    if not message:
        return None
    error, details = message.parse_error()
    about = (details or "").splitlines()[1:]  # the first line is a place in the code
    return ": ".join([error.message.rstrip(".")] + [line.strip() for line in about if line.strip()])
