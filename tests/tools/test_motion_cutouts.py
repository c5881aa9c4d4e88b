# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cut-outs are where and as large as their pose says, whatever their people do; worse pictures are still the clip."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

try:
    import cv2
    import numpy as np
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

from motion import outlines, robust
from motion.benchmark import Clip
from motion.clips import Scene
from motion.cutout import CutOut, anchors
from motion.pictures import pyramid
from motion.views import CELL, cells

PICTURE = (320, 240)


def walker(count=12, walk=3.0, growth=0.03):
    """A bright box that walks through dark frames and grows: frames and masks."""
    frames = np.full((count, 200, 260, 3), 20, np.uint8)
    mask = np.zeros((count, 200, 260), np.uint8)
    for number in range(count):
        x, half = 90 + walk * number, 20 * np.exp(growth * number)
        corners = [int(round(value)) for value in (x - half, 90 - 2 * half, x + half, 90 + 2 * half)]
        cv2.rectangle(frames[number], corners[:2], corners[2:], (200, 180, 160), -1)
        cv2.rectangle(mask[number], corners[:2], corners[2:], 255, -1)
    return frames, mask


def box(weight):
    left, top, wide, high = cv2.boundingRect((weight > 127).astype(np.uint8))
    return np.array([left + wide / 2, top + high / 2, wide, high])


def cut(picture=PICTURE, aspect=PICTURE[0] / PICTURE[1], times=(0.0,), pictures=None):
    pictures = outlines.cropped(*walker()) if pictures is None else pictures
    return CutOut(np.random.default_rng(5), pictures, picture, "approaching", 1, aspect, sizes=(0.2, 0.2), times=times)


def drawn(thing, pose, index=0):
    frame = np.full((int(thing.picture[1]), int(thing.picture[0]), 3), 90, np.uint8)
    return frame, thing.draw(frame, np.array(pose), index)


class Cropped(unittest.TestCase):
    def test_all_masks_are_within_and_the_margin_is_kept(self):
        frames, mask = walker()
        pictures = outlines.cropped(frames, mask)
        self.assertEqual(np.count_nonzero(pictures[..., 3]), np.count_nonzero(mask))
        self.assertFalse(pictures[:, : outlines.MARGIN, :, 3].any() or pictures[:, :, : outlines.MARGIN, 3].any())
        self.assertTrue((pictures[..., 0][pictures[..., 3] > 0] == 200).all())

    def test_people_who_leave_the_picture_are_not_whole(self):
        _, mask = walker()
        self.assertTrue(outlines.whole(mask))
        mask[-1, -1, 5] = 1
        self.assertFalse(outlines.whole(mask))
        self.assertFalse(outlines.whole(walker(walk=0.0, growth=0.0)[1][:, ::6, ::6]))

    def test_what_differs_from_the_background_is_found(self):
        frames = np.full((15, 120, 160, 3), 60, np.uint8)
        for number, frame in enumerate(frames):
            cv2.rectangle(frame, (8 * number, 30), (8 * number + 24, 70), (220, 220, 220), -1)
        found = box(outlines.foreground(list(frames), 7))
        np.testing.assert_allclose(found, (68.5, 50.5, 25, 41), atol=4)
        self.assertIsNone(outlines.foreground(list(frames[:1]) * 5, 2))


class Moved(unittest.TestCase):
    def test_it_is_where_and_as_large_as_the_pose_says(self):
        thing = cut(pictures=outlines.cropped(*walker())[:1])
        for x, y, grown in ((0.5, 0.5, 0.0), (0.4, 0.6, 0.3), (0.6, 0.45, -0.3)):
            found = box(drawn(thing, (x, y, grown))[1])
            np.testing.assert_allclose(found[:2], (x * 320, y * 240), atol=1.5)
            np.testing.assert_allclose(found[3], 2 * 0.2 * 240 * np.exp(grown), rtol=0.05)

    def test_a_squeezed_picture_squeezes_it(self):
        wide, squeezed = (box(drawn(cut(size, 16 / 9), (0.5, 0.5, 0.0))[1]) for size in ((320, 180), (160, 160)))
        np.testing.assert_allclose(squeezed[2:] / (160, 160), wide[2:] / (320, 180), rtol=0.1)

    def test_who_walks_and_nears_stays_in_place(self):
        pictures = outlines.cropped(*walker())
        rows, _ = anchors(pictures)
        self.assertGreater(rows[-1, 0] - rows[0, 0], 25)
        self.assertAlmostEqual(rows[-1, 2] - rows[0, 2], 11 * 0.03, delta=0.03)
        times = np.arange(12) / outlines.RATE
        thing = cut(times=times)
        self.assertGreater(len(set(thing.order.tolist())), 6)
        found = np.array([box(drawn(thing, (0.5, 0.5, 0.0), index)[1]) for index in range(12)])
        self.assertLess(np.ptp(found[:, :2], axis=0).max(), 3)
        self.assertLess(np.ptp(np.log(found[:, 3])), 0.08)

    def test_only_the_cut_out_is_drawn(self):
        frame, weight = drawn(cut(), (0.5, 0.5, 0.0))
        self.assertTrue((frame[weight == 0] == 90).all())
        self.assertTrue((frame[cv2.erode(weight, np.ones((5, 5))) == 255] > 150).all())


