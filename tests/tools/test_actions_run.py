# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands of tools/actions on a few tiny clips, and that the rule to choose proposals by is the element's own."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import gi  # noqa: F401
    import numpy as np
    from PIL import Image
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.dirname(os.path.abspath(__file__))]

import evaluate_clips
from actions import answered, footage, listen, page, rule, streams
from msnet_evaluate import gst
from msnet_evaluate.model_file import ModelFile
from msnet_file import safetensors

BACKGROUND, PROPOSALS = (os.path.join(os.environ["MSNET_TEST_MODELS"], "tiny-%s.safetensors" % name)
                         for name in ("background", "proposals"))
FILES = {"asl-signs/eat.mkv": 1.6, "asl-signs/want.mkv": 1.6, "assist-iot/adl-04_jogging_quickly.mp4": 3.5,
         "fight-surv/noFight/nofi004.mp4": 2.0}
CLIPS = ["walk/a_walk_f_nm_np1_fr_med_0.avi", "walk/b_walk_f_nm_np1_fr_med_0.avi", "wave/a_wave_f_nm_np1_fr_med_0.avi",
         "wave/b_wave_f_nm_np1_fr_med_0.avi"]


def write(path, seed, seconds):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    evaluate_clips.write(path, evaluate_clips.noise(seed, round(seconds * evaluate_clips.RATE), 64, 48))


def tool(*arguments, module=None):
    command = [os.path.join(ROOT, "tools", "evaluate-actions")] if module is None else [
        os.path.join(ROOT, "tools", "python-with"), "evaluate", "numpy", "-m", module]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder, cls.data = folder.name, os.path.join(folder.name, "data")
        for seed, (name, seconds) in enumerate(FILES.items()):
            write(os.path.join(cls.data, name), seed, seconds)
        for seed, name in enumerate(CLIPS):
            write(os.path.join(cls.data, "jhmdb21", "clips", name), 10 + seed, 0.8)
        with open(os.path.join(cls.data, "jhmdb21", "groups.csv"), "w", encoding="utf-8") as text:
            text.write("clip,class,source,camera\n" + "".join(
                "%s,%s,%s,nm\n" % (name, name.split("/")[0], name.split("/")[1][0]) for name in CLIPS))

    def table(self, *arguments):
        out = os.path.join(self.folder, "table")
        found = tool("--data", self.data, "--out", out, *arguments, module="actions.table")
        self.assertEqual(found.returncode, 0, found.stderr)
        rows = []
        for name in ("groups.csv", "held.csv"):
            with open(os.path.join(out, name), newline="", encoding="utf-8") as text:
                rows.append(list(csv.DictReader(text)))
        return out, *rows

    def test_table(self):
        out, rows, held = self.table()
        self.assertEqual([row["class"] for row in rows], ["walk"] * 2 + ["wave"] * 2 + ["background"] * 2)
        self.assertEqual(held, [])
        self.assertTrue(all(os.path.isfile(os.path.join(out, "clips", row["clip"])) for row in rows))

    def test_table_holds_out_whole_sources(self):
        _, rows, held = self.table("--fold", "0")
        self.assertEqual(len(held), 2)
        self.assertEqual({row["source"] for row in held} & {row["source"] for row in rows}, set())

    def test_table_without_data(self):
        found = tool("--data", self.folder, "--out", self.folder, module="actions.table")
        self.assertNotEqual(found.returncode, 0)
        self.assertIn("expected jhmdb21/groups.csv in it", found.stderr)

    def test_evaluate(self):
        out, _, _ = self.table()
        path = os.path.join(self.folder, "figures.json")
        for what in ("composed", "background", "natural"):
            found = tool(what, "--model", BACKGROUND, "--data", self.data, "--clips", os.path.join(out, "groups.csv"),
                         "--json", path)
            self.assertEqual(found.returncode, 0, found.stderr)
            with open(path, encoding="utf-8") as text:
                figures = json.load(text)["figures"]
            self.assertEqual(figures["actions"], {"composed": 4, "background": 0, "natural": 1}[what])
            self.assertGreater(figures["background"][3], 0)

    def test_evaluate_chooses(self):
        found = tool("natural", "--model", PROPOSALS, "--data", self.data, "--choose")
        self.assertEqual(found.returncode, 0, found.stderr)
        self.assertIn("smoothing  found", found.stdout)
        found = tool("background", "--model", PROPOSALS, "--data", self.data, "--choose")
        self.assertRegex(found.stderr, "^evaluate-actions: --choose: expected streams with actions")

    def test_evaluate_without_clips(self):
        found = tool("composed", "--model", BACKGROUND, "--data", self.data)
        self.assertNotEqual(found.returncode, 0)
        self.assertIn("expected --clips", found.stderr)

    def test_evaluate_with_other_clips(self):
        path = os.path.join(self.data, "other.csv")
        for content, words in ((None, "other.csv: No such file"), ("name,class\na,b\n", "found no clip in it: name,class"),
                               ("clip,class,source\na\n", "other.csv: line 2: expected 3 fields")):
            if content:
                with open(path, "w", encoding="utf-8") as text:
                    text.write(content)
            found = tool("composed", "--model", BACKGROUND, "--data", self.data, "--clips", path)
            self.assertIn(words, found.stderr)
            self.assertNotIn("Traceback", found.stderr)

    def test_picture_of_the_demo(self):
        gst.start("build")
        page.PICTURE = os.path.join(self.folder, "picture.png")
        page.CLIP = os.path.join(self.data, "asl-signs", "eat.mkv")
        page.draw_picture(ModelFile(BACKGROUND))
        with Image.open(page.PICTURE) as picture:
            self.assertEqual(picture.size, (64, 48))

    def test_rule_is_the_elements(self):
        gst.start("build")
        model = ModelFile(PROPOSALS)
        proposal = rule.Proposal(0.5, 0.49, 0.3)
        element = listen.open_element(model, enter=proposal.enter, leave=proposal.leave,
                                      smoothing=round(proposal.smoothing * 1e9))
        self.addCleanup(element.close)
        total = 0
        for stream in streams.natural(footage.spans(self.data)):
            heard = listen.listen(element, stream, self.data)
            mine = rule.actions(heard.times, heard.scores, model.labels, model.background, proposal)
            self.assertEqual([action.label for action in mine], [action.label for action in heard.actions])
            for one, two in zip(mine, heard.actions):
                np.testing.assert_allclose(one[1:], two[1:], atol=1e-6)
            total += len(mine)
        self.assertGreater(total, 0)


