# SPDX-License-Identifier: LGPL-2.1-or-later
"""GStreamer for the other modules: where the plugin is found, and what a bus says went wrong."""

import os

import gi

from . import Problem

gi.require_version("Gst", "1.0")
gi.require_version("GstVideo", "1.0")
from gi.repository import Gst, GstVideo

__all__ = ["Gst", "GstVideo", "problem_of", "start"]


def start(build, otherwise=""):
    """Initialise GStreamer so that it finds the plugin of a build folder, unless GST_PLUGIN_PATH_1_0 says otherwise.

    otherwise: what can be done without the element, for the message that there is none
    """
    folder = os.environ.setdefault("GST_PLUGIN_PATH_1_0", os.path.abspath(os.path.join(build, "plugin")))
    Gst.init(None)
    if not Gst.ElementFactory.find("msnet"):
        raise Problem("expected the element msnet in %s or among GStreamer's own, found none; build it in the project's folder "
                      "(meson setup build && ninja -C build), and name its build folder with --build%s" % (folder, otherwise))


def problem_of(bus):
    """The text of the first error on a bus, or None."""
    message = bus.pop_filtered(Gst.MessageType.ERROR)
    if not message:
        return None
    error, details = message.parse_error()
    about = (details or "").splitlines()[1:]  # the first line is a place in the code
    return ": ".join([error.message.rstrip(".")] + [line.strip() for line in about if line.strip()])
