# SPDX-License-Identifier: LGPL-2.1-or-later
"""The parts of msnet-evaluate: frame numbers, crops, averages, intervals, data sets, results that go on, the bar."""

import collections
import io
import itertools
import json
import os
import sys
import tempfile
import unittest
from fractions import Fraction

try:
    import gi
    import numpy as np
    from PIL import Image

    gi.require_version("Gst", "1.0")
    gi.require_version("GstVideo", "1.0")
except (ImportError, ValueError) as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

from msnet_evaluate import Problem, answer, dataset, interval, measures, progress, records, rule, views


class FrameNumbers(unittest.TestCase):
    def test_segments_are_the_centres_of_equal_parts(self):
        """Exactly so if a part's length is exact in binary, as with 8 and 16 points."""
        for count, points in itertools.product((1, 5, 8, 30, 47, 300), (1, 8, 16)):
            centres, starts = ([int((index + shift) * Fraction(count, points)) for index in range(points)]
                               for shift in (Fraction(1, 2), 0))
            self.assertEqual(rule.segments(count, points), [centres])
            self.assertEqual(rule.segments(count, points, 2), [centres, starts])

    def test_segments_stay_inside(self):
        for count, points in itertools.product(range(1, 60), range(1, 65)):
            numbers = rule.segments(count, points)[0]
            self.assertTrue(0 <= min(numbers) and max(numbers) < count and numbers == sorted(numbers))

    def test_segments_in_double_precision(self):
        """6 / 7 is rounded down, and so is the centre of the fourth of seven parts, which is 3."""
        self.assertEqual(rule.segments(6, 7), [[0, 1, 2, 2, 3, 4, 5]])

    def test_dense_clips_are_64_frames_long_and_spread(self):
        found = rule.dense(154, 8)
        self.assertEqual([row[0] for row in found], list(range(0, 91, 10)))
        self.assertTrue(all(np.diff(row).tolist() == [8] * 7 for row in found))
        self.assertEqual(max(map(max, found)), 90 + 56)

    def test_dense_clips_of_a_short_video_begin_again(self):
        self.assertEqual(rule.dense(10, 16), [[index * 4 % 10 for index in range(16)]] * 10)
        self.assertEqual(rule.dense(200, 8, 1), [[0, 8, 16, 24, 32, 40, 48, 56]])


class Crops(unittest.TestCase):
    def test_three_crops_along_the_longer_side(self):
        """340 - 256 = 84, of which a quarter is 21; 341 has the same steps, rounded down."""
        self.assertEqual(views.corners(340, 256, 256), [(0, 0), (84, 0), (42, 0)])
        self.assertEqual(views.corners(343, 256, 256), [(0, 0), (84, 0), (42, 0)])
        self.assertEqual(views.corners(256, 340, 256), [(0, 0), (0, 84), (0, 42)])
        self.assertEqual(views.corners(256, 256, 256), [(0, 0)] * 3)

    def test_the_shorter_side_has_the_size(self):
        picture = np.random.default_rng(1).integers(0, 256, (240, 320, 3)).astype(np.uint8)
        expected = np.asarray(Image.fromarray(picture).resize((341, 256), Image.BILINEAR))
        np.testing.assert_array_equal(views.scaled(picture, 1.0, 256, True), expected)
        self.assertEqual(views.scaled(picture.transpose(1, 0, 2), 1.0, 64, True).shape, (85, 64, 3))
        self.assertEqual(views.scaled(picture, 0.5, 64, True).shape, (96, 64, 3))  # it shows 160 x 240

    def test_without_antialiasing_two_pixels_count(self):
        picture = np.zeros((8, 8, 3), np.uint8)
        picture[:, ::2] = 200
        half = views.scaled(picture, 1.0, 4, False)
        self.assertTrue((half == 100).all())
        quarter = views.scaled(picture, 1.0, 2, False)  # between columns 1 and 2, 5 and 6
        self.assertTrue((quarter == 100).all())
        third = views.interpolated(picture[:, :6], 2, 1)  # columns 1 and 4
        self.assertEqual(third[0, :, 0].tolist(), [0, 200])
        self.assertEqual(views.interpolated(picture[:, :2], 4, 1)[0, :, 0].tolist(), [200, 150, 50, 0])


class Averages(unittest.TestCase):
    def setUp(self):
        self.logits = np.random.default_rng(2).normal(0, 4, (5, 7))
        powers = np.exp(self.logits)
        self.scores = powers / powers.sum(1, keepdims=True)

    def test_scores(self):
        np.testing.assert_allclose(answer.mean(self.scores, "scores"), self.scores.mean(0))

    def test_logits_come_back_from_scores(self):
        powers = np.exp(self.logits.mean(0))
        np.testing.assert_allclose(answer.mean(self.scores, "logits"), powers / powers.sum(), rtol=1e-9)

    def test_logits_of_independent_classes(self):
        expected = 1 / (1 + np.exp(-self.logits.mean(0)))
        found = answer.mean(1 / (1 + np.exp(-self.logits)), "logits", independent=True)
        np.testing.assert_allclose(found, expected, rtol=1e-9)

    def test_a_score_of_nothing_is_no_infinity(self):
        self.assertTrue(np.isfinite(answer.mean([[1.0, 0.0], [0.5, 0.5]], "logits")).all())
        self.assertTrue(np.isfinite(answer.mean([[1.0, 0.0]], "logits", independent=True)).all())

    def test_labels_of_the_second_model_have_another_order(self):
        Model = collections.namedtuple("Model", "labels independent")
        Result = collections.namedtuple("Result", "scores")
        found = answer.of_models([[Result([0.8, 0.2])], [Result([0.4, 0.6])]], [Model(["a", "b"], False), Model(["b", "a"], False)],
                                 "scores", "scores")
        np.testing.assert_allclose(found, [0.7, 0.3])


