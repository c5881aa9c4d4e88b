# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-inspect says what is in a model file, which models there are, and why a file is none."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]
from msnet_convert import families  # noqa: E402
from msnet_file import metadata, safetensors  # noqa: E402

TINY = pathlib.Path(os.environ.get("MSNET_TEST_MODELS", ROOT / "build" / "tests" / "data"))
BOTH = {"network": {"depth": 50, "shift": "bidirectional", "shift_every": 2, "shift_div": 4, "shift_place": "block",
                    "classes": 2, "output": "sigmoid",
                    "motion": {"after": [2, 3], "patch": 15, "sigma": 5.0, "temperature": 0.01, "directions": "both",
                               "softargmax": "plain", "dilation": 2, "fusion": "multiply", "confidence": True}},
        "input": {"frames": 8, "fit": "crop", "resize": [240, 320], "size": 224, "order": "BGR", "range": 255,
                  "resize_filter": "bilinear", "mean": [1, 2, 3], "std": [4, 5, 6]},
        "sampling": {"window": 4.0, "hop": 1.0, "at": "centre"}, "labels": ["one", "two"], "background": ["two"],
        "actions": {"enter": 0.5}, "card": {"license": "some"}}


def inspect(*arguments, **environment):
    done = subprocess.run([str(ROOT / "tools" / "msnet-inspect"), *map(str, arguments)], capture_output=True,
                          text=True, check=False, env=dict(os.environ, **environment))
    return done.returncode, done.stdout, done.stderr


class Inspect(unittest.TestCase):
    def test_a_model_by_path_and_by_name(self):
        for name, environment in ((TINY / "tiny-past.safetensors", {}), ("tiny-past", {"MSNET_MODEL_PATH": str(TINY)})):
            status, out, error = inspect(name, **environment)
            self.assertEqual((status, error), (0, ""))
            for words in ("version 1", "resnet-18", "causal, 1/8 of the channels", "past, after stage 2", "a stream",
                          "multiply-adds a frame", "8 frames over"):
                self.assertIn(words, out)

    def test_everything_that_version_2_can_say(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.safetensors")
            safetensors.write(path, {"x": np.zeros(3, np.float32)}, metadata.to_strings(BOTH))
            status, out, _ = inspect(path)
        self.assertEqual(status, 0)
        for words in ("version 2, needs actions, ", "1/4 of the channels each way, the whole input of every second block",
                      "both, after stage 2 and 3", "2 cells apart", "plain soft-argmax", "multiply", "clips", "sigmoid",
                      "distorted to 320 x 240, the middle 224 x 224, bilinear as in OpenCV, BGR of 0..255", "the centre",
                      "2: one, two; background: two", "enter 0.5", "card: license  some"):
            self.assertIn(words, out)

    def test_labels_alone(self):
        self.assertEqual(inspect(TINY / "tiny-past.safetensors", "--labels")[1].splitlines()[0], "class-0")

    def test_the_models_that_there_are(self):
        status, out, _ = inspect(MSNET_MODEL_PATH=str(TINY))
        self.assertEqual(status, 0)
        self.assertTrue(re.search(r"^tiny-tsm +resnet-18, .*clips", out, re.M), out)
        with tempfile.TemporaryDirectory() as folder:
            status, _, error = inspect(MSNET_MODEL_PATH=folder)
            self.assertEqual(status, 1)
            self.assertIn("set MSNET_MODEL_PATH", error)
            broken = pathlib.Path(folder) / "broken.safetensors"
            broken.write_bytes(b"nothing")
            self.assertIn("not readable", inspect(MSNET_MODEL_PATH=folder)[1])
            self.assertEqual(inspect(broken)[0], 1)

    def test_what_is_no_model(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.safetensors")
            safetensors.write(path, {"x": np.zeros(3, np.float32)}, {"format": "pt"})
            status, _, error = inspect(path)
        self.assertEqual(status, 1)
        self.assertIn("it is no model file of msnet; msnet-convert makes one", error)
        status, _, error = inspect("nowhere")
        self.assertEqual(status, 1)
        self.assertIn("no such file, and no nowhere.safetensors in", error)

    def test_costs(self):
        """What is published of these networks, in billions of multiply-adds."""
        for network, size, published in (({"depth": 18}, 224, 1.81), ({"depth": 50}, 224, 4.09), ({"depth": 101}, 224, 7.80),
                                         ({"depth": 152}, 224, 11.51), ({"backbone": "mobilenet-v2"}, 224, 0.30)):
            found = families.multiply_adds(dict(network, classes=1000), size)
            self.assertAlmostEqual(sum(found) / 1e9, published, delta=0.012)


if __name__ == "__main__":
    unittest.main()
