# SPDX-License-Identifier: LGPL-2.1-or-later
"""A bar of the whole training, with the time left and what is known so far."""

import sys
import time

from msnet_evaluate.progress import WIDTH, span


class Bar:
    """On a terminal one line that is written again, else a line for each epoch."""

    def __init__(self, file=sys.stderr):
        self.file, self.began, self.first = file, time.monotonic(), None

    def line(self, share, text):
        self.first = share if self.first is None else self.first
        filled = int(share * WIDTH)
        left = "?"
        if share > self.first:
            left = span((time.monotonic() - self.began) / (share - self.first) * (1 - share))
        return "[%s%s] %s, %s left" % ("#" * filled, "." * (WIDTH - filled), text, left)

    def show(self, share, text, whole):
        """share: done of all, 0 to 1; whole: whether this line is to stay"""
        line = self.line(share, text)
        if self.file.isatty():
            print("\r" + line, end="\033[K" + ("\n" if whole else ""), file=self.file, flush=True)
        elif whole:
            print(line, file=self.file, flush=True)
