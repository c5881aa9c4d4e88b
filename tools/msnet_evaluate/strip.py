# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures side by side, as the text of a JPEG file that a page can hold."""

import base64
import io

from PIL import Image

HEIGHT = 120
QUALITY = 80


def join(pictures, aspect=1.0):
    """pictures: uint8 RGB [height, width, 3]; aspect: how wide a pixel is in parts of its height"""
    pictures = [small(picture, aspect) for picture in pictures]
    whole = Image.new("RGB", (sum(picture.width for picture in pictures), HEIGHT))
    for index, picture in enumerate(pictures):
        whole.paste(picture, (sum(before.width for before in pictures[:index]), 0))
    data = io.BytesIO()
    whole.save(data, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(data.getvalue()).decode()


def small(picture, aspect):
    height, width = picture.shape[:2]
    return Image.fromarray(picture).resize((max(1, round(width * aspect * HEIGHT / height)), HEIGHT), Image.BILINEAR)
