# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-teach, part by part: which windows it takes, its solver, its measuring and its tables."""

import os
import sys
import tempfile
import unittest

try:
    import gi  # noqa: F401
    import numpy as np
    import torch
    from PIL import Image  # noqa: F401
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))

from msnet_evaluate import Problem
from msnet_teach import data, lesson, linear, report, windows
from msnet_teach.windows import SECOND


def window(start, end, partial=False):
    """One whose feature is its start."""
    return windows.Window(start * SECOND, end * SECOND, partial, np.array([start]))


class Spans(unittest.TestCase):
    found = [window(start / 2, start / 2 + 1.5) for start in range(8)] + [window(4, 4.5, True)]

    def about(self, start, end):
        found = windows.about(data.Span("a", "a", "x", "a", start, end), self.found)
        return None if found is None else found[:, 0].tolist()

    def test_a_whole_clip_has_them_all(self):
        self.assertEqual(self.about(None, None), [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])

    def test_a_span_has_those_inside(self):
        self.assertEqual(self.about(1.0, 3.0), [1, 1.5])
        self.assertEqual(self.about(2.5, None), [2.5, 3, 3.5])
        self.assertEqual(self.about(None, 2.2), [0, 0.5])

    def test_a_short_span_has_the_one_around_it(self):
        self.assertEqual(self.about(2.6, 2.9), [2])
        self.assertEqual(self.about(4.5, 9.0), [3.5])

    def test_how_long_they_are(self):
        spans = [data.Span("a", "a", "x", "a", *times) for times in ((1.0, 3.0), (2.5, 2.75), (3.0, None), (None, None))]
        self.assertEqual([windows.length(span, 5.0) for span in spans], [2, 0.25, 2, 5])
        self.assertEqual([bool(windows.inside(span, self.found)) for span in spans], [True, False, True, True])
        self.assertEqual(list(report.too_short([2.0] * 6 + [0.3] * 2, 2, 1.5)), [])
        self.assertRegex("".join(report.too_short([2.0] * 5 + [0.3] * 3, 3, 1.5)),
                         r"^3 of 8 clips are shorter than the window of 1\.5 s, .*; try --window 0\.3$")

    def test_after_the_end_there_is_none(self):
        self.assertIsNone(self.about(6.0, 7.0))
        self.assertIsNone(windows.about(data.Span("a", "a", "x", "a", None, None), []))


class Features(unittest.TestCase):
    def test_they_are_read_from_scores(self):
        features = np.array([0.0, 3.5, 1e-3, 20.0])
        powers = np.exp(np.append(features, 0))
        np.testing.assert_allclose(windows.features_of(powers / powers.sum()), features, atol=1e-9)

    def test_scores_that_hold_none_are_refused(self):
        with self.assertRaisesRegex(Problem, "take another network"):
            windows.features_of(np.array([1.0, 0.0]))


def clusters(seed, classes=3, sources=4, clips=2, windows=3, spread=0.3):
    """Rows of clips around a centre of each class, with a bit of their source, among features that say nothing."""
    rng = np.random.default_rng(seed)
    centres, rows, labels, names = rng.normal(size=(classes, 20)), [], [], []
    for label in range(classes):
        for source in range(sources):
            own = spread * rng.normal(size=20)
            for _ in range(clips):
                rows.append(5 + 3 * (centres[label] + own + spread * rng.normal(size=(windows, 20))))
                labels.append(label)
                names.append("%d-%d" % (label, source))
    return lesson.gather(rows, labels, names)


