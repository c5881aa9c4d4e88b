# SPDX-License-Identifier: LGPL-2.1-or-later
"""The parts of msnet-train: lists of clips, splits, windows, mirror images, masks, augmentation, schedules."""

import collections
import contextlib
import csv
import os
import struct
import sys
import tempfile
import types
import unittest
import zlib

try:
    import numpy as np
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

import msnet_torch
from msnet_torch.prepare import normalise, prepare
from msnet_train import Problem, augment, card, clips, flips, layouts, learn, masks, plan, split, views, windows
from msnet_train.cache import Kept
from msnet_train.loader import Loader
from msnet_train.sampler import Sampler

MS = 10 ** 6


def clip(name, label, source):
    return clips.Clip(name, name, label, source, None, None, None)


def touch(folder, *names):
    for name in names:
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"x")


class Lists(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name
        self.addCleanup(self.folder.cleanup)

    def test_a_table_with_odd_names_parts_and_mistakes(self):
        touch(self.path, "a, b.mkv", "c.mkv", "d.mkv")
        with open(os.path.join(self.path, "list.csv"), "w", newline="", encoding="utf-8") as text:
            table = csv.writer(text)
            table.writerow(["clip", "class", "source", "start", "end"])
            table.writerows([["a, b.mkv", "kick, high <b>", "x", "", ""], ["c.mkv", "läuft", "y", "1.5", "3"],
                             ["c.mkv", "läuft", "y", "1.5", "3"], ["d.mkv", "läuft", "z", "5", "2"], ["e.mkv", "läuft", "z", "", ""],
                             ["d.mkv", "\x07", "z", "", ""]])
        found = clips.read(os.path.join(self.path, "list.csv"))
        self.assertEqual(found.labels, ["kick, high <b>", "läuft"])
        self.assertEqual([(c.start, c.end) for c in found.clips], [(None, None), (1.5, 3.0)])
        reasons = " ".join(why for _, why in found.left_out)
        for expected in ("named twice", "end after the start", "expected a file, found none", "cannot be printed"):
            self.assertIn(expected, reasons)

    def test_other_tables_are_refused(self):
        path = os.path.join(self.path, "list.csv")
        for data in (b"clip,class\nm\xfc.mkv,a\n", b"clip,class\n" + b"a" * 200000 + b".mkv,b\n"):
            with open(path, "wb") as file:
                file.write(data)
            with self.assertRaisesRegex(Problem, "list.csv: expected a table .CSV. in UTF-8, found something else: .*; save it"):
                clips.read(path)

    def test_names_that_nobody_can_write_are_left_out(self):
        touch(self.path, "wave/a.mkv", "wave/\udcff.mkv", "clap\ntwice/a.mkv", "clap/a.mkv", "\udcff/a.mkv")
        found = clips.read(self.path)
        self.assertEqual([clip.name for clip in found.clips], ["clap/a.mkv", "wave/a.mkv"])
        reasons = dict(found.left_out)
        self.assertIn("expected a name in UTF-8, found other bytes", reasons["wave/?.mkv"])
        self.assertIn("expected a name in UTF-8, found other bytes", reasons["?/a.mkv"])
        self.assertIn("signs that cannot be printed", reasons["clap\ntwice/a.mkv"])

    def test_one_class_is_no_choice(self):
        touch(self.path, "wave/a.mkv", "wave/b.mkv")
        os.makedirs(os.path.join(self.path, "empty"))
        with self.assertRaisesRegex(Problem, "two classes or more, found those of wave alone: .*class empty has no clip"):
            clips.read(self.path)

    def test_few_clips_are_noted(self):
        touch(self.path, "wave/a.mkv", "clap/a.mkv", "clap/b.mkv")
        found = clips.read(self.path)
        clips.note_thin(found)
        self.assertTrue(any("class wave has one clip" in note for note in found.notes))

    def test_layouts(self):
        name = "April_09_brush_hair_u_nm_np1_ba_goo_0"
        touch(self.path, "h/brush_hair/%s.avi" % name, "h/wave/50_FIRST_DATES_wave_u_cm_np1_fr_goo_30.avi",
              "j/ReCompress_Videos/brush_hair/%s.avi" % name, "j/ReCompress_Videos/wave/50_FIRST_DATES_wave_u_cm_np1_fr_goo_30.avi",
              "j/puppet_mask/brush_hair/%s/puppet_mask.mat" % name, "f/fight/fi001.mp4", "f/noFight/nofi001.mp4")
        for folder, expected in (("h", layouts.Hmdb51), ("j", layouts.Jhmdb), ("f", layouts.Fights)):
            self.assertIs(layouts.find(os.path.join(self.path, folder)), expected)
        for folder in ("h", "j"):
            found = clips.read(os.path.join(self.path, folder))
            self.assertEqual({c.source for c in found.clips}, {"April_09", "50_FIRST_DATES"})
        self.assertEqual([bool(c.mask) for c in found.clips], [True, False])


class Cards(unittest.TestCase):
    def test_the_text_of_a_licence_goes_with_the_weights(self):
        options = types.SimpleNamespace(name="mine", description=None, license="MIT", folds=0, data="x")
        found = types.SimpleNamespace(clips=[clip("a", "b", "c")], labels=["b"], layout=None, licence=None)
        for old in ({"license_text": "NOTICE"}, {"backbone": {"license_text": "NOTICE"}}):
            self.assertEqual(card.make(options, found, "base", old, None, 0)["license_text"], "NOTICE")
        self.assertNotIn("license_text", card.make(options, found, "base", {"license": "MIT"}, None, 0))


class Splits(unittest.TestCase):
    def test_no_source_is_on_both_sides_and_classes_are_on_all(self):
        rng = np.random.default_rng(0)
        for seed in range(20):
            many = [clip("%d" % index, "abc"[index % 3], "s%d" % rng.integers(15)) for index in range(90)]
            place, count = split.folds(many, 5, seed)
            self.assertEqual(count, 5)
            sides = collections.defaultdict(set)
            for one, fold in zip(many, place):
                sides[one.source].add(fold)
            self.assertTrue(all(len(found) == 1 for found in sides.values()))
            sizes = collections.Counter(place)
            self.assertLess(max(sizes.values()), 2.5 * min(sizes.values()))

    def test_the_only_source_of_a_class_is_always_learnt_from(self):
        many = [clip("a", "rare", "one"), clip("b", "rare", "one")] + [clip(str(i), "x", "s%d" % i) for i in range(6)]
        place, count = split.folds(many, 5)
        self.assertEqual(place[:2], [split.ALWAYS] * 2)
        for run in plan.make(many, types.SimpleNamespace(folds=3, seed=1))[0]:
            self.assertIn("rare", {one.label for one in run.train})
            self.assertFalse({one.source for one in run.train} & {one.source for one in run.held})

    def test_nothing_can_be_held_out(self):
        runs, count, _ = plan.make([clip("a", "x", "1"), clip("b", "y", "2")], types.SimpleNamespace(folds=0, seed=1))
        self.assertEqual((len(runs), len(runs[0].train), runs[0].held, count), (1, 2, [], 0))


class Mirror(unittest.TestCase):
    def test_sides_change_places(self):
        labels = ["turn left", "turn right", "wave", "kick_left", "brightness", "TurnLeft", "TurnRight", "spin-clockwise",
                  "spin-anticlockwise", "copyright"]
        found = flips.mirrored(labels)
        self.assertEqual(found, [1, 0, 2, flips.NEVER, 4, 6, 5, 8, 7, 9])


class Times(unittest.TestCase):
    def test_points_take_the_first_frame_at_or_after(self):
        sampler = Sampler(1000 * MS, 4)
        taken = [sampler.push(number, number * 100 * MS, 100 * MS) for number in range(11)]
        self.assertEqual(sampler.halves(), [0, 2, 3, 4, 5, 7, 8, 9, 10])
        self.assertEqual([number for number, yes in enumerate(taken) if yes], [0, 2, 3, 4, 5, 7, 8, 9, 10])

    def test_a_late_frame_leaves_a_gap_and_a_hole_begins_anew(self):
        sampler = Sampler(1000 * MS, 4)
        for number, time in enumerate((0, 250, 900, 1000)):
            sampler.push(number, time * MS, 40 * MS)
        self.assertEqual(sampler.halves()[::2], [0, 1, 1, 2, 3])
        sampler = Sampler(1000 * MS, 4)
        for number, time in enumerate((0, 250, 5000, 5250, 5500, 5750)):
            sampler.push(number, time * MS, 250 * MS)
        self.assertEqual(sampler.halves()[::2], [2, 3, 4, 5])

    def test_windows_of_a_pipeline(self):
        values = {"input": {"frames": 4}, "sampling": {"window": 1.0, "hop": 0.5}}
        self.assertEqual(windows.of_pipeline(list(range(16)), values), ([[0, 2, 4, 6], [4, 6, 8, 10], [8, 10, 12, 14]], False))
        self.assertEqual(windows.of_pipeline([0, 1, 2], values), ([[0, 2, 2, 2]], True))
        values["sampling"]["at"] = "centre"
        self.assertEqual(windows.of_pipeline(list(range(8)), values)[0], [[1, 3, 5, 7]])

    def test_drawn_windows_stay_inside(self):
        rng = np.random.default_rng(0)
        for length in (1, 3, 16, 40):
            for _ in range(50):
                rows = windows.draw(rng, list(range(length)), 8, windows.speed(rng))
                self.assertEqual(len(rows), 8)
                self.assertTrue(rows == sorted(rows) and 0 <= rows[0] and rows[-1] < length)
        self.assertEqual(windows.different([3, 3, 4, 4, 9]), ([3, 4, 9], [0, 0, 1, 1, 2]))


def mat_file(path, name, array):
    """A file of MATLAB 5 with one compressed array of bytes."""
    def element(kind, body):
        return struct.pack("<II", kind, len(body)) + body + b"\0" * (-len(body) % 8)

    body = element(6, struct.pack("<II", 9, 0)) + element(5, struct.pack("<3i", *array.shape)) + element(1, name.encode())
    packed = zlib.compress(element(14, body + element(2, array.tobytes(order="F"))))
    with open(path, "wb") as file:
        file.write(b"MATLAB".ljust(124) + struct.pack("<HH", 0x100, 0x4D49) + struct.pack("<II", 15, len(packed)) + packed)


class Masks(unittest.TestCase):
    def test_read(self):
        array = np.random.default_rng(0).integers(0, 2, (5, 7, 3)).astype(np.uint8)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.mat")
            mat_file(path, "part_mask", array)
            np.testing.assert_array_equal(masks.read(path), array.transpose(2, 0, 1))
            mat_file(path, "other", array)
            self.assertIsNone(masks.read(path))
            touch(folder, "b.mat")
            self.assertIsNone(masks.read(os.path.join(folder, "b.mat")))


class Augmentation(unittest.TestCase):
    picture = {"fit": "crop", "resize": 40, "size": 32, "mean": [0.5] * 3, "std": [0.2] * 3}

    def frames(self, count=3, height=40, width=60):
        return torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))

    def test_the_middle_without_a_camera_is_what_a_pipeline_shows(self):
        x = self.frames().permute(0, 3, 1, 2).float() / 255
        for flip in (False, True):
            thetas = augment.matrices(np.zeros((3, 4)), np.array([30.0, 20.0]), (32, 32), (40, 60), flip)
            found = normalise(augment.warp(x, thetas, 32, "reflection"), self.picture)
            expected = prepare(self.frames(), self.picture)
            self.assertLess(float((found - (expected.flip(-1) if flip else expected)).abs().max()), 1e-3)

    def test_a_camera_moves_zooms_and_turns(self):
        spot = torch.zeros(1, 3, 40, 60)
        spot[:, :, 18:22, 28:32] = 1
        for path, expected in (((0.1, 0, 0, 0), (-0.1, 0)), ((0, 0.2, 0, 0), (0, -0.2))):
            thetas = augment.matrices(np.array([path]), np.array([30.0, 20.0]), (40, 40), (40, 60), False)
            seen = augment.warp(spot, thetas, 40, "zeros")[0, 0]
            y, x = ((seen * torch.arange(40.0)[index]).sum() / seen.sum() for index in ((slice(None), None), slice(None)))
            self.assertAlmostEqual(float(x - 19.5) / 40, expected[0], delta=0.01)
            self.assertAlmostEqual(float(y - 19.5) / 40, expected[1], delta=0.01)
        near = augment.warp(spot, augment.matrices(np.array([(0, 0, 0.7, 0)]), np.array([30.0, 20.0]), (40, 40), (40, 60), False), 40, "zeros")
        self.assertGreater(float(near.sum()), 3 * float(spot.sum()))

    def test_every_fit_gives_the_size(self):
        rng = np.random.default_rng(0)
        for fit, shape in (("crop", (40, 60)), ("stretch", (32, 32)), ("pad", (20, 32))):
            picture = dict(self.picture, fit=fit)
            for _ in range(10):
                x = augment.view(rng, self.frames(3, *shape), torch.zeros(3, *shape, dtype=torch.uint8), [0, 0.5, 1], picture, True)
                self.assertEqual(tuple(x.shape), (3, 4, 32, 32))
                x = augment.spoil(rng, x[:, :3])
                self.assertTrue(bool(torch.isfinite(x).all()) and 0 <= float(x.min()) and float(x.max()) <= 1)

    def test_compression_keeps_what_is_smooth_and_loses_what_is_fine(self):
        basis = augment.cosines("cpu")
        self.assertLess(float((basis @ basis.T - torch.eye(8)).abs().max()), 1e-5)
        smooth = torch.linspace(0.2, 0.8, 30).expand(1, 3, 30, 30)
        self.assertLess(float((augment.compress(np.random.default_rng(0), smooth) - smooth).abs().mean()), 0.03)
        fine = 0.5 + 0.02 * torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        self.assertLess(float(augment.compress(np.random.default_rng(1), fine).std()), 0.9 * float(fine.std()))

    def test_a_person_is_pasted_over_another_background(self):
        mask = torch.zeros(4, 1, 32, 32)
        mask[:, :, 10:20, 10:20] = 1
        person = torch.cat([torch.full((4, 3, 32, 32), 0.9), mask], 1)
        other = torch.zeros(2, 1, 32, 32)
        other[:, :, 0:8, 0:8] = 1
        behind = torch.cat([torch.where(other > 0, torch.tensor(1.0), torch.tensor(0.2)).expand(2, 3, 32, 32), other], 1)
        found = augment.paste(person, behind)
        self.assertEqual(float(found[0, 0, 15, 15]), float(torch.tensor(0.9)))
        self.assertAlmostEqual(float(found[0, 0, 30, 30]), 0.2, delta=0.01)
        self.assertAlmostEqual(float(found[0, 0, 4, 4]), 0.2, delta=0.05)


