# SPDX-License-Identifier: LGPL-2.1-or-later
"""pip install ./tools, from a copy, without a network, used far from the project's folder and without a plugin."""

import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

MODULES = ("pip", "setuptools", "wheel", "gi", "torch")
missing = [name for name in MODULES if importlib.util.find_spec(name) is None]
if missing:
    print("skipped: no %s" % ", ".join(missing))
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "tools")]

import train_clips

COMMANDS = {"msnet-convert", "msnet-evaluate", "msnet-fetch-backbone", "msnet-inspect", "msnet-teach", "msnet-train"}
NOT_PACKED = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")


def files_of(folder):
    return {path.relative_to(folder).as_posix() for package in folder.glob("msnet_*") if not package.name.endswith("-info")
            for path in package.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".c")}


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        shutil.copytree(ROOT / "tools", cls.folder / "tools", ignore=NOT_PACKED)
        hidden = {"PYTHONPATH", "MSNET_MODEL_PATH", "GST_PLUGIN_PATH_1_0"}
        cls.environment = {key: value for key, value in os.environ.items() if key not in hidden}
        subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", cls.folder / "venv"], check=True)
        cls.bin = cls.folder / "venv" / "bin"
        cls.run_in(cls.folder, cls.bin / "python", "-m", "pip", "install", "--no-index", "--no-deps", "--no-build-isolation",
                   "--disable-pip-version-check", cls.folder / "tools", check=True)

    @classmethod
    def run_in(cls, folder, *command, check=False):
        done = subprocess.run([*map(str, command)], cwd=folder, env=cls.environment, capture_output=True, text=True, timeout=400)
        if check and done.returncode != 0:
            raise AssertionError("%s: %s%s" % (command, done.stdout, done.stderr))
        return done

    def run_tool(self, name, *arguments, status=0):
        done = self.run_in(self.folder, self.bin / name, *arguments)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout + done.stderr

    def test_all_is_packed(self):
        self.assertEqual({path.name for path in self.bin.glob("msnet-*")}, COMMANDS)
        (packages,) = self.folder.glob("venv/lib/python3*/site-packages")
        self.assertEqual(files_of(packages), files_of(ROOT / "tools"))
        (about,) = packages.glob("msnet_tools-*")
        version = re.search(r"^  version: '(.*)'", (ROOT / "meson.build").read_text(encoding="utf-8"), re.M).group(1)
        self.assertEqual(about.name, "msnet_tools-%s.dist-info" % version)
        self.assertTrue(list(about.rglob("LICENSE")))

    def test_training_and_looking_at_what_came_out(self):
        train_clips.make_base(self.folder / "tiny.safetensors")
        train_clips.make_data(str(self.folder / "clips"), 2)
        self.run_tool("msnet-train", "clips", "--from", "tiny.safetensors", "--out", "my.safetensors", "--epochs", "1", "--threads",
                      "1", "--precision", "f32")
        self.assertIn("network     resnet-18, 8 channels", self.run_tool("msnet-inspect", "my.safetensors"))
        self.assertIn("my ", self.run_tool("msnet-inspect"))  # of the current folder
        with open(self.folder / "my.html", encoding="utf-8") as page, \
                open(ROOT / "tools" / "msnet_evaluate" / "page.css", encoding="utf-8") as style:
            self.assertIn(style.read(), page.read())
        self.assertIn("this is a model file of msnet already", self.run_tool(
            "msnet-convert", "my.safetensors", "--out", "x.safetensors", status=1))

    def test_what_is_missing_is_named(self):
        (self.folder / "empty" / "a").mkdir(parents=True)
        (self.folder / "empty" / "b").mkdir(parents=True)
        for label in "ab":
            (self.folder / "empty" / label / "1.mkv").write_text("no video")
        said = self.run_tool("msnet-train", "empty", "--out", "x.safetensors", status=1)
        self.assertIn("expected a model to start from, found neither efficientnet-lite0.safetensors nor motion.safetensors in .", said)
        model = ROOT / "models" / "motion.safetensors"
        said = self.run_tool("msnet-teach", "empty", "--from", model, "--out", "x.safetensors", status=1)
        self.assertRegex(said, "expected the element msnet in .*/build/plugin or among .*; msnet-train --frozen makes a classifier")
        (self.folder / "empty" / "a").rename(self.folder / "empty" / "pan-left")
        said = self.run_tool("msnet-evaluate", model, "empty", status=1)
        self.assertIn("expected the element msnet in", said)
        self.assertIn("efficientnet-lite1", self.run_tool("msnet-fetch-backbone", "--list"))


if __name__ == "__main__":
    unittest.main()
