# SPDX-License-Identifier: LGPL-2.1-or-later
"""Camera paths mean what their labels say."""

import os
import sys
import unittest

try:
    import numpy as np
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

from motion import paths
from motion.taxonomy import CAMERA, LABELS, ROLL, SHAKE, SLIDE, STILL_BELOW, TRAINED, ZOOM

SEEDS = 40
AXIS = {"pan-left": (0, -1), "pan-right": (0, 1), "tilt-up": (1, -1), "tilt-down": (1, 1),
        "zoom-in": (2, 1), "zoom-out": (2, -1), "roll-left": (3, -1), "roll-right": (3, 1)}
KINDS = {0: SLIDE, 1: SLIDE, 2: ZOOM, 3: ROLL}


def window(label, seed):
    """How far each axis went within the window."""
    path = paths.camera_path(np.random.default_rng(seed), [label])
    return path[int(paths.WINDOW / paths.TIME_STEP) - 1] - path[0]


class Paths(unittest.TestCase):
    def test_each_label_moves_its_axis_its_way_and_fast_enough(self):
        for label, (axis, sign) in AXIS.items():
            least = TRAINED[KINDS[axis]][0]
            for seed in range(SEEDS):
                moved = window(label, seed)[axis] * sign
                self.assertGreater(moved, 0.7 * least, "%s, seed %d" % (label, seed))

    def test_the_main_axis_wins(self):
        for label, (axis, _) in AXIS.items():
            for seed in range(SEEDS):
                moved = np.abs(window(label, seed)) * (1, 1, 0.5, np.deg2rad(0.5))
                self.assertEqual(int(moved.argmax()), axis, "%s, seed %d" % (label, seed))

    def test_still_is_still(self):
        for seed in range(SEEDS):
            x, y, zoom, roll = np.abs(window("still", seed))
            tremble = 6 * STILL_BELOW[SHAKE]
            self.assertLess(max(x, y), STILL_BELOW[SLIDE] + tremble)
            self.assertLess(zoom, STILL_BELOW[ZOOM])
            self.assertLess(roll, STILL_BELOW[ROLL] + 30 * tremble)

    def test_shake_goes_nowhere_but_trembles(self):
        for seed in range(SEEDS):
            path = paths.camera_path(np.random.default_rng(seed), ["shake"])
            low, high = TRAINED[SHAKE]
            self.assertGreater(path[:, 0].std(), 0.5 * low)
            self.assertLess(path[:, 0].std(), 1.5 * high)

    def test_a_label_that_goes_on_keeps_its_speed(self):
        path = paths.camera_path(np.random.default_rng(3), ["pan-left", "pan-left"])
        count = int(paths.WINDOW / paths.TIME_STEP)
        first, second = path[count - 1, 0] - path[0, 0], path[2 * count - 1, 0] - path[count, 0]
        self.assertAlmostEqual(first / second, 1, delta=0.25)


class Taxonomy(unittest.TestCase):
    def test_sixteen_classes_in_order(self):
        self.assertEqual(len(LABELS), 16)
        self.assertEqual(LABELS[:2] + LABELS[9:11], ["still", "pan-left", "shake", "object-left"])
        self.assertEqual(CAMERA, LABELS[:10])


if __name__ == "__main__":
    unittest.main()
