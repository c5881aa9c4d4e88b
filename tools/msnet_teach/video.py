# SPDX-License-Identifier: LGPL-2.1-or-later
"""The frames of a recording with their times, upright and with square pixels, as arrays."""

from msnet_evaluate import Problem, frames
from msnet_evaluate.gst import Gst

SQUARE_RGB = ("videoflip name=first video-direction=auto ! videoconvert ! videoscale add-borders=false ! "
              "video/x-raw,format=RGB,pixel-aspect-ratio=1/1")


def read(path):
    """Yield (PTS, duration, a function that makes its pixels: uint8 [height, width, 3]); times in ns, growing."""
    last = None
    for frame in frames.decode(path, SQUARE_RGB):
        pts, duration = frame.buffer.pts, frame.buffer.duration
        if pts == Gst.CLOCK_TIME_NONE and last is not None:
            pts = last[0] + last[1]
        if pts == Gst.CLOCK_TIME_NONE or not within(pts, frame.segment):
            continue
        if duration == Gst.CLOCK_TIME_NONE:
            duration = usual_duration(frame.caps) or (pts - last[0] if last else 0)
        last = pts, duration
        yield pts, duration, lambda frame=frame: frames.pixels(frame)[0].copy()
    if last is None:
        raise Problem("expected a video whose frames have times, found none in it")


def within(pts, segment):
    return segment.start <= pts and (segment.stop == Gst.CLOCK_TIME_NONE or pts < segment.stop)


def usual_duration(caps):
    """1 / the frame rate, or None."""
    known, numerator, denominator = caps.get_structure(0).get_fraction("framerate")
    return denominator * Gst.SECOND // numerator if known and numerator else None