class Solver(unittest.TestCase):
    def test_the_gradient_is_zero(self):
        """By the formula of the gradient, in numpy; on standardised features."""
        found = clusters(1)
        weights = np.random.default_rng(2).uniform(0.5, 2, len(found.x))
        y = found.label[found.clip]
        scale = linear.Scale(found.x, weights)
        z, share = scale.apply(found.x), weights / weights.sum()
        for decay, (weight, bias) in zip((1.0, 0.1), linear.fit(found.x, y, weights, 3, (1.0, 0.1))):
            logits = found.x @ weight.T + bias
            error = lesson.probabilities(logits) - np.eye(3)[y]
            gradient = (share[:, None] * error).T @ z + decay * weight * scale.deviation
            self.assertLess(np.abs(gradient).max(), 1e-4)
            self.assertLess(np.abs(share @ error).max(), 1e-4)

    def test_it_is_deterministic(self):
        one, other = (list(lesson.learn(clusters(4), 3, [0.3]))[0][0] for _ in range(2))
        self.assertTrue(np.array_equal(one, other))

    def test_what_never_varies_does_no_harm(self):
        found = clusters(5)
        found.x[:, 3] = 7
        ((weight, bias),) = lesson.learn(found, 3, [1.0])
        self.assertTrue(np.isfinite(weight).all() and np.isfinite(bias).all())


class Measuring(unittest.TestCase):
    def test_no_source_is_on_both_sides(self):
        for sources in (["a", "b", "a", "c"], ["s%d" % (i % 50) for i in range(170)]):
            groups = lesson.folds(np.array(sources))
            self.assertEqual(sorted(np.concatenate(groups)), list(range(len(sources))))
            for group in groups:
                mine = {sources[clip] for clip in group}
                self.assertFalse(mine & {source for clip, source in enumerate(sources) if clip not in group})

    def test_what_is_easy_is_right(self):
        found = clusters(1)
        trial = lesson.Trial(found, 3)
        accuracy = report.Accuracy(trial, trial.scores(trial.choose()), ["a", "b", "c"])
        self.assertGreater(accuracy.value, 0.9)
        self.assertEqual((accuracy.clips, accuracy.n_sources), (24, 12))

    def test_labels_by_chance_are_not_recognised(self):
        """A network that saw the clips that it is asked about would be right."""
        found = clusters(2, clips=1)
        found = found._replace(label=np.random.default_rng(9).permutation(found.label),
                               source=np.array(["s%d" % i for i in range(len(found.label))]))
        trial = lesson.Trial(found, 3)
        ((weight, bias),) = lesson.learn(found, 3, [lesson.DECAYS[-1]])
        own = (found.x @ weight.T + bias).argmax(1) == found.label[found.clip]
        unseen = report.Accuracy(trial, trial.scores(len(lesson.DECAYS) - 1), ["a", "b", "c"]).value
        self.assertGreater(own.mean(), 0.9)
        self.assertLess(unseen, 0.7)

    def test_no_mistake_is_not_without_doubt(self):
        """Of 6 sources that are right, 39 % may be wrong elsewhere: 0.61 to the power of 6 is 0.05."""
        trial = lesson.Trial(clusters(2, sources=2, spread=0.01), 3)
        accuracy = report.Accuracy(trial, trial.scores(trial.choose()), ["a", "b", "c"])
        self.assertEqual((accuracy.value, accuracy.n_sources), (1, 6))
        self.assertIn("no mistake on 6 sources does not say much: up to 39 %", "".join(report.without_mistake(accuracy)))
        accuracy.n_sources = report.FEW_SOURCES
        self.assertEqual(list(report.without_mistake(accuracy)), [])
        accuracy.n_sources, accuracy.value = 6, 0.9
        self.assertEqual(list(report.without_mistake(accuracy)), [])

    def test_the_hard_source_is_named(self):
        found = clusters(2, sources=2, spread=0.01)
        source = np.where(np.arange(len(found.label)) % 4 < 2, "first", "second")
        trial = lesson.Trial(found._replace(source=source), 3)
        scores = trial.scores(trial.choose())
        swapped = np.where(trial.data.source[trial.measured][:, None] == "second", np.roll(scores, 1, axis=1), scores)
        lines = list(report.by_source(report.Accuracy(trial, swapped, ["a", "b", "c"])))
        self.assertEqual(lines, ["  right by source: first 6 of 6, second 0 of 6"])
        many = lesson.Trial(clusters(2, clips=1), 3)
        self.assertEqual(list(report.by_source(report.Accuracy(many, many.scores(0), ["a", "b", "c"]))), [])

    def test_a_class_of_one_source_is_not_measured(self):
        found = clusters(3)
        one = found._replace(source=np.where(found.label == 1, "only", found.source))
        trial = lesson.Trial(one, 3)
        self.assertEqual(set(one.label[trial.measured]), {0, 2})
        self.assertEqual(len(lesson.Trial(clusters(3, sources=1), 3).measured), 0)

    def test_unknown_leaves_right_answers_alone(self):
        found = clusters(6, spread=0.6)
        trial = lesson.Trial(found, 3)
        index = trial.choose()
        logit = trial.unknown(index)
        best = trial.logits[index]
        right = best.argmax(1) == found.label[found.clip]
        self.assertAlmostEqual(float((best[right].max(1) < logit).mean()), 0.05, delta=0.03)
        self.assertGreater(lesson.strangers_called_unknown(found, 3, lesson.DECAYS[index], logit), 0.1)


