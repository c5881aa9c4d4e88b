# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl-C and SIGTERM: the first one ends after the step that runs, the second one at once."""

import signal
import sys


class Stopped(Exception):
    """The user wants to end; nothing is half done."""


class Interrupt:
    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self):
        self.asked = False

    def __enter__(self):
        self.before = [signal.signal(number, self.ask) for number in self.SIGNALS]
        return self

    def __exit__(self, *_):
        for number, handler in zip(self.SIGNALS, self.before):
            signal.signal(number, handler)

    def ask(self, number, frame):
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        print("\nEnding after this step; press Ctrl-C again to end at once", file=sys.stderr, flush=True)

    def check(self):
        if self.asked:
            raise Stopped
