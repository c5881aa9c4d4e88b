# SPDX-License-Identifier: LGPL-2.1-or-later
"""The picture of which class was taken for which."""

from PIL import Image, ImageDraw, ImageFont

CELL, LEFT, TOP, EDGE = 24, 118, 106, 8
INK, PAPER, LINE = (20, 20, 20), (255, 255, 255), (225, 225, 225)
RIGHT, WRONG = (44, 110, 160), (190, 60, 40)
FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "DejaVuSans.ttf"


def font(size):
    for path in FONTS:
        try:
            return ImageFont.truetype(path, size)
        except OSError:
            continue
    return ImageFont.load_default()


def shade(colour, share):
    return tuple(round(255 + share * (part - 255)) for part in colour)


def slanted(text, size):
    """Text that reads upwards."""
    width = int(font(size).getlength(text)) + 2
    found = Image.new("RGB", (width, size + 4), PAPER)
    ImageDraw.Draw(found).text((0, 0), text, INK, font(size))
    return found.rotate(90, expand=True)


def draw(table, path):
    """table: labels, and counts of right (rows) and answered (columns), as msnet_evaluate.measures.confusion() makes it"""
    labels, counts = table["labels"], table["counts"]
    side = CELL * len(labels)
    picture = Image.new("RGB", (LEFT + side + EDGE, TOP + side + EDGE), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.text((EDGE, EDGE), "rows: right\ncolumns: answered", INK, font(11))
    for row, label in enumerate(labels):
        at = CELL * row
        pen.text((LEFT - 6, TOP + at + CELL // 2), label, INK, font(12), anchor="rm")
        upward = slanted(label, 12)
        picture.paste(upward, (LEFT + at + 4, TOP - 4 - upward.height))
        total = max(1, sum(counts[row]))
        for column, count in enumerate(counts[row]):
            x, y = LEFT + CELL * column, TOP + at
            colour = shade(RIGHT if row == column else WRONG, count / total)
            pen.rectangle((x, y, x + CELL, y + CELL), colour, LINE)
            if count:
                pen.text((x + CELL // 2, y + CELL // 2), str(count), PAPER if count / total > 0.5 else INK, font(11), anchor="mm")
    picture.quantize(64).save(path, optimize=True)
