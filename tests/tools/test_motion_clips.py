# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rendered clips show what their displacement says, and the split keeps sides apart."""

import os
import sys
import unittest

try:
    import cv2
    import numpy as np
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

from motion import pictures, videos
from motion.clips import FLAT_CONTRAST, FRAMES, MOST_ANSWERS, Scene, asked, choose_labels, newest, sequence
from motion.course import Course
from motion.matroska import frame, head
from motion.paths import DIRECTION, POINTS, TIME_STEP
from motion.source import play
from motion.taxonomy import OBJECT, SLIDE, STATED, kind
from motion.views import CELL, View, has_corners, has_texture

SIZE = 128


class Texture:
    """A smooth random picture for every seed."""

    def __init__(self, rng):
        noise = rng.integers(0, 255, (60, 80, 3)).astype(np.uint8)
        self.picture = cv2.resize(noise, (960, 720), interpolation=cv2.INTER_CUBIC)

    def texture(self, frames=0):
        return pictures.pyramid(self.picture)

    def video(self, share=0):
        return None

    def cutout(self):
        return None


def scene(label, seed, flat=False):
    rng = np.random.default_rng(seed)
    return Scene(rng, Texture(rng), [label], np.arange(8) / 8, (SIZE, SIZE), 4 / 3, flat)