class FakeCache:
    def load(self, one):
        seed = int(one.name)
        frames = np.random.default_rng(seed).integers(0, 256, (12, 40, 60, 3)).astype(np.uint8)
        return Kept(frames, None, list(range(12)))


class Batches(unittest.TestCase):
    def loader(self):
        many = [clip(str(i), "rare" if i == 0 else "usual", str(i)) for i in range(9)]
        values = {"labels": ["rare", "usual"], "input": dict(Augmentation.picture, frames=4), "sampling": {"window": 1.0, "hop": 0.25}}
        options = types.SimpleNamespace(seed=3, batch=4, plain=False)
        return Loader(many, FakeCache(), values, [0, 1], True, options, torch.device("cpu"))

    def test_classes_are_balanced_and_every_clip_has_its_turn(self):
        loader = self.loader()
        drawn = [loader.choose(number) for number in range(160)]
        self.assertEqual(collections.Counter(label for _, label in drawn), {0: 80, 1: 80})
        self.assertEqual(set(collections.Counter(index for index, label in drawn if label == 1).values()), {10})

    def test_a_step_depends_on_its_number_alone(self):
        loader, again = self.loader(), self.loader()
        loader.batch(1)
        for one, other in zip(loader.batch(5), again.batch(5)):
            self.assertTrue(torch.equal(one, other))
        self.assertFalse(torch.equal(loader.batch(5)[0], loader.batch(6)[0]))


