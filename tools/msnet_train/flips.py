# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which class a clip shows in a mirror, by the names of the classes."""

import re

PAIRS = {"left": "right", "clockwise": "counterclockwise", "anticlockwise": "clockwise", "anti-clockwise": "clockwise",
         "counter-clockwise": "clockwise", "leftward": "rightward", "leftwards": "rightwards"}
OTHER = {**{there: here for here, there in PAIRS.items()}, **PAIRS}
WORDS = "|".join(sorted(OTHER, key=len, reverse=True))
SIDE = re.compile(r"(?<![A-Za-z])(?i:%s)(?![A-Za-z])|(?<=[a-z])(?:Left|Right)(?![a-z])|(?<![A-Za-z])(?:left|right)(?=[A-Z])"
                  % WORDS)
NEVER = -1


def others(word):
    """What may stand in its place in the mirror, with its capitals."""
    found = [there for here, there in [*PAIRS.items(), *((b, a) for a, b in PAIRS.items())] if here == word.lower()]
    shape = str.upper if word.isupper() else str.capitalize if word[0].isupper() else str
    return [shape(there) for there in found]


def mirrored(labels):
    """-> for each label the index of the class in the mirror: its own where sides do not matter, NEVER where there is none"""
    place = {label: index for index, label in enumerate(labels)}
    found = []
    for index, label in enumerate(labels):
        match = SIDE.search(label)
        if not match:
            found.append(index)
            continue
        names = [SIDE.sub(lambda word: other if word[0] == match[0] else (others(word[0]) or [word[0]])[0], label)
                 for other in others(match[0])]
        found.append(next((place[name] for name in names if name in place), NEVER))
    return found


def describe(labels, found):
    swapped = [labels[index] for index, other in enumerate(found) if other not in (index, NEVER)]
    never = [labels[index] for index, other in enumerate(found) if other == NEVER]
    text = "Mirrored in half of the clips"
    if swapped:
        text += ", with the class of the other side: " + ", ".join(swapped)
    if never:
        text += "; never, as no class is their mirror image: " + ", ".join(never)
    return text
