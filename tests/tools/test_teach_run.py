# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-teach as it is run: what it teaches is what the element answers; clips that cannot be used, and Ctrl-C."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import gi  # noqa: F401
    import numpy as np
    import torch
    from PIL import Image  # noqa: F401
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
os.environ.setdefault("OMP_NUM_THREADS", "1")  # beside other tests
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.dirname(os.path.abspath(__file__))]

import evaluate_clips
import msnet_torch
from msnet_evaluate import gst
from msnet_file import metadata, safetensors
from msnet_teach import model, options, windows
from msnet_torch.prepare import prepare

TOOL, EVALUATE = (os.path.join(ROOT, "tools", name) for name in ("msnet-teach", "msnet-evaluate"))
STREAM, MOTION, CLIP = (os.path.join(os.environ["MSNET_TEST_MODELS"], "tiny-%s.safetensors" % name)
                        for name in ("tsn-change", "four", "tsm"))
RATE = 10
ODD = 'wave, "left" <b> é'


def pan(seed, seconds, speed):
    """A camera that moves over a picture of its own, in pixels a frame: uint8 [frames, 48, 64, 3]."""
    small = np.random.default_rng(seed).integers(0, 256, (12, 40, 3)).astype(np.uint8)
    picture = np.asarray(Image.fromarray(small).resize((320, 48), Image.BICUBIC))
    return np.stack([picture[:, index * speed : index * speed + 64] for index in range(round(seconds * RATE))])


def still(seed, seconds=1.5):
    return pan(seed, seconds, 0)


def moving(seed, seconds=1.5):
    return pan(seed, seconds, 10)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.data = folder.name, os.path.join(folder.name, "data")
        self.out = os.path.join(self.folder, "mine.safetensors")

    def put(self, label, name, frames):
        path = os.path.join(self.data, label, name)
        return evaluate_clips.write_raw(path, frames.tobytes(), "rgb", frames.shape[2], frames.shape[1], RATE)

    def put_clips(self, count=3):
        for seed in range(count):
            self.put("still", "%d.mkv" % seed, still(seed))
            self.put(ODD, "%d.mkv" % seed, moving(seed))

    def run_tool(self, *arguments, data=None, model=STREAM, **more):
        done = subprocess.run([TOOL, data or self.data, "--out", self.out, "--from", model, *arguments], capture_output=True,
                              text=True, **more)
        if "no OpenCL device:" in done.stderr:
            print("skipped: " + done.stderr)
            os._exit(77)  # of the whole test
        return done

    def values(self):
        return metadata.from_strings(safetensors.read(self.out)[1])


class Seen(Case):
    """What the classifier reads, beside the network in PyTorch."""

    def check(self, path, head):
        """Ten frames a second and ten points: each point shows its own frame."""
        frames = moving(3, 1.2)
        clip, (network, values) = self.put("x", "a.mkv", frames), msnet_torch.load_model(path)
        count = values["input"]["frames"]
        chosen = options.parse(["-", "--out", "-", "--from", path, "--head", head, "--window", str(count / 10), "--hop", "0.2"])
        looker = windows.Looker(model.Backbone(chosen), self.folder)
        found = looker.windows(clip)
        looker.close()
        taught = msnet_torch.build(dict(values["network"], head=options.HEADS[head]))
        taught.load_state_dict(dict(network.state_dict(), **taught.new_fc.state_dict(prefix="new_fc.")))
        prepared = prepare(frames, values["input"])
        for number, window in enumerate(found[:3]):
            expected = self.read(taught, prepared, 2 * number, count)
            np.testing.assert_allclose(window.features, expected, atol=2e-3 * np.abs(expected).max())
        self.assertGreaterEqual(len(found), 3)

    @staticmethod
    @torch.no_grad()
    def read(network, prepared, first, count):
        record = {}
        if network.causal:
            network(prepared[None, : first + count], record)
            return record["features"][first:].mean(0).numpy()
        network(prepared[None, first : first + count], record)
        return record["features"].mean(0).numpy()

    def test_a_stream(self):
        for head in ("pooled", "change", "both"):
            self.check(STREAM, head)

    def test_a_stream_with_motion(self):
        self.check(MOTION, "both")

    def test_a_clip(self):
        self.check(CLIP, "both")


