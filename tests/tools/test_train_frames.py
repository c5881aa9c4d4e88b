# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-train learns from what the element sees: pixels of the same frames, to 1.5/255, in files as phones write them.

A network whose answers are pixels is asked by the element and, with the frames that training keeps, by PyTorch.
"""

import contextlib
import os
import sys
import tempfile
import types
import unittest

try:
    import gi  # noqa: F401
    import numpy as np
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.dirname(__file__)]

import msnet_torch
import train_clips
from msnet_evaluate import Problem, frames, gst
from msnet_evaluate.element import Element
from msnet_evaluate.model_file import ModelFile
from msnet_file import metadata
from msnet_train import measure, windows
from msnet_train.cache import Cache
from msnet_train.clips import Clip
from msnet_train.loader import Loader, answers

SPOTS, COLOURS = 8, 3
GAIN = 8.0
WITHIN = 1.5 / 255
FITS = {"crop": {"fit": "crop", "resize": 40}, "stretch": {"fit": "stretch", "resize": 32}, "pad": {"fit": "pad", "resize": 32},
        "bilinear": {"fit": "crop", "resize": 36, "resize_filter": "bilinear"}, "pair": {"fit": "crop", "resize": [34, 50]}}


def pixel_network(fit):
    """Its logits are GAIN x the largest of some neighbouring pixels of one colour, at SPOTS places, and 0."""
    width = SPOTS * COLOURS
    config = {"backbone": "resnet", "depth": 18, "width": width, "shift": "none", "classes": width + 1}
    model = msnet_torch.build(config)
    rng = np.random.default_rng(3)
    for name, value in model.state_dict().items():
        if value.dtype.is_floating_point:
            value.fill_(1.0 if name.endswith("running_var") else 0.0)
    with torch.no_grad():
        model.bn1.weight.fill_(1)
        for channel in range(width):
            model.conv1.weight[channel, channel % COLOURS, 3, 3] = 1
            model.new_fc.weight[channel, channel] = GAIN
        for layer in (model.layer2, model.layer3, model.layer4):
            taps = rng.integers(1, 3, (SPOTS, 2))
            for channel in range(width):
                layer[0].conv1.weight[channel, channel, taps[channel // COLOURS, 0], taps[channel // COLOURS, 1]] = 1
                layer[0].conv2.weight[channel, channel, 1, 1] = 1
            layer[0].bn1.weight.fill_(1)
            layer[0].bn2.weight.fill_(1)
    picture = {"frames": 2, "size": 32, "order": "RGB", "mean": [0, 0, 0], "std": [1, 1, 1], **FITS[fit]}
    return model, {"network": config, "input": picture, "sampling": {"window": 0.5, "hop": 0.25},
                   "labels": [*("pixel %d" % index for index in range(width)), "zero"]}


def make_files(folder):
    """Files as phones, old cameras and web pages have them."""
    def sequence(seed, count, width, height):
        return np.stack([train_clips.picture(seed * 100 + index, width, height) for index in range(count)])

    rng = np.random.default_rng(0)
    steady, uneven = train_clips.steady(40, 30), np.cumsum(rng.integers(8, 90, 30)) * 10 ** 6
    h264 = "openh264enc bitrate=4000000 ! h264parse ! mp4mux"
    return {
        "phone, upright": train_clips.turn(train_clips.write(os.path.join(folder, "a.mp4"), sequence(1, 40, 320, 180), steady, h264,
                                                             rate=30), (0, 1, -1, 0)),
        "phone, upside down": train_clips.turn(train_clips.write(os.path.join(folder, "b.mp4"), sequence(2, 40, 320, 180), steady,
                                                                 h264, rate=30), (-1, 0, 0, -1)),
        "phone, on its head": train_clips.turn(train_clips.write(os.path.join(folder, "h.mp4"), sequence(8, 40, 180, 160), steady,
                                                                 h264, rate=30), (0, -1, 1, 0)),
        "phone, uneven times": train_clips.write(os.path.join(folder, "c.mkv"), sequence(3, 30, 160, 120), uneven),
        "odd size": train_clips.write(os.path.join(folder, "d.mkv"), sequence(4, 20, 161, 121), steady),
        "wide pixels": train_clips.write(os.path.join(folder, "e.mkv"), sequence(5, 20, 96, 128), steady, aspect="16/9"),
        "shorter than a window": train_clips.write(os.path.join(folder, "f.mkv"), sequence(6, 4, 64, 48), steady),
        "with a hole": train_clips.write(os.path.join(folder, "g.mkv"), sequence(7, 30, 64, 48),
                                         [time + (2 * 10 ** 9 if index >= 6 else 0) for index, time in enumerate(train_clips.steady(30, 30))])}


class Pixels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        gst.start(os.path.join(ROOT, "build"))
        cls.folder = tempfile.TemporaryDirectory()
        cls.files = make_files(os.path.join(cls.folder.name, "clips"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def element(self, path):
        try:
            return Element(ModelFile(path), device="cpu")
        except Problem as problem:
            if "no OpenCL device" in str(problem):
                raise unittest.SkipTest(str(problem)) from problem
            raise

    def scores(self, element, path):
        """Of each window [windows, classes]."""
        for index, frame in enumerate(frames.decode(path)):
            if index == 0:
                element.begin(frame.segment, frame.tags)
            element.push(frame.buffer, frame.caps)
        element.end()
        return np.stack([result.scores for result in element.results()])

    def of_element(self, element, path):
        """Pixels of each window [windows, SPOTS x COLOURS]."""
        scores = self.scores(element, path)
        return np.log(scores[:, :-1] / scores[:, -1:]) / GAIN

    def keep(self, model, values, path):
        """-> the clip, and what loads it as training does"""
        clip = Clip(path, path, "zero", path, None, None, None)
        cache = Cache(os.path.join(self.folder.name, "cache"), values)
        try:
            cache.keep(clip)
        finally:
            cache.close()
        options = types.SimpleNamespace(seed=1, batch=1, plain=False)
        return clip, Loader([clip], cache, values, [], model.causal, options, torch.device("cpu"))

    def of_training(self, model, values, path):
        """Pixels of each window, of the frames that training keeps."""
        clip, loader = self.keep(model, values, path)
        seen = [loader.seen(clip, rows) for rows in windows.of_pipeline(loader.cache.load(clip).halves, values)[0]]
        with torch.no_grad():
            found = answers(model, torch.stack([x for x, _ in seen]), torch.tensor([places for _, places in seen]))
        return found[:, :-1].numpy() / GAIN

    def test_a_part_of_a_clip(self):
        """From its first frame at or after the start, and before the end."""
        _, values = pixel_network("stretch")
        path = self.files["odd size"]
        kept = {}
        for start, end in ((None, None), (0.2, 0.5)):
            clip = Clip(path, path, "zero", path, start, end, None)
            cache = Cache(os.path.join(self.folder.name, "cache"), values)
            cache.keep(clip)
            cache.close()
            kept[start] = cache.load(clip)
        self.assertEqual(len(kept[0.2].halves), 3)  # 0.125 s apart
        whole = [np.abs(kept[0.2].frames[0].astype(int) - frame).max() for frame in kept[None].frames]
        self.assertNotEqual(min(whole), 0)  # the whole one's points lie elsewhere
        pictures = [frames.pixels(frame)[0].mean() for frame in frames.decode(path, frames.AS_RGB)]
        self.assertAlmostEqual(float(kept[0.2].frames[0].mean()), float(pictures[6]), delta=2)

    def test_pixels_and_times(self):
        for fit in FITS:
            model, values = pixel_network(fit)
            path = os.path.join(self.folder.name, fit + ".safetensors")
            msnet_torch.save_model(path, model, metadata.to_strings(values))
            element = self.element(path)
            for name, file in self.files.items():
                one, other = self.of_element(element, file), self.of_training(model, values, file)
                if name == "with a hole":  # the longer part alone is learnt from
                    one = one[-len(other):]
                with self.subTest(fit=fit, file=name):
                    self.assertEqual(one.shape, other.shape)
                    self.assertGreater(other.std(), 0.02)
                    print("%s, %s: %d windows, at most %.2f/255" % (fit, name, len(one), 255 * np.abs(one - other).max()))
                    self.assertLess(np.abs(one - other).max(), WITHIN)
            element.close()

    def test_answers_of_whole_clips(self):
        """A stream carries its state from window to window, and a gap moves nothing; clips begin anew."""
        for shift, head in (("causal", ["pooled", "change"]), ("bidirectional", ["pooled"])):
            config = {"backbone": "resnet", "depth": 18, "width": 8, "shift": shift, "head": head, "classes": 4}
            model = msnet_torch.randomise(msnet_torch.build(config), 1)
            picture = {"frames": 4, "size": 32, "order": "BGR", "mean": [0.4] * 3, "std": [0.3] * 3, **FITS["crop"]}
            values = {"network": config, "input": picture, "sampling": {"window": 0.5, "hop": 0.25}, "labels": list("abcd")}
            path = os.path.join(self.folder.name, shift + ".safetensors")
            msnet_torch.save_model(path, model, metadata.to_strings(values))
            element = self.element(path)
            for name in ("phone, upright", "phone, uneven times", "odd size", "shorter than a window"):
                clip, loader = self.keep(model, values, self.files[name])
                found, _ = measure.clip_scores(model, loader, clip, 100, contextlib.nullcontext)
                with self.subTest(shift=shift, file=name):
                    np.testing.assert_allclose(found, self.scores(element, self.files[name]).mean(0), atol=0.01)
            element.close()


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
