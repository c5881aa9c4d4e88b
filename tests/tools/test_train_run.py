# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-train as it is run: bad clips, killed and interrupted, on a full disk, without PyTorch; its model and its page."""

import html.parser
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    import gi  # noqa: F401
    import numpy as np
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.dirname(__file__)]

import msnet_torch
import train_clips

OFTEN = "import sys, msnet_train.learn as learn; learn.CHECKPOINT_SECONDS = 0; import msnet_train.__main__ as it; sys.exit(it.main())"
WITHOUT = "import sys; sys.modules['torch'] = None; import msnet_train.__main__ as it; sys.exit(it.main())"
VOID = {"meta", "br", "img", "circle", "line", "polyline", "i"}


class Page(html.parser.HTMLParser):
    """Whether every element is closed, and the text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.sources = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.sources += [value for name, value in attributes if name in ("src", "href")]
        if tag not in VOID - {"i"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.words.append(data)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.TemporaryDirectory()
        cls.base = train_clips.make_base(os.path.join(cls.shared.name, "tiny.safetensors"))
        cls.clips = train_clips.make_data(os.path.join(cls.shared.name, "clips"))

    @classmethod
    def tearDownClass(cls):
        cls.shared.cleanup()

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = shutil.copytree(self.clips, self.path("data"))

    def path(self, *parts):
        return os.path.join(self.folder.name, *parts)

    def command(self, *more, code=OFTEN, out="my"):
        return [sys.executable, "-c", code, self.data, "--from", self.base, "--out", self.path(out + ".safetensors"), "--threads", "1",
                "--precision", "f32", "--batch", "4", "--epochs", "4", *more]

    def start(self, command):
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "tools"))
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run_it(self, *more, status=0, **how):
        process = self.start(self.command(*more, **how))
        out, err = process.communicate(timeout=200)
        self.assertEqual(process.returncode, status, out + err)
        self.assertNotIn("Traceback", err)
        return out + err

    def end_at(self, words, number, *more, **how):
        """Start it and send a signal when it has said some words."""
        process = self.start(self.command(*more, **how))
        for line in process.stderr:
            if words in line:
                process.send_signal(number)
                break
        _, err = process.communicate(timeout=200)
        return process.returncode, err

    def learnt(self, out="my"):
        """The last average, whichever epoch was the best."""
        kept = torch.load(self.path(out + ".train", "run-0.checkpoint"))
        return {name: value.numpy() for name, value in kept["average"].items()}, kept["history"]

    def assert_same(self, one, other):
        (ours, history), (others, other_history) = self.learnt(one), self.learnt(other)
        self.assertEqual([past["held"] for past in history], [past["held"] for past in other_history])
        for name, value in ours.items():
            np.testing.assert_array_equal(value, others[name], name)


class Resuming(Case):
    def test_killed_and_interrupted_trainings_go_on_as_if_nothing_had_happened(self):
        self.run_it(out="whole")
        status, _ = self.end_at("epoch 2.0", signal.SIGKILL, out="killed")
        self.assertEqual(status, -signal.SIGKILL)
        self.assertIn("goes on at step", self.run_it(out="killed"))
        self.assert_same("whole", "killed")
        status, said = self.end_at("epoch 1.0", signal.SIGINT, out="ended")
        self.assertEqual(status, 130, said)
        self.assertIn("the same command goes on", said)
        self.assertIn("goes on at step", self.run_it(out="ended"))
        self.assert_same("whole", "ended")
        status, said = self.end_at(" of 8 clips", signal.SIGINT, out="early")
        self.assertEqual(status, 130, said)
        self.assertIn("the same command goes on", said)
        left = [name for _, _, files in os.walk(self.folder.name) for name in files if name.endswith(".unfinished")]
        self.assertEqual(left, [])

    def test_kept_views_change_nothing_of_that(self):
        views = ("--views", "2", "--freeze", "2", "--mixup", "0.3")
        self.run_it(*views, out="whole")
        self.assertEqual(len(os.listdir(self.path("whole.train", "views"))), 16)
        status, said = self.end_at(" of 16 clips", signal.SIGINT, *views, out="ended")
        self.assertEqual(status, 130, said)
        self.end_at("epoch 1.0", signal.SIGKILL, *views, out="ended")
        self.assertIn("goes on at step", self.run_it(*views, out="ended"))
        self.assert_same("whole", "ended")

    def test_the_file_is_as_it_was_asked_for(self):
        self.assertIn("--leave: expected at most 0.5", self.run_it("--frozen", "--enter", "0.5", "--leave", "0.6", status=1))
        self.assertIn("--background x: expected a class of the data", self.run_it("--frozen", "--background", "x", "--restart", status=1))
        self.run_it("--frozen", "--enter", "0.5", "--smoothing", "1", "--dtype", "F16", "--grid", "2", "--size", "64", "--restart")
        model, values = msnet_torch.load_model(self.path("my.safetensors"))
        self.assertEqual((values["actions"], values["network"]["grid"]), ({"enter": 0.5, "smoothing": 1.0}, 2))
        whole = os.path.getsize(self.base)
        self.assertLess(os.path.getsize(self.path("my.safetensors")), 0.7 * whole)

    def test_views_need_stages_that_stay(self):
        self.assertIn("--views: expected 1 or more, and stages that stay", self.run_it("--views", "2", "--freeze", "0", status=1))
        for option in ("--views", "--mixup"):
            self.assertIn(option + ": expected a network that learns, found --frozen", self.run_it(option, "2", "--frozen", status=1))
        self.run_it("--views", "1", "--freeze", "99", "--epochs", "1")

    def test_another_question_does_not_go_on(self):
        self.run_it("--frozen")
        self.assertIn("differs in frozen; ask for the same", self.run_it(status=1))
        self.run_it("--restart")


    def test_other_clips_do_not_go_on(self):
        self.run_it("--frozen")
        self.run_it("--frozen")
        one, other = (os.path.join(self.data, "go, left", "%d.mkv" % number) for number in (0, 1))
        shutil.copy(one, self.path("kept.mkv"))
        with open(one, "ab") as file:
            file.write(b"more")
        self.assertIn("other clips: go, left/0.mkv changed, came or went; begin anew", self.run_it("--frozen", status=1))
        shutil.copy(self.path("kept.mkv"), one)
        with open(other, "wb") as file:
            file.write(b"no video")
        self.assertIn("other clips: go, left/1.mkv changed, came or went; begin anew", self.run_it("--frozen", status=1))
        self.run_it("--frozen", "--restart")


class FullDisk(Case):
    def full(self, *parts):
        path = self.path(*parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink("/dev/full", path + ".unfinished")

    def test_a_checkpoint_that_cannot_be_written_stops_nothing(self):
        self.full("my.train", "run-0.checkpoint")
        self.assertIn("the checkpoint cannot be written, the disk is full; training goes on", self.run_it())
        self.run_it(out="other")
        self.assert_same("my", "other")

    def test_a_model_that_cannot_be_written_is_written_later(self):
        self.full("my.safetensors")
        said = self.run_it(status=1)
        self.assertRegex(said, "the disk is full; free some of it and start the same command again")
        self.assertFalse(os.path.exists(self.path("my.safetensors")))
        self.assertNotIn("epoch 1.0", self.run_it())
        self.assertTrue(os.path.exists(self.path("my.safetensors")))


    def test_clips_that_cannot_be_kept_are_decoded_later(self):
        """A limit of a file's size stands for the end of the disk."""
        limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (30000, resource.RLIM_INFINITY)); " + OFTEN
        self.assertRegex(self.run_it("--frozen", code=limited, status=1), "the disk is full; .*what was decoded stays")
        kept = os.listdir(self.path("my.train", "cache"))
        self.assertFalse([name for name in kept if name.endswith(".json") or ".unfinished" in name])
        self.run_it("--frozen")


