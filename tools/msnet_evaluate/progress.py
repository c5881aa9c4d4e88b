# SPDX-License-Identifier: LGPL-2.1-or-later
"""A bar with the time left: one line that is written again on a terminal, else a line now and then."""

import sys
import time

WIDTH = 30
STEPS = 10


class Progress:
    """total: how many things (clips) there are; done: those that need no work."""

    def __init__(self, total, done=0, file=sys.stderr, things="clips"):
        self.total, self.done, self.start_at, self.file, self.things = total, done, done, file, things
        self.started, self.told = time.monotonic(), -1

    def advance(self):
        self.done += 1
        if self.file.isatty():
            print("\r" + self.line(), end="\033[K", file=self.file, flush=True)
        elif self.done * STEPS // self.total > self.told:
            self.told = self.done * STEPS // self.total
            print(self.line(), file=self.file, flush=True)

    def line(self):
        each = (time.monotonic() - self.started) / max(1, self.done - self.start_at)
        filled = self.done * WIDTH // self.total
        return "[%s%s] %d of %d %s, %.2f s each, %s left" % (
            "#" * filled, "." * (WIDTH - filled), self.done, self.total, self.things, each, span(each * (self.total - self.done)))

    def end(self):
        if self.file.isatty():
            print(file=self.file)


def span(seconds):
    """Seconds in words."""
    if seconds < 90:
        return "%d s" % round(seconds)
    minutes = round(seconds / 60)
    return "%d min" % minutes if minutes < 120 else "%d h %d min" % divmod(minutes, 60)
