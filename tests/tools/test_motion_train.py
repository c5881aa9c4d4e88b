# SPDX-License-Identifier: LGPL-2.1-or-later
"""A training of `motion` that goes on is the same one, and its card names all that it has seen."""

import os
import sys
import tempfile
import types
import unittest

try:
    import cv2  # noqa: F401
    import torch
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

from motion.train import Trainer


class GoingOn(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = os.path.join(folder.name, "motion.checkpoint")

    def trainer(self, **more):
        return Trainer(types.SimpleNamespace(**{"start": None, "fixed": [], "rate": 1e-3, "people": None, "out": self.out,
                                                "minutes": 1, "sizes": [(0, 112)], **more}))

    def test_people_that_were_seen_stay_in_the_card(self):
        self.trainer(people="jhmdb").save()
        again = self.trainer()
        again.resume()
        again.save()
        self.assertTrue(torch.load(self.out, weights_only=False)["people"])

    def test_other_layers_are_another_training(self):
        self.trainer(fixed=["conv1"]).save()
        self.trainer(fixed=["conv1"]).resume()
        self.assertRaisesRegex(SystemExit, "is of a training with --fixed conv1: move it away", self.trainer().resume)

    def test_layers_that_are_none_are_named(self):
        self.assertRaisesRegex(SystemExit, "--fixed lay1r: expected how names of layers begin", self.trainer, fixed=["lay1r"])


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
