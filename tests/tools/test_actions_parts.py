# SPDX-License-Identifier: LGPL-2.1-or-later
"""The parts of tools/actions: what footage.csv says, windows of background, streams, the rule of actions, and judging."""

import collections
import math
import os
import sys
import tempfile
import unittest

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

from actions import answered, confusion, footage, judge, page, rule, streams
from actions.listen import Action, add_mark
from actions.streams import Mark

CLASSES = ("brush_hair catch clap climb_stairs golf jump kick_ball pick pour pullup push run shoot_ball shoot_bow shoot_gun sit "
           "stand swing_baseball throw walk wave").split()


def span(label, source, length, clip="x"):
    return footage.Span(clip, label, source, 0.0, length, "measure")


class Footage(unittest.TestCase):
    def test_lines_are_in_order_and_of_known_classes(self):
        by_clip = collections.defaultdict(list)
        for line in footage.spans():
            self.assertIn(line.label, CLASSES + [footage.BACKGROUND])
            self.assertIn(line.side, footage.SIDES)
            self.assertLess(line.start, line.end)
            by_clip[line.clip].append(line)
        for lines in by_clip.values():
            for before, after in zip(lines, lines[1:]):
                self.assertLessEqual(before.end, after.start, after)

    def test_no_source_is_on_both_sides(self):
        sides = collections.defaultdict(set)
        for line in footage.spans():
            sides[line.source].add(line.side)
        self.assertEqual({len(found) for found in sides.values()}, {1})

    def test_nothing_of_what_is_shown_is_learnt_from(self):
        """The demo's clip is cut from these three."""
        shown = ("adl-04", "adl-16", "adl-09")
        sources = {line.source for line in footage.spans() if os.path.basename(line.clip).startswith(shown)}
        self.assertEqual(sources, {"assist-iot/white"})
        for line in footage.spans():
            if line.side == "learn":
                self.assertNotIn(line.source, sources)
                self.assertFalse(line.clip.startswith(("ps7-actions/", "jhmdb21/")), line.clip)

    def test_pieces_cover_a_span(self):
        rng = np.random.default_rng(1)
        for _ in range(100):
            whole = footage.Span("a", "background", "s", round(rng.uniform(0, 9), 2), round(rng.uniform(9.1, 30), 2), "learn")
            parts = footage.pieces(whole, 1.2)
            self.assertEqual((parts[0].start, parts[-1].end), (whole.start, whole.end))
            self.assertTrue(all(one.end == two.start for one, two in zip(parts, parts[1:])))
            self.assertGreaterEqual(min(part.end - part.start for part in parts), min(1.19, whole.end - whole.start))


class Streams(unittest.TestCase):
    def test_draw_lasts_as_long_as_it_should(self):
        rng = np.random.default_rng(2)
        spans = [span("background", "s", length) for length in (0.8, 2.0, 5.0)]
        for _ in range(50):
            seconds = rng.uniform(0.5, 20)
            parts = streams.draw(rng, spans, seconds)
            self.assertAlmostEqual(sum(part.end - part.start for part in parts), seconds, delta=streams.LEAST)
            self.assertTrue(all(0 <= part.start < part.end <= part.span.end + 1e-9 for part in parts))
            if seconds <= 7.8:
                self.assertEqual(len({id(part.span) for part in parts}), len(parts))

    def test_composed_streams_play_every_clip_once_with_background_around_it(self):
        clips = [footage.Span("c%d" % index, "walk", "s", None, None, None) for index in range(23)]
        background = [span("background", source, 4.0) for source in "abc"]
        found = list(streams.composed(np.random.default_rng(3), clips, background))
        labels = [[part.span.label for part in stream.parts] for stream in found]
        self.assertEqual(sorted(part.span.clip for stream in found for part in stream.parts if part.span.label == "walk"),
                         sorted(clip.clip for clip in clips))
        for row in labels:
            self.assertEqual((row[0], row[-1]), ("background", "background"))
            self.assertNotIn(("walk", "walk"), list(zip(row, row[1:])))

    def test_parts_of_one_source_are_one_mark(self):
        marks = []
        for which, start, end in ((span("background", "a", 1), 0, 1), (span("background", "a", 1), 1, 3),
                                  (span("background", "b", 1), 3, 4), (span("walk", "b", 1), 4, 5)):
            add_mark(marks, which, start, end)
        self.assertEqual(marks, [Mark("background", 0, 3, "a"), Mark("background", 3, 4, "b"), Mark("walk", 4, 5, "b")])


class Rule(unittest.TestCase):
    def test_a_jump_of_the_score_starts_and_ends_late_by_the_formula(self):
        hop, smoothing = 0.01, 0.5
        times = np.array([(index * hop - 0.4, index * hop + 0.4) for index in range(600)])
        scores = np.zeros((600, 2))
        scores[100:300, 1] = 1
        found = rule.actions(times, scores, ["still", "wave"], ["still"], rule.Proposal(0.6, 0.4, smoothing))
        self.assertEqual([action.label for action in found], ["wave"])
        self.assertAlmostEqual(found[0].start, 1 + smoothing * math.log(1 / 0.4), delta=2 * hop)
        self.assertAlmostEqual(found[0].end, 3 + smoothing * math.log(1 / 0.4), delta=2 * hop)

    def test_background_never_starts_and_the_end_ends_all(self):
        times = np.array([(index, index + 1) for index in range(4)], float)
        scores = np.tile([0.9, 0.8], (4, 1))
        found = rule.actions(times, scores, ["still", "wave"], ["still"], rule.Proposal(0.6, 0.4, 0))
        self.assertEqual(found, [Action("wave", 0.8, 0.5, 4.0)])