class Taught(Case):
    def test_the_element_answers_as_it_was_taught(self):
        """One clip of 0.8 s a class more than those that were taught, through msnet-evaluate."""
        self.put_clips(5)
        done = self.run_tool("--window", "0.5", "--hop", "0.1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"10 clips from 10 sources: still 5, wave")
        self.assertRegex(done.stdout, r"accuracy 1\.00 \(95 % interval 1\.00 to 1\.00\) on 10 clips of 10 sources")
        values = self.values()
        self.assertEqual(values["labels"], ["still", ODD, "unknown"])
        self.assertEqual((values["background"], values["network"]["head"]), (["unknown"], ["pooled", "change"]))
        self.assertEqual(values["sampling"], {"window": 0.5, "hop": 0.1})
        self.assertIn("msnet-teach", values["card"]["command"])
        self.assertEqual(values["card"]["backbone"]["file"], "tiny-tsn-change.safetensors")
        self.assertRegex(values["card"]["accuracy"], "1.00 .*10 sources")
        tensors = safetensors.read(self.out)[0]
        self.assertFalse(tensors["new_fc.weight"][2].any())
        for seed in (20, 21):
            self.put("still", "%d.mkv" % seed, still(seed))
            self.put(ODD, "%d.mkv" % seed, moving(seed))
        report = os.path.join(self.folder, "report")
        done = subprocess.run([EVALUATE, self.out, self.data, "--out", report], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(os.path.join(report, "report.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["figures"]["top1"], 1.0)

    def test_a_file_to_ship(self):
        """Half of the bytes; its card, its background and what it proposes, as asked for."""
        self.put_clips()
        found, asked = [], ("--card", "license=A = B", "--background", "still", "--enter", "0.8", "--smoothing", "1", "--no-unknown")
        for more in ((), (*asked, "--dtype", "F16")):
            done = self.run_tool(*more)
            self.assertEqual(done.returncode, 0, done.stderr)
            found.append({entry["dtype"] for entry in safetensors.read_header(self.out)[0].values()})
        values = self.values()
        self.assertEqual(found, [{"F32"}, {"F16"}])
        self.assertEqual((values["background"], values["actions"]), (["still"], {"enter": 0.8, "smoothing": 1.0}))
        self.assertEqual((values["card"]["license"], values["card"]["name"]), ("A = B", "mine"))
        done = subprocess.run([EVALUATE, self.out, self.data, "--with-background", "--out", os.path.join(self.folder, "report")],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("top-1 1.0000 of 6 clips", done.stdout)

    def test_a_background_whose_clips_are_bad_is_left_out(self):
        self.put_clips()
        os.makedirs(os.path.join(self.data, "nothing"))
        with open(os.path.join(self.data, "nothing", "0.mkv"), "wb") as file:
            file.write(b"no video")
        done = self.run_tool("--background", "nothing", "--background", "still", "--no-unknown")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("class nothing is left out", done.stdout)
        self.assertEqual((self.values()["background"], "nothing" in self.values()["labels"]), (["still"], False))

    def test_the_same_again(self):
        self.put_clips()
        files = []
        for _ in range(2):
            self.assertEqual(self.run_tool().returncode, 0)
            files.append(safetensors.read(self.out)[0])
        self.assertTrue(all(np.array_equal(files[0][name], files[1][name]) for name in files[0]))

    def test_from_times_in_one_recording(self):
        frames = np.concatenate([still(1, 2), moving(1, 2), still(2, 2), moving(2, 2)])
        self.put(".", "long.mkv", frames)
        table = os.path.join(self.data, "times.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("clip,class,start,end\n" + "".join(
                "long.mkv,%s,%d,%d\n" % (label, start, start + 2) for label, start in zip(("still", "pan") * 2, (0, 2, 4, 6))))
            file.write("long.mkv,still,20,21\n")
        done = self.run_tool("--window", "0.5", "--hop", "0.25", "--head", "change", data=table)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("accuracy 1.00", done.stdout)
        self.assertIn("all clips come from one source", done.stdout)
        self.assertIn("left out: long.mkv 20-21: expected a window of frames in it", done.stdout)
        self.assertEqual(self.values()["network"]["head"], ["change"])

    def test_a_network_that_looks_ahead(self):
        self.put_clips()
        done = self.run_tool("--head", "both", model=CLIP)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.values()["network"]["shift"], "bidirectional")


class Unusable(Case):
    def test_the_rest_is_used(self):
        self.put_clips()
        os.truncate(self.put("still", "cut.mkv", still(7)), 500)
        with open(os.path.join(self.data, "still", "text.txt"), "w") as file:
            file.write("no video")
        os.makedirs(os.path.join(self.data, "empty"))
        os.truncate(self.put("broken", "a.mkv", still(8)), 0)
        done = self.run_tool()
        self.assertEqual(done.returncode, 0, done.stderr)
        for words in ("class empty has no clip", "class broken is left out: none of its clips can be used",
                      "left out: still/text.txt: it cannot be decoded"):
            self.assertIn(words, done.stdout)
        self.assertEqual(self.values()["labels"][:2], ["still", ODD])

    def test_without_a_decoder(self):
        """One clip is VP8, which nothing may decode here."""
        self.put_clips()
        os.symlink(os.path.join(ROOT, "tests", "data", "clips", "tour.webm"), os.path.join(self.data, "still", "phone.webm"))
        done = self.run_tool(env=dict(os.environ, GST_PLUGIN_FEATURE_RANK="vp8dec:NONE,avdec_vp8:NONE,vavp8dec:NONE"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left out: still/phone.webm: it cannot be decoded: expected a decoder of video/x-vp8, found none; "
                      "tools/install-packages teach", done.stdout)

    def test_clips_shorter_than_a_window(self):
        self.put_clips()
        done = self.run_tool("--window", "4")
        self.assertRegex(done.stdout, r"note: 6 of 6 clips are shorter than the window of 4 s, .*; try --window 1\.4")
        self.assertRegex(done.stderr, r"\] 6 of 6 files, ")

    def test_one_clip_a_class(self):
        self.put_clips(1)
        done = self.run_tool()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("accuracy: not measured", done.stdout)
        self.assertIn("expected 3 clips or more of each class, better ten, found fewer of still, " + ODD, done.stdout)
        self.assertIn("expected two sources or more of each class, found one of still, " + ODD, done.stdout)
        self.assertEqual((self.values()["labels"], self.values()["card"]["accuracy"]), (["still", ODD], "not measured"))

    def refuse(self, words, *arguments, **more):
        done = self.run_tool(*arguments, **more)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, re.compile(words, re.S))
        self.assertNotIn("Traceback", done.stderr)
        self.assertEqual([name for name in os.listdir(self.folder) if name.startswith("mine")], [])

    def test_what_cannot_be_taught(self):
        self.refuse("expected a folder of a folder for each class, or a table", data="/nowhere")
        self.put("still", "0.mkv", still(0))
        self.refuse("expected two classes or more, found still; add a folder")
        self.put("b", "0.mkv", still(0))
        os.rename(os.path.join(self.data, "b"), os.path.join(self.data, "a\tb"))
        self.refuse("class 'a\\\\tb': expected a name of 1 to 256 bytes")
        os.rename(os.path.join(self.data, "a\tb"), os.path.join(self.data, "b"))
        self.refuse("--window: expected 1 ms for each of the 5 frames to 1 h, found 0.001", "--window", "0.001")
        self.refuse("--frames: expected 1 to 64, found 65", "--frames", "65")
        self.refuse("--background walk: expected a class of the data, found b, still", "--background", "walk")
        self.refuse("--leave: expected at most 0.5, as --enter says, found 0.6", "--enter", "0.5", "--leave", "0.6")
        self.refuse("--enter: expected 0 to 1, found 2", "--enter", "2")
        self.refuse("--card MIT: expected KEY=TEXT", "--card", "MIT")
        self.refuse("expected a file", model="nowhere")
        self.refuse("expected an msnet model", model=os.path.join(self.data, "b", "0.mkv"))
        done = subprocess.run([TOOL, self.data, "--from", STREAM, "--out", "/nowhere/mine.safetensors"], capture_output=True,
                              text=True)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("Traceback", done.stderr)

    def test_without_pytorch(self):
        fake = os.path.join(self.folder, "fake")
        os.makedirs(fake)
        with open(os.path.join(fake, "torch.py"), "w") as file:
            file.write('raise ImportError("No module named torch")\n')
        self.put_clips(1)
        self.refuse("No module named torch; .*needs PyTorch .pip install torch.*tools/install-packages teach",
                    env=dict(os.environ, PYTHONPATH=fake))

    def test_interrupted(self):
        self.put_clips(4)
        running = subprocess.Popen([TOOL, self.data, "--out", self.out, "--from", STREAM], stderr=subprocess.PIPE, text=True)
        while "1 of" not in running.stderr.readline():
            time.sleep(0)
        running.send_signal(signal.SIGINT)
        said = running.communicate()[1]
        self.assertEqual(running.returncode, 130, said)
        self.assertIn("msnet-teach: interrupted; nothing was written", said)
        self.assertNotIn("Traceback", said)
        self.assertEqual(os.listdir(self.folder), ["data"])


if __name__ == "__main__":
    gst.start(ROOT)  # GST_PLUGIN_PATH_1_0 says where the plugin is
    unittest.main()