class Damaged(Case):
    """What lies in my.train is cut off by hand."""

    def cut(self, name, size=30):
        os.truncate(self.path("my.train", name), size)

    def test_it_is_made_anew_or_named(self):
        for label in ("go, left", "go, right"):  # one clip a class: nothing is held out
            for number in range(1, 4):
                os.remove(os.path.join(self.data, label, "%d.mkv" % number))
        self.assertIn("not measured: no source could be held out", self.run_it(out="whole"))
        self.run_it()
        kept = sorted(os.listdir(self.path("my.train", "cache")))
        self.assertEqual(len(kept), 4)
        for name in (*(os.path.join("cache", name) for name in kept), "features.npz", "precision"):
            self.cut(name)
        os.remove(self.path("my.train", "run-0.checkpoint"))
        self.cut("run-0.json")
        self.run_it()
        self.assert_same("whole", "my")
        self.cut("run-0.json")
        self.assertIn("goes on at step", self.run_it())
        self.cut("run-0.checkpoint", 1000)
        self.assertRegex(self.run_it(status=1), "run-0.checkpoint: expected a checkpoint, found a damaged file .*; .*remove it to begin")
        self.cut("settings.json")
        self.assertIn("settings.json: expected what the training is about, found a damaged file; begin", self.run_it(status=1))
        self.run_it("--restart")
        self.assert_same("whole", "my")