class Judging(unittest.TestCase):
    marks = [Mark("background", 0, 10, "a"), Mark("walk", 10, 12, "b"), Mark("background", 12, 20, "c"), Mark("sit", 30, 31, "d")]

    def judge(self, *actions):
        return list(judge.answers_of(self.marks, actions)), list(judge.alarms_of(self.marks, actions))

    def test_found_late_and_repeated(self):
        answers, alarms = self.judge(Action("walk", 0.9, 10.5, 12.25), Action("walk", 0.9, 12.5, 13))
        self.assertEqual([answer[2:] for answer in answers[:1]], [(True, 0.5, 0.25)])
        self.assertFalse(answers[1].found)
        self.assertEqual(alarms, [])

    def test_too_early_and_too_late_are_alarms(self):
        answers, alarms = self.judge(Action("walk", 0.9, 8.5, 11), Action("walk", 0.9, 13.5, 14))
        self.assertFalse(answers[0].found)
        self.assertEqual([(alarm.source, alarm.during) for alarm in alarms], [("a", "background"), ("c", "background")])

    def test_another_class_during_and_just_after_is_confused_and_what_nobody_knows_does_not_count(self):
        _, alarms = self.judge(Action("run", 0.9, 11, 12), Action("run", 0.9, 12.5, 13), Action("run", 0.9, 25, 26))
        self.assertEqual([alarm.during for alarm in alarms], ["walk", "walk"])

    def test_rates_are_of_the_marks(self):
        quiet = [mark for mark in self.marks if mark.label == "background"]
        _, alarms = self.judge(Action("run", 0.9, 1, 2), Action("run", 0.9, 15, 16), Action("run", 0.9, 18, 19))
        found = judge.rate(alarms, quiet)
        hours = judge.rate([], quiet)[3]
        self.assertEqual(judge.rate([], quiet), (0.0, 0.0, 3 / hours, hours))
        self.assertAlmostEqual(found[0], 3 / (18 / 3600))
        self.assertAlmostEqual(found[1], 1 / (10 / 3600))
        self.assertAlmostEqual(found[2], 2 / (8 / 3600))


def answers(*rows):
    return {str(number): dict(zip(("class", "source", "answer"), row)) for number, row in enumerate(rows)}


class Pages(unittest.TestCase):
    model = answers(("walk", "a", "walk"), ("walk", "a", "walk"), ("sit", "b", "sit"), ("sit", "b", "walk"))
    other = answers(("walk", "a", "sit"), ("walk", "a", "walk"), ("sit", "b", "sit"), ("sit", "b", "walk"))

    def test_gains_are_paired_by_clip_and_source(self):
        self.assertEqual(answered.gain(self.model, self.other), (0.25, 0.0, 0.5))
        self.assertEqual(answered.gain(self.model, self.model), (0.0, 0.0, 0.0))
        rows = list(answered.rows_of([("the model", self.model), ("another", self.other)]))
        self.assertIn("| the model | 0.750 | 0.500 to 1.000 |  |", rows)
        self.assertIn("| another | 0.500 | 0.500 to 0.500 | +0.250, +0.000 to +0.500 |", rows)

    def test_other_clips_are_refused(self):
        with self.assertRaisesRegex(page.Problem, "expected the same clips"):
            answered.gain(self.model, answers(("walk", "a", "sit")))

    def test_lines_between_marks_are_replaced(self):
        text = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n"
        self.assertEqual(page.replace(text, "x", ["1", "2"]), "a\n<!-- x -->\n1\n2\n<!-- end of x -->\nb\n")
        with self.assertRaisesRegex(page.Problem, "expected one"):
            page.replace(text, "y", [])

    def test_the_page_has_its_marks(self):
        with open(page.PAGE, encoding="utf-8") as text:
            whole = text.read()
        for name in ("answers", "streams"):
            self.assertIn("| row |", page.replace(whole, name, ["| row |"]))

    def test_the_diagonal_is_blue_and_mistakes_are_red(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "table.png")
            confusion.draw({"labels": ["sit", "walk"], "counts": [[0, 4], [0, 4]]}, path)
            with Image.open(path) as picture:
                seen = np.asarray(picture.convert("RGB")).astype(int)
        corner = [seen[confusion.TOP + row * confusion.CELL + 3, confusion.LEFT + column * confusion.CELL + 3]
                  for row, column in ((0, 0), (0, 1), (1, 1))]
        self.assertEqual(tuple(corner[0]), confusion.PAPER)
        self.assertGreater(corner[1][0], corner[1][2])
        self.assertGreater(corner[2][2], corner[2][0])


if __name__ == "__main__":
    unittest.main()
