# SPDX-License-Identifier: LGPL-2.1-or-later
"""For the tests of msnet-train: small clips in files as phones write them, and networks to start from."""

import os
import struct

import gi
import numpy as np
import torch
from PIL import Image

gi.require_version("Gst", "1.0")
from gi.repository import Gst

import msnet_torch
from msnet_torch import metadata, save_model

SECOND = 10 ** 9
MATRIX_AT = 40  # of version 0


def picture(seed, width, height, cells=6):
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (cells, cells, 3)).astype(np.uint8)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.BICUBIC))


def moving(seed, step, count=26, width=48, height=36):
    """A texture that slides by `step` pixels a frame: uint8 [count, height, width, 3]."""
    reach = abs(step) * count
    wide = picture(seed, width + reach, height, 12)
    return np.stack([wide[:, (index * step) % (reach + 1) :][:, :width] for index in range(count)])


def write(path, frames, times, coded="jpegenc ! matroskamux", aspect="1/1", rate=0):
    """frames: uint8 RGB [count, height, width, 3]; times: ns of each; rate: that the caps state, or 0"""
    Gst.init(None)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    height, width = frames.shape[1:3]
    pipeline = Gst.parse_launch("appsrc name=frames format=time ! videoconvert ! video/x-raw,format=I420 ! %s ! filesink name=file" % coded)
    pipeline.get_by_name("file").set_property("location", path)
    source = pipeline.get_by_name("frames")
    source.set_property("caps", Gst.Caps.from_string(
        "video/x-raw,format=RGB,width=%d,height=%d,framerate=%d/1,pixel-aspect-ratio=%s" % (width, height, rate, aspect)))
    pipeline.set_state(Gst.State.PLAYING)
    padded = np.zeros((height, (3 * width + 3) // 4 * 4), np.uint8)
    for frame, time in zip(frames, times):
        padded[:, : 3 * width] = frame.reshape(height, 3 * width)
        buffer = Gst.Buffer.new_wrapped(padded.tobytes())
        buffer.pts = int(time)
        source.emit("push-buffer", buffer)
    source.emit("end-of-stream")
    message = pipeline.get_bus().timed_pop_filtered(60 * SECOND, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    if message is None or message.type == Gst.MessageType.ERROR:
        raise RuntimeError("%s: %s" % (path, message.parse_error()[1] if message else "no end"))
    return path


def turn(path, matrix):
    """Say in an MP4 file how its picture is turned, as phones do.  matrix: a, b, c, d of the track's head"""
    with open(path, "r+b") as file:
        data = file.read()
        at = data.index(b"tkhd") + 4 + MATRIX_AT
        a, b, c, d = (value << 16 for value in matrix)
        file.seek(at)
        file.write(struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30))
    return path


def steady(count, rate=25):
    return [index * SECOND // rate for index in range(count)]


def make_base(path, size=32, frames=4, motion=False):
    """A tiny random network as a model file."""
    config = {"backbone": "resnet", "depth": 18, "width": 8, "shift": "causal", "shift_every": 1, "classes": 3}
    torch.manual_seed(0)
    model = msnet_torch.randomise(msnet_torch.build(config), 0)
    strings = metadata(model, ["a", "b", "c"], size, frames=frames, fit="crop", resize=size + 4, window=0.5, hop=0.25,
                       card={"license": "CC0", "trained_on": "nothing"})
    save_model(path, model, strings)
    return path


def make_data(folder, clips=4):
    """Two classes that only motion tells apart, a folder each, with a comma in their names."""
    for label, step in (("go, left", 2), ("go, right", -2)):
        for seed in range(clips):
            frames = moving(seed, step)
            write(os.path.join(folder, label, "%d.mkv" % seed), frames, steady(len(frames)))
    return folder
