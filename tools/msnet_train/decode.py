# SPDX-License-Identifier: LGPL-2.1-or-later
"""A process of its own that decodes clips with GStreamer, so that PyTorch's Python need not have it.

    python3 -m msnet_train.decode

A line of JSON asks for a clip: path, start, end (seconds or null), window (ns), frames (T), most (half steps).  The answer
is a line of JSON for each frame that a point takes, followed by its samples (component after component, rows without gaps),
and then a line with `halves` (sampler.py), or with `problem`.
"""

import json
import os
import signal
import sys

import numpy as np

from msnet_evaluate import Problem
from msnet_evaluate.frames import decode
from msnet_evaluate.gst import Gst, GstVideo

from .sampler import Sampler

# transposed, then left and right mirrored, top and bottom mirrored: as plugin/msnet/orientation.c
TURNS = {"90R": (True, True, False), "180": (False, True, True), "90L": (True, False, True), "HORIZ": (False, True, False),
         "VERT": (False, False, True), "UL_LR": (True, False, False), "UR_LL": (True, True, True)}


def turn_of(tags):
    """What the stream's tags say, else those of the whole file."""
    found = {}
    for event in tags:
        words = event.parse_tag()
        known, method = GstVideo.video_orientation_from_tag(words)
        if known:
            found[words.get_scope()] = method
    method = found.get(Gst.TagScope.STREAM, found.get(Gst.TagScope.GLOBAL))
    turns = {getattr(GstVideo.VideoOrientationMethod, name): turn for name, turn in TURNS.items()}
    return turns.get(method, (False, False, False))


def components_of(frame, info):
    """-> uint8 [rows, columns] of each component, and how often each is halved across and down"""
    form, meta = info.finfo, GstVideo.buffer_get_video_meta(frame.buffer)
    strides, offsets = (meta.stride, meta.offset) if meta else (info.stride, info.offset)
    data = np.frombuffer(frame.buffer.extract_dup(0, frame.buffer.get_size()), np.uint8)
    shifts = [(form.w_sub[c], form.h_sub[c]) for c in range(1 if form.n_components < 3 else 3)]
    found = []
    for c, (across, down) in enumerate(shifts):
        plane = form.plane[c]
        shape = (info.height + (1 << down) - 1) >> down, (info.width + (1 << across) - 1) >> across
        first = data[offsets[plane] + form.poffset[c]:]
        step = max(1, form.pixel_stride[c])
        if len(first) < (shape[0] - 1) * strides[plane] + (shape[1] - 1) * step + 1:
            raise Problem("a frame of it is shorter than its size says")
        found.append(np.ascontiguousarray(np.lib.stride_tricks.as_strided(first, shape, (strides[plane], step))))
    return found, shifts


def first_field(frame, found, shifts, about):
    """Of an interlaced frame, the lines of the field that was taken first."""
    flags = int(frame.buffer.mini_object.flags)
    bottom = not flags & int(GstVideo.VideoBufferFlags.TFF)
    found = [component[int(bottom)::2] for component in found]
    about["height"] = min([about["height"], *(len(component) << down for component, (_, down) in zip(found, shifts))])
    about["aspect"][1] *= 2
    return [component[: (about["height"] + (1 << down) - 1) >> down] for component, (_, down) in zip(found, shifts)]


def describe(frame, turn):
    """-> what picture.py has to know of a frame, and its components"""
    info = GstVideo.VideoInfo.new_from_caps(frame.caps)
    found, shifts = components_of(frame, info)
    matrix, ranges = info.colorimetry.matrix, GstVideo.video_color_range_offsets(info.colorimetry.range, info.finfo)
    known, kr, kb = GstVideo.video_color_matrix_get_Kr_Kb(matrix)
    if not known:
        _, kr, kb = GstVideo.video_color_matrix_get_Kr_Kb(GstVideo.VideoColorMatrix.BT601)
    about = {"width": info.width, "height": info.height, "aspect": [info.par_n, info.par_d], "turn": turn, "shifts": shifts,
             "yuv": bool(info.finfo.flags & GstVideo.VideoFormatFlags.YUV), "kr": kr, "kb": kb,
             "offsets": ranges[0][:3], "scales": ranges[1][:3]}
    mixed = info.interlace_mode == GstVideo.VideoInterlaceMode.MIXED
    if info.interlace_mode == GstVideo.VideoInterlaceMode.INTERLEAVED or (
            mixed and int(frame.buffer.mini_object.flags) & int(GstVideo.VideoBufferFlags.INTERLACED)):
        found = first_field(frame, found, shifts, about)
    return dict(about, shapes=[component.shape for component in found]), found


def duration_of(frame):
    if frame.buffer.duration != Gst.CLOCK_TIME_NONE:
        return frame.buffer.duration
    known, above, below = frame.caps.get_structure(0).get_fraction("framerate")
    return Gst.SECOND * below // above if known and above > 0 else None


def answer(ask, send):
    sampler, most, turn = Sampler(ask["window"], ask["frames"]), ask["most"], None
    start, end = (ask["start"] or 0) * 1e9, float("inf") if ask["end"] is None else ask["end"] * 1e9
    for number, frame in enumerate(decode(ask["path"])):
        time = None if frame.buffer.pts == Gst.CLOCK_TIME_NONE else frame.buffer.pts
        shown = None if time is None else frame.segment.to_stream_time(Gst.Format.TIME, time)
        if shown is not None and shown < start:
            continue
        if (shown is not None and shown >= end) or sampler.count() >= most:
            break
        turn = turn_of(frame.tags) if turn is None else turn
        if sampler.push(number, time, duration_of(frame)):
            about, found = describe(frame, turn)
            send(dict(about, number=number), *found)
    send({"halves": sampler.halves()})


def main():
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer

    def send(line, *samples):
        out.write(json.dumps(line).encode() + b"\n")
        for part in samples:
            out.write(np.ascontiguousarray(part).data)
        out.flush()

    Gst.init(None)
    send({"ready": Gst.version_string()})
    for line in sys.stdin:
        try:
            answer(json.loads(line), send)
        except Problem as problem:
            send({"problem": str(problem)})
        except BrokenPipeError:
            break


if __name__ == "__main__":
    main()
