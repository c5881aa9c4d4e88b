# SPDX-License-Identifier: LGPL-2.1-or-later
"""What networks of inverted residuals share: rounding of channels, and the plan of their blocks."""


def rounded(channels, divisor=8):
    """To a multiple of the divisor, by at most a tenth down: as MobileNetV2 and EfficientNet do it."""
    found = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return found + divisor if found < 0.9 * channels else found


def plan(stem, settings):
    """(inputs, outputs, channels inside, kernel, stride) of each block.

    settings: (expansion, outputs, repeats, stride, kernel) of each stage
    """
    found, inputs = [], stem
    for expansion, outputs, repeats, stride, kernel in settings:
        for index in range(repeats):
            found.append((inputs, outputs, inputs * expansion, kernel, 1 if index else stride))
            inputs = outputs
    return found


def stages(found):
    """(channels, halvings) after each of four stages: those whose picture is halved twice, three, four and five times."""
    halvings, after = 1, {}
    for _, outputs, _, _, stride in found:
        halvings += stride == 2
        after[halvings] = outputs
    return [(after[number], number) for number in range(2, 6)]


def may_shift(block):
    """A block shifts if it has a residual and expands."""
    inputs, outputs, inside, _, stride = block
    return inputs == outputs and stride == 1 and inside != inputs