class Folds(unittest.TestCase):
    def test_a_fold_is_a_model_file_with_the_clips_that_it_did_not_learn_from(self):
        try:
            import torch
            import train_clips
        except ImportError as problem:
            self.skipTest(str(problem))
        with tempfile.TemporaryDirectory() as folder:
            base = train_clips.make_base(os.path.join(folder, "base.safetensors"))
            data, out = train_clips.make_data(os.path.join(folder, "data"), 3), os.path.join(folder, "out.safetensors")
            found = subprocess.run([os.path.join(ROOT, "tools", "msnet-train"), data, "--out", out, "--from", base, "--frozen",
                                    "--folds", "2", "--threads", "1"], capture_output=True, text=True, check=False)
            self.assertEqual(found.returncode, 0, found.stderr)
            rows = []
            for fold in ("0", "1"):
                done = tool(out, "--fold", fold, "--out", folder, module="actions.fold")
                self.assertEqual(done.returncode, 0, done.stderr)
                kept = torch.load(out[: -len(".safetensors")] + ".train/run-%s.checkpoint" % fold, weights_only=False)["average"]
                tensors, strings = safetensors.read(os.path.join(folder, "fold-%s.safetensors" % fold))
                whole = safetensors.read(out)[1]
                self.assertIn("msnet.card", whole)
                self.assertEqual(strings, {key: value for key, value in whole.items() if key != "msnet.card"})
                np.testing.assert_array_equal(tensors["new_fc.weight"], kept["new_fc.weight"].numpy())
                with open(os.path.join(folder, "fold-%s.csv" % fold), newline="", encoding="utf-8") as text:
                    rows.append({row["clip"] for row in csv.DictReader(text)})
            answers = answered.read(out[: -len(".safetensors")] + ".train")
            self.assertEqual((rows[0] & rows[1], rows[0] | rows[1]), (set(), set(answers)))


if __name__ == "__main__":
    unittest.main()
