# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-teach, part by part: which frames it takes, what it sees of them, its solver, its measuring and its tables."""

import os
import random
import sys
import tempfile
import unittest

try:
    import numpy as np
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests", "oracle")]

import msnet_torch
import oracle
from msnet_evaluate import Problem
from msnet_teach import data, features, lesson, linear, report
from msnet_teach.grid import SECOND, Grid, Sampler, windows_of


def random_times(rng, interval):
    """PTS and durations of frames at about `interval`, or of another rate; some come late."""
    step = rng.choice([interval, interval // 3, 2 * interval, SECOND // 25])
    time, found = rng.randint(0, SECOND), []
    for _ in range(rng.randint(1, 60)):
        found.append((time, rng.choice([step, step // 2, 0])))
        time += step + rng.randint(0, step // 4) + rng.choice([0] * 9 + [step])
    return found


class Times(unittest.TestCase):
    def check(self, rng):
        count, window, centre = rng.randint(1, 9), rng.randint(SECOND // 2, 3 * SECOND), rng.random() < 0.3
        hop = rng.choice([0, window // 4, window, 2 * window])
        grid = Grid({"frames": count}, {"window": window / SECOND, "hop": hop / SECOND, "at": "centre" if centre else "start"})
        times = random_times(rng, window // count)
        events = [("frame", pts, duration, None) for pts, duration in times] + [("eos", 1)]
        if sum(bool(found.frames) for found in oracle.grids(events, count, grid.window)) > 1:
            return False  # a hole
        sampler, serving = Sampler(grid), []
        for number, frame in enumerate(times):
            for _, takes in sampler.take(*frame):
                serving.append(number if takes else serving[-1])
        found = [[times[serving[min(point, len(serving) - 1)]][0] for point in range(first, first + count)]
                 for first in windows_of(grid, serving)]
        self.assertEqual(found, [window.points for window in oracle.windows(events, count, grid.window, hop, centre)])
        return True

    def test_windows_are_the_elements(self):
        rng = random.Random(3)
        self.assertGreater(sum(self.check(rng) for _ in range(400)), 200)

    def test_a_span_has_the_windows_inside(self):
        grid = Grid({"frames": 4}, {"window": 1.0, "hop": 0.5})
        serving = list(range(40))  # ten seconds
        self.assertEqual(windows_of(grid, serving, 2.0, 4.0), [8, 10, 12])
        self.assertEqual(windows_of(grid, serving, 2.0), list(range(8, 37, 2)))
        self.assertEqual(windows_of(grid, serving, 3.1, 3.3), [10])  # too short: the window around it
        self.assertEqual(windows_of(grid, serving, 11.0, 12.0), [])


PICTURE = {"frames": 4, "fit": "stretch", "size": 32, "order": "RGB", "mean": [0.5] * 3, "std": [0.2] * 3}


class Features(unittest.TestCase):
    def make(self, **config):
        network = msnet_torch.build({"depth": 18, "width": 8, "classes": 2, "head": ["pooled", "change"], **config})
        return msnet_torch.randomise(network, 3)

    def setUp(self):
        self.frames = np.random.default_rng(1).integers(0, 256, (9, 40, 50, 3)).astype(np.uint8)
        self.grid = Grid(PICTURE, {"window": 1.0, "hop": 0.5})

    def feed(self, network, serving):
        reader = features.reader_of(network, PICTURE, self.grid)
        with torch.no_grad():
            for point, frame in enumerate(serving):
                if point and frame == serving[point - 1]:
                    reader.repeat(point)
                else:
                    reader.take(point, self.frames[frame])
            return lambda first: reader.window(first, len(serving))

    @torch.no_grad()
    def test_a_stream_sees_each_frame_once(self):
        network, serving = self.make(shift="causal"), [0, 1, 1, 2, 3, 4, 5, 6, 7, 8]
        record = {}
        network(msnet_torch.prepare.prepare(self.frames, PICTURE)[None], record)
        window = self.feed(network, serving)
        for first in (0, 2, 6, 8):
            points = [serving[min(point, 9)] for point in range(first, first + 4)]
            torch.testing.assert_close(window(first), record["features"][points].mean(0), atol=1e-4, rtol=1e-4)

    @torch.no_grad()
    def test_a_clip_sees_its_window(self):
        network, serving = self.make(shift="bidirectional"), [0, 1, 1, 2, 3, 4, 5]
        window, prepared = self.feed(network, serving), msnet_torch.prepare.prepare(self.frames, PICTURE)
        for first in (0, 2, 4):
            record = {}
            network(prepared[[serving[min(point, 6)] for point in range(first, first + 4)]][None], record)
            torch.testing.assert_close(window(first), record["features"].mean(0), atol=1e-4, rtol=1e-4)


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
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            return data.read(path)

    def test_times(self):
        found = self.read("clip,class,start,end,source\na.mkv,\"x, y\",1:02.5,70,p\nb.mkv,z,,,\na.mkv,z,5,,q\n")
        self.assertEqual([span[0:1] + span[2:] for span in found.clips], [
            ("a.mkv 1:02.5-70", "x, y", "p", 62.5, 70.0), ("b.mkv", "z", "b.mkv", None, None), ("a.mkv 5-", "z", "q", 5.0, None)])

    def test_bad_lines_are_left_out(self):
        found = self.read("clip,class,start,end\na.mkv,x,5,4\na.mkv,x,-1,4\na.mkv,x,1e999,\na.mkv,x,soon,\n,x,,\nc.mkv,x,,\n"
                          "a.mkv,x,,,,7\nb.mkv,x,,\n")
        self.assertEqual([span.name for span in found.clips], ["b.mkv"])
        self.assertEqual([name for name, _ in found.left_out],
                         ["line 2", "line 3", "line 4", "line 5", "line 6", "line 8", "c.mkv"])

    def test_other_tables_are_refused(self):
        with self.assertRaisesRegex(Problem, "found no class in it: clip,label"):
            self.read("clip,label\na.mkv,x\n")
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
