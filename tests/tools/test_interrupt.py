# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ctrl-C and SIGTERM are never lost, wherever Python is when they come, and the second one ends at once."""

import ctypes
import os
import signal
import subprocess
import sys
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tools"))

from msnet_evaluate import interrupt
from msnet_evaluate.interrupt import Interrupt, Stopped

COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
# Holds Python for a minute, as a device does that hangs.
HANGS = """
import ctypes
from msnet_evaluate.interrupt import Interrupt
with Interrupt() as interrupt:
    print("begun", flush=True)
    while not interrupt.asked:
        pass
    while ctypes.PyDLL(None).sleep(60):
        pass
"""


class Dying:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        sum(range(10))  # the handler runs in here


class Noted(unittest.TestCase):
    def setUp(self):
        self.before = [signal.getsignal(number) for number in interrupt.SIGNALS]

    def tearDown(self):
        self.assertEqual([signal.getsignal(number) for number in interrupt.SIGNALS], self.before)
        interrupt.check()  # without one it does nothing

    def test_a_signal_in_a_callback_of_c_code(self):
        def compare(one, other):
            os.kill(os.getpid(), number)
            return sum(())

        for number in interrupt.SIGNALS:
            with Interrupt() as found:
                found.check()
                values = (ctypes.c_int * 2)(1, 2)
                ctypes.CDLL(None).qsort(values, 2, ctypes.sizeof(ctypes.c_int), COMPARE(compare))
                self.assertRaises(Stopped, interrupt.check)
                interrupt.check()  # what a tool does in the end is not stopped again

    def test_a_signal_in_a_destructor(self):
        with Interrupt() as found:
            Dying()
            self.assertTrue(found.asked)
            self.assertRaises(Stopped, found.check)

    def test_one_within_another(self):
        with Interrupt() as outer:
            with Interrupt():
                os.kill(os.getpid(), signal.SIGTERM)
                self.assertRaises(Stopped, interrupt.check)
            self.assertFalse(outer.asked)
            os.kill(os.getpid(), signal.SIGTERM)
            self.assertRaises(Stopped, interrupt.check)


class Second(unittest.TestCase):
    def test_it_ends_what_hangs(self):
        for number in interrupt.SIGNALS:
            process = subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                       env=dict(os.environ, PYTHONPATH=os.path.join(ROOT, "tools")))
            process.stdout.readline()
            process.send_signal(number)
            self.assertIn("press Ctrl-C again", process.stderr.readline() + process.stderr.readline())
            process.send_signal(number)
            process.communicate(timeout=30)
            self.assertEqual(process.returncode, -number)


if __name__ == "__main__":
    unittest.main()