class Tables(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a.mkv", "b.mkv"):
                open(os.path.join(folder, name), "w").close()
            path = os.path.join(folder, "times.csv")
            with open(path, "wb") as file:
                file.write(text.encode("utf-8", "surrogateescape"))
            return data.read(path)

    def test_times(self):
        found = self.read("clip,class,start,end,source\na.mkv,\"x, y\",1:02.5,70,p\nb.mkv,z,,,\na.mkv,z,5,,q\n")
        self.assertEqual([span[0:1] + span[2:] for span in found.clips], [
            ("a.mkv 1:02.5-70", "x, y", "p", 62.5, 70.0), ("b.mkv", "z", "b.mkv", None, None), ("a.mkv 5-", "z", "q", 5.0, None)])

    def test_as_spreadsheets_write_them(self):
        for text in ("clip;class;start;end\na.mkv;\"x; y\";1:02,5;70\n", "clip\tclass\tstart\tend\na.mkv\tx; y\t1:02.5\t70\n"):
            for mark in ("", "\N{ZERO WIDTH NO-BREAK SPACE}"):
                self.assertEqual([span[2:3] + span[4:] for span in self.read(mark + text).clips], [("x; y", 62.5, 70.0)])

    def test_bad_lines_are_left_out(self):
        found = self.read("clip,class,start,end\na.mkv,x,5,4\na.mkv,x,-1,4\na.mkv,x,1e999,\na.mkv,x,soon,\n,x,,\nc.mkv,x,,\n"
                          "a.mkv,x,,,,7\nb.mkv,x,,\n")
        self.assertEqual([span.name for span in found.clips], ["b.mkv"])
        self.assertEqual([name for name, _ in found.left_out],
                         ["line 2", "line 3", "line 4", "line 5", "line 6", "line 8", "c.mkv"])

    def test_those_that_come_along(self):
        """docs/train-your-own.md: all lines can be used, each file is a person, and one of them is kept back."""
        folder = os.path.join(ROOT, "tests", "data", "hands")
        taught, kept = (data.read(os.path.join(folder, name)) for name in ("times.csv", "person-4.csv"))
        self.assertEqual((taught.left_out, kept.left_out, len(taught.clips), len(kept.clips)), ([], [], 31, 5))
        self.assertEqual([sorted({span.source for span in found.clips}) for found in (taught, kept)],
                         [["person-%d.webm" % number for number in (1, 2, 3, 5)], ["person-4.webm"]])
        self.assertTrue(all(span.end - span.start > 0.24 for span in taught.clips + kept.clips))

    def test_other_tables_are_refused(self):
        with self.assertRaisesRegex(Problem, "found no class in it: clip,label"):
            self.read("clip,label\na.mkv,x\n")
        with self.assertRaisesRegex(Problem, "expected a table .CSV. in UTF-8, found something else"):
            self.read("clip,class\na.mkv,\udcff\n")
        with self.assertRaisesRegex(Problem, "expected a folder of a folder for each class, or a table"):
            data.read("/nowhere")

    def test_labels(self):
        data.check_labels(["<b> & \"c\", d", "日本語 'x'"])
        for labels in (["x" * 300, "y"], ["a\nb", "y"], ["only"], []):
            with self.assertRaises(Problem):
                data.check_labels(labels)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