class Real:
    """A source with nothing but a picture and a cut-out."""

    def __init__(self, rng):
        noise = rng.integers(0, 255, (60, 80, 3)).astype(np.uint8)
        self.picture = cv2.resize(noise, (960, 720), interpolation=cv2.INTER_CUBIC)

    def texture(self, frames=0):
        return pyramid(self.picture)

    def video(self, share=0):
        return None

    def cutout(self):
        return outlines.cropped(*walker())


class Scenes(unittest.TestCase):
    def test_a_real_cut_out_that_nears_was_smaller(self):
        for seed in range(6):
            rng = np.random.default_rng(seed)
            scene = Scene(rng, Real(rng), ["approaching"], np.arange(8) / 8, (128, 128), 4 / 3)
            self.assertIsInstance(scene.thing, CutOut)
            _, flow = scene.render()
            mask = scene.thing.draw(np.zeros((128, 128, 3), np.uint8), scene.poses[4], 4)
            covered = mask[CELL // 2 :: CELL, CELL // 2 :: CELL] > 127
            away = cells((128, 128))[..., :2] - scene.poses[4][:2] * 128
            self.assertTrue(0.002 < covered.mean() < 0.6)
            inwards = -(flow[4][covered] * away[covered]).sum() * CELL / (away[covered] ** 2).sum()
            self.assertTrue(0.03 < inwards < 0.16, inwards)


class Kept(unittest.TestCase):
    def test_those_with_people_and_those_without_are_kept_apart(self):
        picture = outlines.cropped(*walker())
        with tempfile.TemporaryDirectory() as cache, mock.patch.object(
                outlines, "cut_out", lambda folder, index, cache: [("people/a" if folder else "b", picture)]):
            for _ in range(2):
                for folder, source in ((None, "b"), ("jhmdb", "people/a")):
                    (row,) = outlines.cache_cutouts(folder, [], cache)
                    self.assertEqual(row["source"], source)
                    self.assertTrue(os.path.exists(os.path.join(cache, row["array"])))


class Worse(unittest.TestCase):
    def setUp(self):
        frames = np.random.default_rng(0).integers(0, 255, (30, 24, 32, 3)).astype(np.uint8)
        self.clip = Clip(frames, 30.0, "still", "one")

    def test_fewer_frames_are_those_seen_last(self):
        frames, rate = robust.slower(self.clip, 12)
        self.assertEqual((len(frames), rate), (13, 12.0))
        np.testing.assert_array_equal(frames, self.clip.frames[[0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29]])

    def test_strengths_go_from_little_to_much(self):
        for name, (make, _, strengths) in robust.WORSE.items():
            smooth = cv2.GaussianBlur(self.clip.frames[0], (0, 0), 3)[None]
            error = [np.abs(make(np.random.default_rng(1), smooth, strength).astype(int) - smooth).mean()
                     for strength in strengths]
            self.assertTrue(0 < error[0] < error[1] < error[2], "%s: %s" % (name, error))

    def test_every_way_is_asked_once(self):
        names = [name for name, pairs in robust.ways([self.clip]) for _ in pairs]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(len(names), 1 + len(robust.RATES) + sum(len(row[2]) for row in robust.WORSE.values()))

    def test_the_first_window_of_a_clip_answers(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            robust.report([self.clip], lambda pairs: [answer for number, _ in enumerate(pairs)
                                                      for answer in ((number, "still"), (number, "shake"))],
                          lambda label, answer: label == answer)
        self.assertEqual(said.getvalue().count(" 1.000 "), 1 + len(robust.RATES) + 12)


if __name__ == "__main__":
    unittest.main()
