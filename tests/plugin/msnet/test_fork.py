# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python's multiprocessing: after READY a forked process gets an error that names `spawn`, and with `spawn` it works."""
import ctypes
import multiprocessing
import os
import signal
import sys

READY, PLAYING, NULL = 2, 4, 1
FAILURE = 0
EOS, ERROR = 1, 2
SECONDS = 120
SKIPPED = 77
PIPELINE = ("videotestsrc num-buffers=12 ! video/x-raw,width=64,height=48,framerate=10/1 ! "
            "msnet model={}/tiny-four.safetensors ! fakesink").format(os.environ["MSNET_TEST_MODELS"])


class Error(ctypes.Structure):
    """GError."""
    _fields_ = [("domain", ctypes.c_uint32), ("code", ctypes.c_int), ("message", ctypes.c_char_p)]


def load():
    """GStreamer by its C API: bindings may be missing."""
    gst = ctypes.CDLL("libgstreamer-1.0.so.0")
    gst.gst_parse_launch.restype = ctypes.c_void_p
    gst.gst_element_get_bus.restype = ctypes.c_void_p
    gst.gst_bus_timed_pop_filtered.restype = ctypes.c_void_p
    gst.gst_bus_timed_pop_filtered.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.c_int]
    gst.gst_message_parse_error.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    gst.gst_init(None, None)
    return gst


def set_state(gst, pipeline, state):
    return gst.gst_element_set_state(ctypes.c_void_p(pipeline), state)


def play(_=None):
    """Returns: the error that the pipeline ends with, "" where it reaches its end."""
    signal.alarm(SECONDS)
    gst = load()
    pipeline = gst.gst_parse_launch(PIPELINE.encode(), None)
    bus = gst.gst_element_get_bus(ctypes.c_void_p(pipeline))
    failed = set_state(gst, pipeline, PLAYING) == FAILURE
    message = gst.gst_bus_timed_pop_filtered(bus, SECONDS * 10**9, ERROR if failed else EOS)
    error = ctypes.POINTER(Error)()
    if failed:
        gst.gst_message_parse_error(message, ctypes.byref(error), None)
    set_state(gst, pipeline, NULL)
    return error.contents.message.decode() if failed else "" if message else "no end"


def play_in(method):
    with multiprocessing.get_context(method).Pool(1) as pool:
        return pool.map_async(play, [None]).get(SECONDS)[0]


def main():
    gst = load()
    pipeline = gst.gst_parse_launch(PIPELINE.encode(), None)
    if set_state(gst, pipeline, READY) == FAILURE:
        return SKIPPED
    text = play_in("fork")
    assert "forked after OpenCL was opened" in text and "spawn" in text, f"expected an error of forks, found: {text!r}"
    text = play_in("spawn")
    assert text == "", f"expected a pipeline that plays to its end, found: {text}"
    set_state(gst, pipeline, NULL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
