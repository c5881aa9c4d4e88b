# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streams to measure on: what is played in them, and what happens in them from when to when."""

import collections

from .footage import BACKGROUND

GAPS = 3.0, 6.0  # seconds of background between two actions
CLIPS = 10  # a stream
LEAST = 0.1  # seconds of a part

# start, end: seconds of the span's file, or None
Part = collections.namedtuple("Part", "span start end")
# what happens: start, end: seconds of the stream; source: where that was filmed
Mark = collections.namedtuple("Mark", "label start end source")
# parts: they follow each other by hard cuts; marks: None if each part shows what its span says
Stream = collections.namedtuple("Stream", "name parts marks")


def by_source(spans):
    found = collections.defaultdict(list)
    for span in spans:
        found[span.source].append(span)
    return dict(found)


def draw(rng, spans, seconds):
    """Parts that last so many seconds in all; each span once before one comes again."""
    found, order = [], []
    while seconds > LEAST:
        order = order or [spans[index] for index in rng.permutation(len(spans))]
        span = order.pop()
        length = min(seconds, span.end - span.start)
        start = rng.uniform(span.start, span.end - length)
        found.append(Part(span, start, start + length))
        seconds -= length
    return found


def in_turn(rng, pools):
    """Pools for ever, each once before one comes again."""
    while True:
        for name in rng.permutation(sorted(pools)):
            yield pools[name]


def composed(rng, clips, background):
    """Every clip once, and before, between and after them background, each time of one source.  clips, background: spans"""
    pools = in_turn(rng, by_source(background))
    order = [clips[index] for index in rng.permutation(len(clips))]
    for first in range(0, len(order), CLIPS):
        parts = []
        for clip in order[first : first + CLIPS]:
            parts += [*draw(rng, next(pools), rng.uniform(*GAPS)), Part(clip, clip.start, clip.end)]
        parts += draw(rng, next(pools), GAPS[0])
        yield Stream("composed %d" % (first // CLIPS), parts, None)


def alone(background):
    """All background of each source."""
    for source, spans in by_source(background).items():
        yield Stream(source, [Part(span, span.start, span.end) for span in spans], None)


def natural(spans):
    """Files in which something happens, as they are, with all that is known of them."""
    files = collections.defaultdict(list)
    for span in spans:
        files[span.clip].append(span)
    for name, mine in files.items():
        if any(span.label != BACKGROUND for span in mine):
            marks = [Mark(span.label, span.start, span.end, span.source) for span in mine]
            yield Stream(name, [Part(mine[0], None, None)], marks)
