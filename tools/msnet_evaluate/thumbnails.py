# SPDX-License-Identifier: LGPL-2.1-or-later
"""A strip of some frames of a clip, as the text of a JPEG file that a page can hold."""

from . import frames, rule
from .strip import join

FRAMES = 4


def strip(path):
    """The centres of four equal parts of the clip, side by side."""
    numbers = rule.segments(frames.count(path), FRAMES)[0]
    picked = frames.pick(path, numbers, frames.AS_RGB)
    pictures, aspects = zip(*(frames.pixels(picked[number]) for number in numbers))
    return join(pictures, aspects[0])
