# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl-C and SIGTERM, which end a tool where nothing is half done.

Python runs the handler of a signal wherever it is, be it in a callback of C code (a probe of a pad) or in a
destructor, and an exception that is raised there is printed and lost.  So the handler raises nothing: it notes
the first signal, and check() raises Stopped.  The second signal ends the process at once, even one whose device
hangs, as no Python has to run for that.
"""

import contextlib
import os
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)
NOTED = b"\nEnding after this step; press Ctrl-C again to end at once\n"
INTERRUPTED = 130  # the status of a tool that was ended


class Stopped(KeyboardInterrupt):
    """The user wants to end; nothing is half done."""


class Interrupt:
    """with Interrupt() as interrupt: ...  In the main thread."""

    inner = None  # the one that is in force

    def __init__(self):
        self.asked = False

    def __enter__(self):
        self.before = [signal.signal(number, self.note) for number in SIGNALS]
        self.outer, Interrupt.inner = Interrupt.inner, self
        return self

    def __exit__(self, *_):
        Interrupt.inner = self.outer
        for number, handler in zip(SIGNALS, self.before):
            signal.signal(number, handler)

    def note(self, number, frame):
        self.asked = True
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        with contextlib.suppress(OSError):
            os.write(2, NOTED)  # print() may be what the signal came into

    def check(self):
        """Raises Stopped, once for a signal: what a tool does in the end is not stopped again."""
        if self.asked:
            self.asked = False
            raise Stopped


def check():
    """The same for what knows of no Interrupt, such as a loop over frames; without one it does nothing."""
    if Interrupt.inner:
        Interrupt.inner.check()
