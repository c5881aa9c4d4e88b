# SPDX-License-Identifier: LGPL-2.1-or-later
"""How much video a network was trained to see, in seconds: docs/convert.md has the reasons."""

import math

# Seconds of a clip of the data set, all of which a network sees if it was trained on uniform segments.
CLIPS = {"kinetics-400": 10.0, "kinetics-600": 10.0, "kinetics-700": 10.0, "something-v1": 4.0, "something-v2": 4.0,
         "jester": 3.0, "ucf101": 7.0, "hmdb51": 3.0}
USUAL = 4.0
DENSE = 64 / 30  # 64 frames of 30 a second
ONLINE = 1 / 15  # every other frame of a camera's 30 a second
PICTURE = 0.5
DIGITS = 6


def whole(seconds):
    """Rounded down, so that a hop of whole intervals stays one."""
    return math.floor(seconds * 10 ** DIGITS) / 10 ** DIGITS


def window(data_set, is_dense, frames, is_online):
    """-> (seconds, where the points lie, why)"""
    if frames == 1:
        return PICTURE, "start", "a single picture; this often"
    if is_online:
        return whole(frames * ONLINE), "start", "%d frames, 15 a second, as the online demo averages them" % frames
    if is_dense:
        return round(DENSE, DIGITS), "start", "64 frames of 30 a second, every %dth one" % (64 // frames)
    if data_set in CLIPS:
        return CLIPS[data_set], "centre", "segments of a whole clip of %s, about so long" % data_set
    return USUAL, "centre", "nothing says how long the clips were: give --window"


def hop(window, frames, is_stream):
    """A new answer for each frame if that costs one frame, else for each quarter of the window."""
    return whole(window / frames * (1 if is_stream else max(1, round(frames / 4))))
