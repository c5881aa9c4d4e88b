# SPDX-License-Identifier: LGPL-2.1-or-later
"""A progress bar on standard error; where that is no terminal, a line for each piece of work."""

import sys

WIDTH = 30


class Progress:
    def __init__(self, total):
        self.total = total
        self.done = 0.0
        self.label = ""
        self.live = sys.stderr.isatty()

    def begin(self, label):
        """The next piece of work."""
        self.label = label
        if self.live:
            self.draw()
        else:
            print("%3.0f %%  %s" % (100 * self.done / self.total, label), file=sys.stderr, flush=True)

    def advance(self, amount):
        self.done = min(self.done + amount, self.total)
        if self.live:
            self.draw()

    def draw(self):
        share = self.done / self.total
        filled = round(share * WIDTH)
        print("\r[%s%s] %3.0f %%  %-40s" % ("#" * filled, "." * (WIDTH - filled), 100 * share, self.label[:40]),
              end="", file=sys.stderr, flush=True)

    def close(self):
        if self.live:
            print("\r%s\r" % (" " * (WIDTH + 50)), end="", file=sys.stderr, flush=True)