class BadInput(Case):
    def test_bad_clips_are_left_out_and_the_rest_is_used(self):
        strange = "kick <b>, \"high\" & ü"
        frames = train_clips.moving(9, 1, 3)
        train_clips.write(os.path.join(self.data, strange, "short.mkv"), frames, train_clips.steady(3))
        good = os.path.join(self.data, "go, left", "0.mkv")
        with open(good, "rb") as file:
            whole = file.read()
        for name, data in (("cut.mkv", whole[: len(whole) // 2]), ("text.mkv", b"no video" * 100), ("nothing.mkv", b"")):
            with open(os.path.join(self.data, "go, left", name), "wb") as file:
                file.write(data)
        os.makedirs(os.path.join(self.data, "no clips"))
        said = self.run_it("--head", "pooled,change", "--motion", "2", "--license", "CC0")
        for words in ("text.mkv: it cannot be decoded", "nothing.mkv: the file is empty", "class no clips has no clip", "has one clip"):
            self.assertIn(words, said)
        _, values = msnet_torch.load_model(self.path("my.safetensors"))
        self.assertEqual(values["labels"], ["go, left", "go, right", strange])
        self.assertEqual(values["card"]["license"], "CC0")
        self.assertRegex(values["card"]["trained_on"], r"data: \d+ clips of 3 classes from \d+ sources; begun with tiny \(nothing\)")
        self.assertRegex(values["card"]["accuracy"], r"0\.\d+ of \d+ clips right|1\.000 of")
        self.assertTrue(values["card"]["command"].startswith("msnet-train"))
        self.assertEqual((values["network"]["head"], values["network"]["motion"]["after"]), (["pooled", "change"], 2))
        with open(self.path("my.html"), encoding="utf-8") as file:
            page = Page(file.read())
        self.assertEqual(page.open, [])
        self.assertTrue(all(source.startswith("data:") for source in page.sources))
        text = " ".join(page.words)
        for words in (strange, "text.mkv", "Curves", "Worst mistakes", "Which class is taken for which"):
            self.assertIn(words, text + (" Worst mistakes" if "Mistakes" in text else ""))

    def test_a_class_whose_clips_are_all_bad_is_no_class(self):
        shutil.rmtree(os.path.join(self.data, "go, right"))
        os.makedirs(os.path.join(self.data, "go, right"))
        with open(os.path.join(self.data, "go, right", "bad.mkv"), "wb") as file:
            file.write(b"no video" * 100)
        self.assertIn("expected clips of two classes or more, found those of go, left alone", self.run_it(status=1))

    def test_words_before_anything_is_computed(self):
        self.assertIn("needs PyTorch (pip install torch)", self.run_it(code=WITHOUT, status=1))
        self.assertIn("expected a name that ends with .safetensors", self.run_it("--out", "x.bin", status=1))
        video = os.path.join(self.data, "go, left", "0.mkv")
        self.assertIn("expected an msnet model", self.run_it("--from", video, status=1))
        half = shutil.copy(self.base, self.path("half.safetensors"))
        os.truncate(half, os.path.getsize(half) // 2)
        self.assertIn("half.safetensors: expected an msnet model", self.run_it("--from", half, status=1))
        self.assertIn("missing.safetensors, found none", self.run_it("--from", "missing", status=1))
        self.assertRegex(self.run_it("--out", self.path("none", "x.safetensors"), status=1), "expected a folder .*, found none; make it")
        self.assertRegex(self.run_it("--out", "/proc/x.safetensors", status=1), "msnet-train: /proc/x.train: ")
        self.assertIn("--device nonsense: expected a device of this PyTorch", self.run_it("--device", "nonsense", status=1))
        for option in ("--window", "--frames", "--minutes", "--size", "--rate"):
            self.assertRegex(self.run_it(option, "0", status=1), "%s: expected .*, found 0$" % option)
        self.assertIn("--grid: expected 1 to 8, found 0", self.run_it("--grid", "0", status=1))
        self.assertIn("--mixup: expected 0 to 100, found -1", self.run_it("--mixup", "-1", status=1))
        self.assertIn("the network that was asked for", self.run_it("--shift", "bidirectional", "--motion", "2", "--frames", "1", status=1))
        self.assertIn("expected a class of the data, found", self.run_it("--background", "nobody", "--restart", status=1))
        self.assertIn("grid: expected at most 1", self.run_it("--grid", "3", "--restart", status=1))


class Folds(Case):
    def test_every_source_is_asked_once_and_the_model_learns_from_all(self):
        said = self.run_it("--folds", "2", "--epochs", "1", "--shift", "bidirectional")
        self.assertIn("2 folds over sources, then all clips: 3 trainings", said)
        card = msnet_torch.load_model(self.path("my.safetensors"))[1]["card"]
        self.assertRegex(card["accuracy"], "of 8 clips right .*by 2 folds over sources; the model itself learnt from all clips")
        asked = []
        for number in range(3):
            with open(self.path("my.train", "run-%d.json" % number), encoding="utf-8") as text:
                asked += [record["clip"] for record in json.load(text)["records"]]
        self.assertEqual(len(asked), len(set(asked)))
        self.assertEqual(len(asked), 8)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
