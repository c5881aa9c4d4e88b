# SPDX-License-Identifier: LGPL-2.1-or-later
"""A strip of some frames of a clip, as the text of a JPEG file that a page can hold."""

import base64
import io

from PIL import Image

from . import frames, rule

FRAMES = 4
HEIGHT = 120
QUALITY = 80


def strip(path):
    """The centres of four equal parts of the clip, side by side."""
    numbers = rule.segments(frames.count(path), FRAMES)[0]
    picked = frames.pick(path, numbers, frames.AS_RGB)
    pictures = [small(*frames.pixels(picked[number])) for number in numbers]
    whole = Image.new("RGB", (sum(picture.width for picture in pictures), HEIGHT))
    for index, picture in enumerate(pictures):
        whole.paste(picture, (index * picture.width, 0))
    data = io.BytesIO()
    whole.save(data, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()


def small(picture, aspect):
    height, width = picture.shape[:2]
    return Image.fromarray(picture).resize((max(1, round(width * aspect * HEIGHT / height)), HEIGHT), Image.BILINEAR)
