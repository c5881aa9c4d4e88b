# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frames of a video file, as GStreamer decodes them."""

import collections

import numpy as np

from . import Problem, interrupt
from .gst import Gst, GstVideo, problem_of

# What msnet takes; other formats are converted.
FORMATS = "RGB, BGR, RGBx, xRGB, BGRx, xBGR, RGBA, BGRA, I420, YV12, NV12, NV21, YUY2, UYVY, GRAY8"
AS_DECODED = "videoconvert name=first ! video/x-raw,format={%s}" % FORMATS
AS_RGB = "videoflip name=first video-direction=auto ! videoconvert ! video/x-raw,format=RGB"
PIPELINE = "filesrc name=file ! decodebin name=decoder ! %s ! appsink name=frames sync=false max-buffers=8"
POLL = 200 * Gst.MSECOND
PATIENCE = 20 * Gst.SECOND
NO_DECODER = "it cannot be decoded: expected a decoder of %s, found none; tools/install-packages teach installs those of phones' videos"

# tags: events that say how the picture is turned; end: PTS at which the file ends, as its container says
Frame = collections.namedtuple("Frame", "buffer caps segment tags end")


def decode(path, form=AS_DECODED):
    """Yield the frames of a file.  One that cannot be decoded to its end is a Problem, and so is one without pictures.

    Between two frames a tool may be ended (interrupt.py).
    """
    pipeline = Gst.parse_launch(PIPELINE % form)
    first, decoder = pipeline.get_by_name("first").get_static_pad("sink"), pipeline.get_by_name("decoder")
    found, unknown = [], []
    decoder.connect("no-more-pads", lambda decoder: found.append(first.is_linked()))
    decoder.connect("unknown-type", lambda decoder, pad, caps: unknown.append(caps.get_structure(0).get_name()))
    try:
        pipeline.get_by_name("file").set_property("location", path)
        pipeline.set_state(Gst.State.PLAYING)
        yield from pull(pipeline.get_by_name("frames"), pipeline.get_bus(), found)
    except Problem as problem:
        lacking = [name for name in unknown if name.startswith("video/")]
        raise (Problem(NO_DECODER % lacking[0]) if lacking else problem) from None
    finally:
        pipeline.set_state(Gst.State.NULL)


def pull(sink, bus, found):
    """found: [whether there is a video], once that is known"""
    waited, tags, end = 0, None, None
    while True:
        interrupt.check()
        sample = sink.emit("try-pull-sample", POLL)
        if sample:
            waited = 0
            if tags is None:
                tags, end = tags_of(sink.get_static_pad("sink")), end_of(sink, sample.get_segment())
            yield Frame(sample.get_buffer(), sample.get_caps(), sample.get_segment(), tags, end)
            continue
        problem = problem_of(bus)
        if problem:
            raise Problem("it cannot be decoded: " + problem)
        if sink.get_property("eos") or found == [False]:
            break
        waited += POLL
        if waited >= PATIENCE:
            raise Problem("it cannot be decoded: no frame came within %d s" % (PATIENCE // Gst.SECOND))
    if tags is None:
        raise Problem("expected a video, found no frame in it")


def tags_of(pad):
    events = iter(lambda: pad.get_sticky_event(Gst.EventType.TAG, len(found)), None)
    found = []
    for event in events:
        found.append(event)
    return found


def end_of(sink, segment):
    known, duration = sink.query_duration(Gst.Format.TIME)
    return segment.position_from_stream_time(Gst.Format.TIME, duration) if known and duration > 0 else None


def count(path):
    """How many frames the file has when it is decoded."""
    return sum(1 for _ in decode(path))


def pick(path, numbers, form=AS_DECODED):
    """-> {number: frame} of some frames, counted from 0; their pixels are copies."""
    wanted = set(numbers)
    found = {number: frame._replace(buffer=frame.buffer.copy_deep())
             for number, frame in enumerate(decode(path, form)) if number in wanted}
    if len(found) < len(wanted):
        raise Problem("expected as many frames as a first pass has counted, found fewer in a second one")
    return found


def pixels(frame):
    """-> uint8 [height, width, 3] of a frame of AS_RGB, and how wide a pixel is in parts of its height"""
    info = GstVideo.VideoInfo.new_from_caps(frame.caps)
    meta = GstVideo.buffer_get_video_meta(frame.buffer)
    stride, offset = (meta.stride[0], meta.offset[0]) if meta else (info.stride[0], info.offset[0])
    data = np.frombuffer(frame.buffer.extract_dup(0, frame.buffer.get_size()), np.uint8)[offset:]
    rows = np.lib.stride_tricks.as_strided(data, (info.height, info.width * 3), (stride, 1))
    return rows.reshape(info.height, info.width, 3), info.par_n / info.par_d


def from_pixels(picture):
    """A frame without a time that holds uint8 [height, width, 3]."""
    height, width = picture.shape[:2]
    padded = np.zeros((height, (3 * width + 3) // 4 * 4), np.uint8)
    padded[:, : 3 * width] = picture.reshape(height, 3 * width)
    caps = Gst.Caps.from_string("video/x-raw,format=RGB,width=%d,height=%d,framerate=0/1,pixel-aspect-ratio=1/1" % (width, height))
    return Frame(Gst.Buffer.new_wrapped(padded.tobytes()), caps, None, (), None)