class Intervals(unittest.TestCase):
    def test_sources_are_drawn_and_not_clips(self):
        rng = np.random.default_rng(3)
        values = np.repeat(rng.random(30) < 0.7, 20)
        by_source = interval.interval(np.repeat(np.arange(30), 20), values)
        by_clip = interval.interval(np.arange(600), values)
        spread = (values.mean() * (1 - values.mean())) ** 0.5
        self.assertEqual((by_source[2], by_clip[2]), (30, 600))
        self.assertAlmostEqual(by_source[1] - by_source[0], 2 * 1.96 * spread / 30 ** 0.5, delta=0.05)
        self.assertAlmostEqual(by_clip[1] - by_clip[0], 2 * 1.96 * spread / 600 ** 0.5, delta=0.01)

    def test_a_large_source_counts_more(self):
        low, high, _ = interval.interval(["a"] * 98 + ["b", "c"], [1.0] * 98 + [0, 0])
        self.assertTrue(low < 0.1 and high == 1)


class DataSets(unittest.TestCase):
    LABELS = ["wave", "brush hair", "pour, slowly", "still"]

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def put(self, *names, content=""):
        for name in names:
            path = os.path.join(self.folder.name, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(content)

    def read(self, name="", root=None):
        return dataset.read(os.path.join(self.folder.name, name), root, self.LABELS, ["still"])

    def test_a_folder_for_each_class(self):
        self.put("wave/b.avi", "wave/a.avi", "brush_hair/c.avi", "pour, slowly/d.avi", "wave/.hidden", "still/e.avi", "wavy/f.avi")
        os.mkdir(os.path.join(self.folder.name, "shoot"))
        found = self.read()
        self.assertEqual([(clip.name, clip.label, clip.source) for clip in found.clips], [
            ("brush_hair/c.avi", "brush hair", "brush_hair/c.avi"), ("pour, slowly/d.avi", "pour, slowly", "pour, slowly/d.avi"),
            ("wave/a.avi", "wave", "wave/a.avi"), ("wave/b.avi", "wave", "wave/b.avi")])
        self.assertEqual(found.notes, ["class shoot has no clip"])
        why = dict(found.left_out)
        self.assertIn("background of the model", why["still/e.avi"])
        self.assertEqual(why["wavy/f.avi"], 'the model has no label "wavy"; the nearest is "wave"')

    def test_a_table(self):
        self.put("clips/a.avi", "clips/wave/b.avi")
        self.put("list.csv", content='clip,class,source\na.avi,"pour, slowly",film\nb.avi,wave,film\nc.avi,wave,x\na.avi,wave,x\n'
                 'd.avi,pour, slowly,x\n')
        found = self.read("list.csv", os.path.join(self.folder.name, "clips"))
        self.assertEqual([(clip.name, clip.label, clip.source) for clip in found.clips],
                         [("a.avi", "pour, slowly", "film"), ("b.avi", "wave", "film")])
        why = dict(found.left_out)
        self.assertIn("expected a file, found none", why["c.avi"])
        self.assertIn("names it twice", why["a.avi"])
        self.assertIn("needs quotes", why["line 6"])

    def test_a_table_without_sources(self):
        self.put("a.avi", "list.csv", content="clip,class\na.avi,wave\n")
        found = self.read("list.csv")
        self.assertEqual(found.clips[0].source, "a.avi")
        self.assertIn("all clips are of one class, wave", found.notes[0])

    def test_names_that_are_not_utf_8_are_left_out(self):
        self.put("wave/a.avi", "wave/\udce9.avi", "\udce9/b.avi", "pour, slowly/ä, ö.avi")
        os.mkdir(os.path.join(self.folder.name, "\udcff"))
        found = self.read()
        self.assertEqual([clip.name for clip in found.clips], ["pour, slowly/ä, ö.avi", "wave/a.avi"])
        self.assertEqual({name for name, _ in found.left_out}, {"wave/?.avi", "?/b.avi"})
        self.assertEqual(found.notes, ["class ? has no clip"])

    def test_a_table_that_is_no_text(self):
        with open(os.path.join(self.folder.name, "list.csv"), "wb") as file:
            file.write(b"clip,class\n\xe9.avi,wave\n")
        with self.assertRaisesRegex(Problem, "list.csv: expected a table .CSV. in UTF-8"):
            self.read("list.csv")

    def test_nothing_to_measure_on(self):
        for names, message in (((), "a folder for each class"), (("wavy/a.avi",), 'no label "wavy"'),
                               (("still/a.avi",), "--with-background")):
            self.put(*names)
            with self.assertRaisesRegex(Problem, message):
                self.read()
            self.folder.cleanup()
            os.mkdir(self.folder.name)
        self.put("list.csv", content="path,label\na.avi,wave\n")
        with self.assertRaisesRegex(Problem, "no clip and no class in it: path,label"):
            self.read("list.csv")
        with self.assertRaisesRegex(Problem, "found none"):
            self.read("missing")

    def test_folders_need_not_be_spelt_like_labels(self):
        self.assertEqual(dataset.match("Brush-Hair", self.LABELS), "brush hair")
        self.assertIsNone(dataset.match("brush", self.LABELS))
        self.assertIsNone(dataset.match("AB", ["ab", "a b"]))


class Results(unittest.TestCase):
    def test_what_was_answered_is_kept_and_what_failed_tried_again(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "results.jsonl")
            kept = records.Records(path, {"clips": 1}, False)
            kept.add({"clip": "a", "scores": [1.0, 1 / 3]})
            kept.add({"clip": "b", "problem": "no"})
            with open(path, "a", encoding="utf-8") as file:
                file.write('{"clip": "c", "sco')
            kept.close()
            with self.assertRaisesRegex(Problem, "--resume goes on"):
                records.Records(path, {"clips": 1}, False)
            with self.assertRaisesRegex(Problem, r"another question \(clips\)"):
                records.Records(path, {"clips": 2}, True)
            again = records.Records(path, {"clips": 1}, True)
            self.assertEqual(again.by_clip, {"a": {"clip": "a", "scores": [1.0, 1 / 3]}})
            again.add({"clip": "d", "scores": [0.5, 0.5]})
            again.close()
            with open(path, encoding="utf-8") as file:
                self.assertEqual([json.loads(line).get("clip") for line in file], [None, "a", "d"])

    def test_what_others_wrote_into_the_lines_ends_them(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "results.jsonl")
            for strange in (b"[1]\n", b"\xff\n", b"7\n"):
                with open(path, "wb") as file:
                    file.write(b'{"clips": 1}\n{"clip": "a", "scores": [1]}\n' + strange + b'{"clip": "b", "scores": [1]}\n')
                kept = records.Records(path, {"clips": 1}, True)
                kept.close()
                self.assertEqual(list(kept.by_clip), ["a"])


class Figures(unittest.TestCase):
    LABELS = ["a", "b", "c", "still", "d", "e", "f"]

    def record(self, right, *scores, source="x"):
        return {"clip": right, "class": right, "source": source, "scores": list(scores), "partial": False, "seconds": 1.0,
                "element_seconds": 0.5}

    def test_background_is_no_answer_and_equal_scores_keep_their_order(self):
        found = measures.judge([self.record("b", 0.1, 0.2, 0.2, 0.5, 0, 0, 0), self.record("c", 0.1, 0.2, 0.2, 0.5, 0, 0, 0),
                                self.record("f", 0.1, 0.2, 0.2, 0.5, 0, 0, 0)], self.LABELS, ["still"])
        self.assertEqual([record["answer"] for record in found], ["b"] * 3)
        self.assertEqual([record["place"] for record in found], [0, 1, 5])
        self.assertAlmostEqual(found[2]["margin"], 0.2)
        figures = measures.summarise(found, self.LABELS)
        self.assertAlmostEqual(figures["top1"], 1 / 3)
        self.assertAlmostEqual(figures["top5"], 2 / 3)
        self.assertIsNone(figures["top1_interval"])
        self.assertEqual(figures["confusion"], {"labels": ["b", "c", "f"], "counts": [[1, 0, 0], [1, 0, 0], [1, 0, 0]]})
        self.assertEqual(measures.confused_most(figures["confusion"]), [("c", "b", 1), ("f", "b", 1)])

    def test_classes_count_alike_in_their_mean(self):
        scores = [1, 0, 0, 0, 0, 0, 0]
        found = measures.judge([self.record("a", *scores)] * 3 + [self.record("b", *scores, source="y")], self.LABELS, [])
        figures = measures.summarise(found, self.LABELS)
        self.assertEqual((figures["top1"], figures["mean_class_top1"], figures["sources"]), (0.75, 0.5, 2))
        self.assertEqual([entry["taken_for"] for entry in figures["classes"]], [None, "a"])


class Bar(unittest.TestCase):
    def test_time_left_is_that_of_clips_still_to_do(self):
        bar = progress.Progress(100, 40, io.StringIO())
        bar.started -= 20
        for _ in range(10):
            bar.advance()
        self.assertRegex(bar.line(), r"^\[#{15}\.{15}\] 50 of 100 clips, 2\.0\d s each, 2 min left$")
        self.assertEqual(bar.file.getvalue().count("\n"), 2)

    def test_spans(self):
        self.assertEqual([progress.span(seconds) for seconds in (0.4, 89, 100, 7300)], ["0 s", "89 s", "2 min", "2 h 2 min"])


if __name__ == "__main__":
    unittest.main()
