# SPDX-License-Identifier: LGPL-2.1-or-later
"""Long streams for measuring: their points are the element's, their labels are what the camera does."""

import os
import sys
import unittest

try:
    import numpy as np
except ImportError:
    sys.exit(77)

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests", "oracle")]

import oracle
from motion import cadence
from motion.course import ROOM, TIME_STEP, Course, follow
from motion.paths import POINTS
from motion.taxonomy import CAMERA, STATED

SECOND = 10 ** 9
ASPECT = 4 / 3


def oracle_points(times, duration):
    """(time in ns, gap) of every point, by the rules that the element is tested with."""
    frames = [oracle.Frame(int(round(time * 1e6)) * 1000, round(duration * SECOND), number, refused=False, stated=True)
              for number, time in enumerate(times)]
    grid = oracle.Grid(frames, end=None, window=SECOND, clip=False)
    return [(point.frame.pts, point.gap) for point in oracle.points(grid, POINTS)]


class Points(unittest.TestCase):
    def test_every_cadence_follows_the_rules_of_time(self):
        for name, (make_times, rate) in cadence.CADENCES.items():
            times = make_times(np.random.default_rng(3), 20.0, rate)
            points = cadence.Points(times, 1 / rate)
            taken = np.round(times[points.frames][points.serving] * 1e6).astype(np.int64) * 1000
            self.assertEqual(list(zip(taken.tolist(), points.gaps.tolist())), oracle_points(times, 1 / rate), name)

    def test_cadences_are_what_their_names_say(self):
        made = {name: cadence.Points(make(np.random.default_rng(3), 20.0, rate), 1 / rate)
                for name, (make, rate) in cadence.CADENCES.items()}
        self.assertEqual({name for name, points in made.items() if points.gaps.any()}, {"12-irregular", "25-stalls"})
        repeats = {name for name, points in made.items() if len(points.frames) < len(points.serving) - points.gaps.sum()}
        self.assertEqual(repeats, {"5"})

    def test_no_stall_begins_a_new_grid(self):
        for name, (make_times, rate) in cadence.CADENCES.items():
            for seed in range(20):
                times = make_times(np.random.default_rng(seed), 20.0, rate)
                self.assertLess(np.diff(times).max() - 1 / rate, 0.5, name)


class Stretches(unittest.TestCase):
    """What training sees of streams."""

    def setUp(self):
        self.made = [cadence.stretch(np.random.default_rng(seed), 16, 3.0) for seed in range(400)]

    def test_every_sampled_frame_serves_a_point_in_order(self):
        for times, serving in self.made:
            self.assertTrue(POINTS <= len(serving) <= 3 * POINTS and len(times) <= 16)
            self.assertEqual(np.unique(serving).tolist(), list(range(len(times))))
            self.assertTrue((np.diff(serving) >= 0).all() and times[0] == 0)

    def test_a_point_takes_a_frame_of_its_own_or_repeats_the_last(self):
        own = [times[frame] - point / POINTS for times, serving in self.made for point, frame in enumerate(serving)
               if point == 0 or frame != serving[point - 1]]
        self.assertTrue(-1e-6 <= min(own) and max(own) < 0.5 + 1 / 4)

    def test_there_are_gaps_and_slow_streams(self):
        repeats = [np.bincount(serving).max() for _, serving in self.made]
        self.assertGreater(np.mean([most == 2 for most in repeats]), 0.15)
        self.assertGreater(np.mean([most > 2 for most in repeats]), 0.1)
        self.assertGreater(np.mean([most == 1 for most in repeats]), 0.3)


class Courses(unittest.TestCase):
    def course(self, seed, seconds=60.0):
        return Course(np.random.default_rng(seed), seconds, (2.0, 4.0), ASPECT, STATED)

    def test_all_classes_come_and_none_follows_itself(self):
        for seed in range(5):
            labels = self.course(seed).labels
            self.assertEqual(set(labels), set(CAMERA))
            self.assertFalse(any(one == other for one, other in zip(labels, labels[1:])))

    def test_legs_end_where_there_is_room(self):
        course = self.course(1)
        ends = course.poses[[round(begin / TIME_STEP) for begin in course.begins]]
        self.assertTrue((np.abs(ends) <= ROOM + 0.2).all())  # the tremor comes on top

    def test_follow_is_plain_without_turn_and_zoom(self):
        rates = np.tile([0.2, -0.1, 0, 0], (240, 1))
        np.testing.assert_allclose(follow(rates, np.zeros(4), ASPECT)[-1], [0.2, -0.1, 0, 0], atol=1e-9)

    def test_what_happens_before_a_frame_is_of_the_newer_leg(self):
        course = self.course(3)
        begin = course.begins[1]
        self.assertEqual(course.which(np.array([0.0, begin, begin + 0.01])).tolist(), [0, 0, 1])


if __name__ == "__main__":
    unittest.main()