def change(frames, flow, index):
    """Mean difference to the frame before as it is, and as the displacement says it moved."""
    steps = np.arange(CELL // 2, SIZE, CELL) - 0.5
    x, y = np.meshgrid(steps, steps)
    before, now = (cv2.GaussianBlur(frames[i], (0, 0), 1.5).astype(np.float32) for i in (index - 1, index))
    here = cv2.remap(now, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR)
    there = [cv2.remap(before, (x + CELL * scale * flow[index][..., 0]).astype(np.float32),
                       (y + CELL * scale * flow[index][..., 1]).astype(np.float32), cv2.INTER_LINEAR) for scale in (0, 1)]
    inside = np.s_[3:-3, 3:-3]
    return [float(np.abs(here - other)[inside].mean()) for other in there]


class Clips(unittest.TestCase):
    def test_displacement_explains_what_changes(self):
        for label in ("pan-left", "tilt-down", "zoom-in", "zoom-out", "roll-left", "shake"):
            drawn = scene(label, 4)
            drawn.thing = None
            frames, flow = drawn.render()
            for index in (2, 5):
                plain, moved = change(frames, flow, index)
                self.assertLess(moved, 0.35 * plain, "%s, frame %d" % (label, index))

    def test_content_moves_against_the_camera(self):
        for label, axis, sign in (("pan-right", 0, 1), ("pan-left", 0, -1), ("tilt-up", 1, -1), ("tilt-down", 1, 1)):
            drawn = scene(label, 1)
            drawn.thing = None
            _, flow = drawn.render()
            self.assertGreater(sign * flow[1:, ..., axis].mean(), 0.05, label)

    def test_roll_left_turns_the_content_clockwise(self):
        drawn = scene("roll-left", 1)
        drawn.thing = None
        _, flow = drawn.render()
        middle = flow.shape[1] // 2
        newer_minus_older = -(flow[4, 0, middle] - flow[4, -1, middle])
        self.assertGreater(newer_minus_older[0], 0.1)

    def test_an_object_moves_only_where_it_is(self):
        _, flow = scene("object-left", 2).render()
        moving = np.abs(flow[4]).max(-1) > 0.01
        self.assertTrue(0.005 < moving.mean() < 0.5)
        self.assertGreater(flow[4][moving][:, 0].mean(), 0.1)
        self.assertLess(flow[4][moving].std(0).max(), 0.05)


class Sequences(unittest.TestCase):
    def test_what_happens_between_two_frames_is_in_the_newer_ones_window(self):
        self.assertEqual(newest(np.array([0, 0.5, 1.0, 1.125, 2.0, 2.5])).tolist(), [0, 0, 0, 1, 1, 2])

    def test_asked_is_what_one_thing_fills_but_for_a_point(self):
        serving = list(range(16))
        self.assertEqual(asked(serving, 16 * ["pan-left"]).tolist(), list(range(4, 13)))
        self.assertEqual(asked(serving, 8 * ["pan-left"] + 8 * ["still"]).tolist(), [4, 5, -1, -1, -1, -1, -1, 11, 12])
        self.assertEqual(asked(8 * [0] + [1], ["still", "pan-left"]).tolist(), [0, 0])

    def test_padding_is_not_asked(self):
        rng = np.random.default_rng(4)
        texture = Texture(rng)
        for _ in range(12):
            frames, flow, of_frames, serving, answers = sequence(rng, texture, 64)
            shown = serving.max() + 1
            self.assertEqual((len(frames), len(flow), len(serving)), (FRAMES, FRAMES, MOST_ANSWERS + POINTS - 1))
            self.assertFalse(of_frames[0].any() or of_frames[shown:].any() or flow[shown:].any())
            self.assertTrue(of_frames[1:shown].any(1).all())
            self.assertTrue((frames[shown:] == frames[shown - 1]).all())
            self.assertTrue(answers.any())


class Courses(unittest.TestCase):
    def test_pans_and_tilts_move_the_picture_along_itself(self):
        """Also where the camera has turned and zoomed."""
        course = Course(np.random.default_rng(2), 120.0, (2.0, 4.0), 4 / 3, STATED)
        view = View(np.random.default_rng(0), (SIZE, SIZE), 4 / 3, 0.5, (480, 640))
        centre = np.array([(SIZE - 1) / 2, (SIZE - 1) / 2, 1])
        for label, begin in zip(course.labels, course.begins):
            if kind(label) == SLIDE:
                older, newer = (view.matrix(course.poses[round((begin + after) / TIME_STEP)]) for after in (0.1, 0.6))
                moved = (np.linalg.inv(older) @ newer @ centre - centre)[:2] / SIZE
                along, across = moved @ DIRECTION[label], moved @ DIRECTION[label][::-1]
                self.assertGreater(along, 0.05, label)
                self.assertLess(abs(across), 0.5 * along, label)

    def test_videos_play_forwards_and_backwards(self):
        self.assertEqual(play(np.arange(-2, 7), 4).tolist(), [2, 1, 0, 1, 2, 3, 2, 1, 0])
        self.assertEqual(play(np.arange(3), 1).tolist(), [0, 0, 0])


class Flat(unittest.TestCase):
    """Scenes in which hardly anything can be matched."""

    def test_the_camera_is_still(self):
        rng = np.random.default_rng(0)
        seen = {label for _ in range(100) for label in choose_labels(rng, 2, True)}
        self.assertEqual(seen, {"still", *OBJECT})

    def test_the_background_has_little_contrast(self):
        plain, flat = (scene("still", 3, flat).render()[0].std() for flat in (False, True))
        self.assertLess(flat, FLAT_CONTRAST[1] * 1.5 * plain)


class Visible(unittest.TestCase):
    def test_stripes_show_motion_one_way_only(self):
        stripes = np.tile((np.arange(160) // 6 % 2 * 120 + 60).astype(np.uint8)[None, :, None], (120, 1, 3))
        picture = np.ascontiguousarray(Texture(np.random.default_rng(0)).picture[:120, :160])
        self.assertTrue(has_texture(stripes) and has_texture(picture))
        self.assertTrue(has_corners(picture))
        self.assertFalse(has_corners(stripes))


class Split(unittest.TestCase):
    def test_variants_of_a_picture_stay_together(self):
        for one, other in (("wood-d", "wood-l"), ("Elephants", "Elephants_3840x2160"), ("motorcycle_left", "motorcycle_right")):
            self.assertEqual(pictures.held_out(one), pictures.held_out(other))

    def test_the_split_never_changes(self):
        self.assertTrue(videos.held_out("fight-surv/v007") and videos.held_out("ps7/P3"))
        self.assertFalse(videos.held_out("fight-surv/v000") or videos.held_out("ps7/P1"))

    def test_a_moving_camera_is_found(self):
        texture = Texture(np.random.default_rng(0)).picture
        still = np.stack([texture[100:500, 100:600]] * 20)
        moving = np.stack([texture[100:500, 100 + 2 * i : 600 + 2 * i] for i in range(20)])
        self.assertTrue(videos.camera_is_still(still))
        self.assertFalse(videos.camera_is_still(moving))


class Matroska(unittest.TestCase):
    def test_sizes_add_up(self):
        document = head(64, 48)
        length = int.from_bytes(document[5:12], "big")
        self.assertEqual((document[:4], document[4]), (b"\x1a\x45\xdf\xa3", 1))
        self.assertEqual(document[12 + length : 16 + length], b"\x18\x53\x80\x67")
        raw = 64 * 48 * 3 // 2
        self.assertGreater(len(frame(np.zeros((48, 64, 3), np.uint8), 1.0, 0.04)), raw)
        self.assertLess(len(frame(np.zeros((48, 64, 3), np.uint8), 1.0, 0.04)), raw + 80)


if __name__ == "__main__":
    unittest.main()
