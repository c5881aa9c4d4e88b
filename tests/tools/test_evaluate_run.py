# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-evaluate as it is run: clips that cannot be used, Ctrl-C and --resume, mistakes in what is asked, and its page."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
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
from msnet_evaluate import measures, page

TOOL = os.path.join(ROOT, "tools", "msnet-evaluate")
MODEL, BACKGROUND, LONGER = (os.path.join(os.environ["MSNET_TEST_MODELS"], "tiny-%s.safetensors" % name)
                             for name in ("four", "background", "tsn"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
INTERRUPTING = """
import os, signal, sys
import msnet_evaluate.__main__ as it
from msnet_evaluate import element

def interrupting(pad, info):
    if info.get_event().type == element.Gst.EventType.EOS:
        os.kill(os.getpid(), signal.SIGINT)
    return plain(pad, info)

plain, element.drop_end = element.drop_end, interrupting
sys.exit(it.main())
"""
EVIL = '<b> & "c", d'


def run(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
    if done.returncode != 0 and "no OpenCL device:" in done.stderr:
        print("skipped: " + done.stderr)
        sys.exit(77)
    return done


def read_json(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def read_lines(folder):
    with open(os.path.join(folder, "results.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data, self.out = (os.path.join(self.folder.name, name) for name in ("data", "out"))

    def put(self, label, name, count=20, seed=0):
        return evaluate_clips.write(os.path.join(self.data, label, name), evaluate_clips.noise(seed, count, 64, 48))


class Unusable(Case):
    def test_the_rest_is_still_measured(self):
        self.put("class-0", "a.mkv")
        self.put("class-1", "one frame.mkv", 1)
        os.truncate(self.put("class-1", "empty.mkv", 5), 0)
        with open(os.path.join(self.data, "class-1", "text.txt"), "w") as file:
            file.write("not a video")
        sound = os.path.join(self.data, "class-1", "sound.mkv")
        subprocess.run(["gst-launch-1.0", "-q", "audiotestsrc", "num-buffers=20", "!", "matroskamux", "!", "filesink",
                        "location=" + sound], check=True)
        self.put("class-9", "b.mkv")
        for protocol in ([], ["--segments"], ["--dense", "--crops", "3"]):
            out = self.out + "".join(protocol)
            done = run(MODEL, self.data, "--out", out, *protocol)
            self.assertEqual(done.returncode, 0, done.stderr)
            report = read_json(out, "report.json")
            why = {entry["clip"]: entry["why"] for entry in report["left_out"]}
            self.assertEqual(sorted(why), ["class-1/empty.mkv", "class-1/sound.mkv", "class-1/text.txt", "class-9/b.mkv"])
            self.assertRegex(why["class-1/text.txt"], "cannot be decoded: Could not determine type of stream$")
            self.assertRegex(why["class-9/b.mkv"], 'no label "class-9"; the nearest is "class-')
            self.assertEqual((report["figures"]["clips"], report["complete"]), (2, True))
            self.assertIn("left out: class-1/text.txt", done.stdout)

    def test_clips_shorter_than_a_window_are_counted(self):
        self.put("class-0", "a.mkv", 40)
        self.put("class-0", "b.mkv", 3)
        done = run(MODEL, self.data, "--out", self.out)
        self.assertEqual(read_json(self.out, "report.json")["figures"]["partial_only"], 1)
        self.assertIn("note: 1 clip is shorter than a window", done.stdout)
        with open(os.path.join(self.out, "report.html"), encoding="utf-8") as page:
            self.assertIn("1 clip is shorter than a window", page.read())

    def test_a_size_that_changes_within_a_clip(self):
        """Two files behind each other: the element starts another grid, and all its results count."""
        parts = [evaluate_clips.write(os.path.join(self.folder.name, "%d.mkv" % width),
                                      evaluate_clips.noise(width, 40, width, 48)) for width in (64, 80)]
        path = os.path.join(self.data, "class-0", "both.mkv")
        os.makedirs(os.path.dirname(path))
        sources = [part for number, file in enumerate(parts) for part in (
            "filesrc", "location=" + file, "!", "matroskademux", "!", "videoconvert", "!", "vp8enc", "deadline=1", "!", "c.")]
        subprocess.run(["gst-launch-1.0", "-q", "concat", "name=c", "!", "webmmux", "!", "filesink", "location=" + path, *sources],
                       check=True, timeout=60)
        done = run(MODEL, self.data, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreaterEqual(read_lines(self.out)[1]["results"], 2)


class Background(Case):
    def test_background_is_no_answer_unless_asked(self):
        for label in range(4):
            self.put("class-%d" % label, "a.mkv", seed=label)
        run(BACKGROUND, self.data, "--out", self.out)
        found = read_json(self.out, "report.json")
        self.assertEqual({entry["class"] for entry in found["figures"]["classes"]}, {"class-1", "class-2"})
        self.assertFalse({"class-0", "class-3"} & set(found["figures"]["confusion"]["labels"]))
        run(BACKGROUND, self.data, "--out", self.out + "2", "--with-background")
        found = read_json(self.out + "2", "report.json")
        self.assertEqual((len(found["figures"]["classes"]), found["left_out"]), (4, []))


class Told(Case):
    def test_warnings_of_the_element_are_notes(self):
        """bfloat16 is not there on every device: then a warning says so."""
        self.put("class-0", "a.mkv")
        done = run(MODEL, self.data, "--out", self.out, "--precision", "bf16")
        report = read_json(self.out, "report.json")
        noted = [note for note in report["notes"] if "bf16" in note or "bfloat16" in note]
        self.assertEqual(len(noted), int(report["precision"] == "f32"), report["notes"])
        self.assertIn("".join(noted), done.stdout)

    def test_a_corrected_table_needs_no_new_run(self):
        table = os.path.join(self.data, "list.csv")
        for name in "ab":
            self.put("", name + ".mkv", seed=ord(name))
        for label in ("class-0", "class-1"):
            with open(table, "w", encoding="utf-8") as file:
                file.write("clip,class,source\na.mkv,class-0,x\nb.mkv,%s,y\n" % label)
            run(MODEL, table, "--out", self.out, "--resume")
        figures = read_json(self.out, "report.json")["figures"]
        self.assertEqual([entry["class"] for entry in figures["classes"]], ["class-0", "class-1"])
        self.assertEqual(len(read_lines(self.out)), 3)


class Ended(Case):
    def test_a_signal_in_a_callback_is_not_lost(self):
        """A probe of a pad sends it, so that Python's handler runs in there, where an exception would be printed and lost."""
        for number in range(3):
            self.put("class-0", "%d.mkv" % number, 30, number)
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "tools"))
        done = subprocess.run([sys.executable, "-c", INTERRUPTING, MODEL, self.data, "--out", self.out], env=environment,
                              capture_output=True, text=True, timeout=120)
        if "no OpenCL device:" in done.stderr:
            self.skipTest(done.stderr)
        self.assertEqual(done.returncode, 130, done.stderr)
        self.assertEqual(len(read_lines(self.out)), 2)
        report = read_json(self.out, "report.json")
        self.assertEqual((report["complete"], report["figures"]["clips"]), (False, 1))

    def test_ctrl_c_keeps_what_was_done_and_resume_goes_on(self):
        for number in range(60):
            self.put("class-%d" % (number % 2), "%02d.mkv" % number, 60, number)
        process = subprocess.Popen([TOOL, MODEL, self.data, "--out", self.out], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        path = os.path.join(self.out, "results.jsonl")
        while process.poll() is None and (not os.path.exists(path) or len(read_lines(self.out)) < 4):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        said, wrong = process.communicate(timeout=120)
        if "no OpenCL device:" in wrong:
            self.skipTest(wrong)
        self.assertEqual(process.returncode, 130, wrong)
        first = read_lines(self.out)
        report = read_json(self.out, "report.json")
        self.assertEqual((report["complete"], report["figures"]["clips"]), (False, len(first) - 1))
        self.assertLess(len(first), 60)
        again = run(MODEL, self.data, "--out", self.out)
        self.assertEqual((again.returncode, "--resume goes on" in again.stderr), (1, True))
        done = run(MODEL, self.data, "--out", self.out, "--resume")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = read_lines(self.out)
        self.assertEqual(lines[: len(first)], first)
        self.assertEqual(len({line["clip"] for line in lines[1:]}), 60)
        self.assertTrue(read_json(self.out, "report.json")["complete"])
        other = run(MODEL, self.data, "--out", self.out, "--resume", "--segments")
        self.assertIn("another question (segments)", other.stderr)


class Questions(Case):
    def check(self, message, *arguments, out=None):
        done = run(*arguments, "--out", out or self.out)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "(?m)^msnet-evaluate: .*" + message)
        self.assertNotIn("Traceback", done.stderr)

    def test_mistakes_are_named(self):
        video = shutil.copy(self.put("class-0", "a.mkv"), os.path.join(self.folder.name, "video.safetensors"))
        self.check("expected a file .*missing.safetensors, found none", "missing", self.data)
        self.check("expected an msnet model, found", video, self.data)
        self.check("expected 32 to 32, the shorter side, found 64", MODEL, self.data, "--crops", "3", "--crop-size", "64")
        self.check("--crop-size is for --crops 3", MODEL, self.data, "--crop-size", "32")
        shutil.copy(video, os.path.join(self.folder.name, "x.pth"))
        self.check("x.pth: expected an msnet model, found another file", os.path.join(self.folder.name, "x.pth"), self.data)
        self.check("--out: expected a folder", MODEL, self.data, out=video)
        self.check("--out: expected a folder", MODEL, self.data, out=video + "/x")
        self.check("expected the same labels", MODEL, os.path.join(ROOT, "models", "motion.safetensors"), self.data)
        self.check("--clips is for --segments and --dense", MODEL, self.data, "--clips", "2")
        self.check("expected 1 or 2 with --segments", MODEL, self.data, "--segments", "--clips", "3")
        self.check("--worst: expected 0 or more", MODEL, self.data, "--worst", "-3")
        self.check("found none", MODEL, self.data + "2")
        self.check("no OpenCL device fits", MODEL, self.data, "--device", "nonsense")


class Page(Case):
    """The report in a browser."""

    def browse(self, *arguments):
        done = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                               "--user-data-dir=" + os.path.join(self.folder.name, "browser"), *arguments],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def measure(self, page, width):
        """-> how wide the page is in a window, and what its pictures and texts are"""
        probe = ("<script>addEventListener('load', () => { const pictures = [...document.images]; document.title = JSON.stringify({"
                 "width: document.documentElement.scrollWidth, pictures: pictures.length, broken: pictures.filter("
                 "p => !p.naturalWidth).length, cards: document.querySelectorAll('.mistake').length, cells: [..."
                 "document.querySelectorAll('.matrix td')].map(c => +c.textContent).reduce((a, b) => a + b, 0), marks: "
                 "document.querySelectorAll('main b').length - document.querySelectorAll('.tile b').length}); });</script>")
        with open(page, encoding="utf-8") as file:
            text = file.read()
        probed = page.replace(".html", "-probed.html")
        with open(probed, "w", encoding="utf-8") as file:
            file.write(text.replace("</body>", probe + "</body>"))
        told = self.browse("--window-size=%d,900" % width, "--dump-dom", "file://" + probed)
        return json.loads(re.search("<title>(.*?)</title>", told).group(1).replace("&quot;", '"'))

    def setUp(self):
        super().setUp()
        if not CHROMIUM:
            print("skipped: no chromium; install it to have the page tested")
            self.skipTest("no chromium")

    def test_many_classes_with_long_names(self):
        """At 30 classes there is a table that scrolls, at 40 a picture and a list."""
        for count in (30, 40):
            labels = ["%s, a label of a class as they are in data sets of things that people do %d" % (EVIL, number)
                      for number in range(count)]
            rng = np.random.default_rng(count)
            records = [{"clip": "%s%d" % (EVIL * 9, index), "class": labels[index % count], "source": index, "partial": False,
                        "seconds": 1.0, "element_seconds": 0.5, "scores": rng.random(count).tolist()} for index in range(200)]
            figures = measures.summarise(measures.judge(records, labels, []), labels)
            report = {"figures": dict(figures, answers=count), "models": [{"name": EVIL, "sha256": "0" * 64}], "data": EVIL,
                      "protocol": "", "complete": False, "asked": 300, "notes": [EVIL], "left_out": [{"clip": EVIL, "why": EVIL}],
                      "worst": records[:3], "device": EVIL, "precision": "f32", "date": "", "command": EVIL * 20}
            path = os.path.join(self.folder.name, "report.html")
            with open(path, "w", encoding="utf-8") as file:
                file.write(page.make(report))
            self.assertEqual(self.measure(path, 500), {
                "width": 500, "pictures": int(count > 32), "broken": 0, "cards": 3, "cells": 200 * (count <= 32), "marks": 0})

    def test_it_shows_what_was_found(self):
        for number in range(9):
            self.put("class-%d" % (number % 3), "%s %d.mkv" % (EVIL, number), 30, number)
        done = run(MODEL, self.data, "--out", self.out)
        self.assertEqual(done.returncode, 0, done.stderr)
        report, page = read_json(self.out, "report.json"), os.path.join(self.out, "report.html")
        wrong = sum(round(entry["clips"] * (1 - entry["top1"])) for entry in report["figures"]["classes"])
        self.assertGreater(wrong, 0)
        with open(page, encoding="utf-8") as file:
            self.assertFalse(re.search(r"(src|href)=\"(?!data:)|@import|url\(|<script", file.read()))
        for width in (1200, 500):
            seen = self.measure(page, width)
            self.assertEqual(seen, {"width": width, "pictures": wrong, "broken": 0, "cards": wrong, "cells": 9, "marks": 0})
        shot = os.path.join(self.folder.name, "shot.png")
        self.browse("--window-size=1200,1400", "--screenshot=" + shot, "file://" + page)
        colours = np.asarray(Image.open(shot).convert("RGB")).reshape(-1, 3)
        self.assertGreater((colours == (217, 95, 14)).all(1).sum(), 200)  # the bars of wrong answers
        self.assertGreater(len(np.unique(colours, axis=0)), 500)  # the pictures of clips


if __name__ == "__main__":
    unittest.main()