class KeptViews(Batches):
    NETWORK = {"backbone": "resnet", "depth": 18, "width": 8, "shift": "causal", "classes": 2, "head": ["pooled", "change"]}

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.model = msnet_torch.randomise(msnet_torch.build(self.NETWORK), 1)
        self.all = self.loader()
        self.views = self.make_views(2)

    def make_views(self, stages):
        place = [index % 2 for index in range(len(self.all.clips))]
        return views.Views(os.path.join(self.folder.name, str(stages)), self.all, place, 2, stages, contextlib.nullcontext)

    def of(self, kept, clips):
        all_clips = self.all
        options = types.SimpleNamespace(seed=3, batch=4, plain=False)
        return views.ViewLoader(kept, clips, all_clips.cache, all_clips.values, all_clips.mirror, True, options, torch.device("cpu"))

    def test_they_give_what_the_whole_network_gives(self):
        """Cut after the stem or after the second stage: the same windows, the same logits, but for half precision."""
        found = []
        for kept in (self.views, self.make_views(0)):
            for index, view in kept.missing():
                kept.make(self.model, index, view)
            self.assertEqual(kept.missing(), [])
            loader = self.of(kept, self.all.clips)
            x, places, labels = loader.batch(7)
            with torch.no_grad():
                found.append((loader.logits(self.model, x, places), places, labels))
        (logits, places, labels), (others, other_places, other_labels) = found
        self.assertTrue(torch.equal(places, other_places) and torch.equal(labels, other_labels))
        torch.testing.assert_close(logits, others, atol=0.02 * float(others.abs().max()), rtol=0)
        self.assertGreater(float(logits.std(0).min()), 0.05 * float(others.abs().max()))

    def test_what_is_missing_is_made_again(self):
        for index, view in self.views.missing():
            self.views.make(self.model, index, view)
        path = self.views.path(self.all.clips[3], 1)
        with open(path, "rb") as file:
            before = file.read()
        os.remove(path)
        self.assertEqual(self.views.missing(), [(3, 1)])
        self.views.make(self.model, 3, 1)
        with open(path, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_what_is_cut_off_is_made_again_and_what_is_damaged_is_named(self):
        for index, view in self.views.missing():
            self.views.make(self.model, index, view)
        path = self.views.path(self.all.clips[3], 1)
        os.truncate(path, os.path.getsize(path) // 2)
        self.assertEqual(self.views.missing(), [(3, 1)])
        self.views.make(self.model, 3, 1)
        for clip in self.all.clips:
            for view in range(2):
                with open(self.views.path(clip, view), "r+b") as file:
                    file.seek(300)
                    file.write(bytes(50))
        with self.assertRaisesRegex(Problem, "npz: expected a view of a clip, found a damaged file .*; remove it"):
            self.of(self.views, self.all.clips).batch(0)

    def test_stages_that_learn_are_not_kept(self):
        views.check(self.model, 3)
        with self.assertRaisesRegex(Problem, "--views: expected stages that stay .* found --freeze 0"):
            views.check(self.model, 0)
        motion = {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.05, "directions": "past", "softargmax": "kernel",
                  "confidence": True}
        model = msnet_torch.build(dict(self.NETWORK, motion=motion))
        views.check(model, 3)
        with self.assertRaisesRegex(Problem, "--freeze 3 or less, as the MotionSqueeze after stage 2 learns, found --freeze 4"):
            views.check(model, 4)

    def test_a_part_of_the_clips_finds_its_own(self):
        for index, view in self.views.missing():
            self.views.make(self.model, index, view)
        chosen = self.all.clips[4:]
        one, all_of_them = self.of(self.views, chosen), {}
        for clip in self.all.clips:
            for view in range(2):
                with np.load(self.views.path(clip, view)) as kept:
                    all_of_them[clip.name, view] = kept["x"]
        x, places, label = one.example(5)
        mine = chosen[one.choose(5)[0]]
        self.assertTrue(any(np.array_equal(x.permute(0, 2, 3, 1).half().numpy(), all_of_them[mine.name, view]) for view in range(2)))


class Schedule(unittest.TestCase):
    def test_mixing_keeps_the_sum_of_the_targets(self):
        torch.manual_seed(1)
        x, targets = torch.arange(4.0).view(4, 1, 1, 1, 1).expand(4, 2, 3, 2, 2), torch.eye(4)
        places = torch.zeros(4, 2, dtype=torch.long)
        self.assertIs(learn.mix(x, places, targets, 0)[0], x)
        mixed, shares = learn.mix(x, places, targets, 0.4)
        torch.testing.assert_close(shares.sum(1), torch.ones(4))
        torch.testing.assert_close(mixed[:, 0, 0, 0, 0], shares @ torch.arange(4.0))
        self.assertLess(float(shares.max(1).values.min()), 1)

    def test_clips_that_repeat_other_frames_are_not_mixed(self):
        x, targets = torch.randn(4, 2, 3, 2, 2), torch.eye(4)
        for seed in range(8):
            torch.manual_seed(seed)
            mixed, shares = learn.mix(x, torch.tensor([[0, 0], [0, 1], [0, 1], [0, 1]]), targets, 0.4)
            torch.testing.assert_close(mixed[0], x[0])  # with itself it rounds
            torch.testing.assert_close(shares[0], targets[0])
            self.assertEqual(float(shares[1:, 0].sum()), 0)

    def test_rates_rise_and_fall(self):
        self.assertLess(learn.rate_at(0), 0.1)
        self.assertAlmostEqual(learn.rate_at(learn.WARM), 1.0, delta=0.01)
        self.assertLess(learn.rate_at(1), 0.02)


    def test_it_ends_after_some_epochs_without_a_better_answer(self):
        learner = types.SimpleNamespace(held=[1], options=types.SimpleNamespace(patience=2), best_at=3, history=[{"epoch": 4}])
        self.assertFalse(learn.Learner.stops_early(learner))
        learner.history.append({"epoch": 5})
        self.assertTrue(learn.Learner.stops_early(learner))
        learner.held = []
        self.assertFalse(learn.Learner.stops_early(learner))


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
