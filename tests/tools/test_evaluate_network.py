# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-evaluate says of every clip what PyTorch says of the same frames, by each rule of times."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
    import torch
    from PIL import Image
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tests", "oracle"), os.path.dirname(__file__)]

import evaluate_clips
import oracle
import msnet_torch
from msnet_file import safetensors

TOLERANCE = 1e-3  # of the largest logit
FRAMES = (3, 30, 70)  # of the clips
WIDTH, HEIGHT = 160, 128  # the shorter side is what tiny-forward resizes to, so that nothing is resized
SECOND = 10 ** 9
MODELS = os.environ["MSNET_TEST_MODELS"]


def model_path(name):
    return os.path.join(MODELS, name + ".safetensors")


def load(name):
    tensors, metadata = safetensors.read(model_path(name))
    values = {key: json.loads(value) for key, value in metadata.items()}
    net = msnet_torch.build(values["msnet.network"])
    net.load_state_dict({key: torch.from_numpy(value.copy()) for key, value in tensors.items()}, strict=False)
    return net, values


def logits(net, values, frames):
    """float64 [classes] of T pictures [T, S, S, 3]."""
    x = torch.from_numpy(frames.astype(np.float32) / 255).permute(0, 3, 1, 2)
    mean, std = (torch.tensor(values["msnet.input"][key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    with torch.no_grad():
        return net(((x - mean) / std).unsqueeze(0)).mean(1)[0].double().numpy()


def softmax(values):
    powers = np.exp(values - values.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def run(*arguments):
    """msnet-evaluate with the plugin under test -> what it said"""
    command = [os.path.join(ROOT, "tools", "msnet-evaluate"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0 and "no OpenCL device:" in done.stderr:
        print("skipped: " + done.stderr)
        sys.exit(77)
    return done


def centre(frames):
    x, y = (WIDTH - 112) // 2, (HEIGHT - 112) // 2
    return frames[:, y : y + 112, x : x + 112]


def stretched(frames, size):
    return np.stack([np.asarray(Image.fromarray(frame).resize((size, size), Image.BILINEAR)) for frame in frames])


def windows(values, count):
    """Numbers of the frames of every window of a whole clip."""
    duration = SECOND // evaluate_clips.RATE
    events = [("frame", number * duration, duration, duration) for number in range(count)] + [("eos", True)]
    sampling, points = values["msnet.sampling"], values["msnet.input"]["frames"]
    found = oracle.windows(events, points, round(sampling["window"] * SECOND), round(sampling["hop"] * SECOND))
    return [[pts // duration for pts in window.points] for window in found]


def segments(count, points):
    return [[(2 * index + 1) * count // (2 * points) for index in range(points)]]


def dense(count, points):
    latest = max(0, count - 64)
    return [[(start * latest // 9 + index * (64 // points)) % count for index in range(points)] for start in range(10)]


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = os.path.join(cls.folder.name, "data")
        cls.clips = {}
        for number, count in enumerate(FRAMES):
            name = os.path.join("class-%d" % (number % 3), "clip-%d.mkv" % number)
            cls.clips[name] = evaluate_clips.noise(number, count, WIDTH, HEIGHT)
            evaluate_clips.write(os.path.join(cls.data, name), cls.clips[name])

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def records(self, models, *options):
        """models: names or paths -> {clip: scores}"""
        with tempfile.TemporaryDirectory() as out:
            done = run(*[model if os.sep in model else model_path(model) for model in models], self.data, "--out", out, *options)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(out, "results.jsonl"), encoding="utf-8") as lines:
                found = [json.loads(line) for line in lines][1:]
        self.assertEqual({record["clip"] for record in found}, set(self.clips))
        return {record["clip"]: np.array(record["scores"]) for record in found}

    def check(self, found, expected):
        """expected: a function of a clip's frames -> scores"""
        for name, scores in found.items():
            right = expected(self.clips[name])
            one, other = (np.log(part) - np.log(part).mean() for part in (scores, right))
            self.assertLess(np.abs(one - other).max(), TOLERANCE * max(1, np.abs(other).max()), name)
            best = np.sort(right)[-2:]
            if best[1] - best[0] > TOLERANCE:
                self.assertEqual(scores.argmax(), right.argmax(), name)

    def test_segments(self):
        net, values = load("tiny-forward")
        points = values["msnet.input"]["frames"]
        found = self.records(["tiny-forward"], "--segments")
        self.check(found, lambda frames: softmax(logits(net, values, centre(frames[segments(len(frames), points)[0]]))))

    def test_dense_by_scores_and_by_logits(self):
        net, values = load("tiny-forward")
        points = values["msnet.input"]["frames"]

        def clips(frames):
            return np.stack([logits(net, values, centre(frames[row])) for row in dense(len(frames), points)])

        found = {len(frames): clips(frames) for frames in self.clips.values()}
        self.check(self.records(["tiny-forward"], "--dense"), lambda frames: softmax(found[len(frames)]).mean(0))
        self.check(self.records(["tiny-forward"], "--dense", "--average", "logits"),
                   lambda frames: softmax(found[len(frames)].mean(0)))

    def test_three_crops_at_full_resolution(self):
        net, values = load("tiny-forward")
        points = values["msnet.input"]["frames"]

        def crops(frames, size, y, places):
            seen = frames[segments(len(frames), points)[0]][:, y : y + size]
            return softmax(np.stack([logits(net, values, seen[:, :, x : x + size]) for x in places])).mean(0)

        options = ["--segments", "--crops", "3"]
        self.check(self.records(["tiny-forward"], *options), lambda frames: crops(frames, 128, 0, (0, 16, 32)))
        self.check(self.records(["tiny-forward"], *options, "--crop-size", "112"), lambda frames: crops(frames, 112, 8, (0, 24, 48)))

    def test_windows_as_in_the_pipeline(self):
        net, values = load("tiny-forward")

        def every(frames):
            return np.stack([softmax(logits(net, values, centre(frames[row]))) for row in windows(values, len(frames))]).mean(0)

        self.check(self.records(["tiny-forward"]), every)

    def test_a_model_with_points_at_centres_takes_the_same_frames(self):
        tensors, metadata = safetensors.read(model_path("tiny-forward"))
        sampling = dict(json.loads(metadata["msnet.sampling"]), at="centre")
        strings = {"msnet.version": "2", "msnet.requires": '["sampling-at"]', "msnet.sampling": json.dumps(sampling)}
        path = os.path.join(self.folder.name, "centre.safetensors")
        safetensors.write(path, tensors, dict(metadata, **strings))
        one, other = (self.records([model], "--segments") for model in ("tiny-forward", path))
        for name, scores in one.items():
            np.testing.assert_array_equal(scores, other[name])

    def test_one_window_over_the_clip(self):
        net, values = load("tiny-forward")
        points = values["msnet.input"]["frames"]

        def spanned(frames):
            count = len(frames)
            taken = [min(count - 1, -(-index * count // points)) for index in range(points)]
            return softmax(logits(net, values, centre(frames[taken])))

        self.check(self.records(["tiny-forward"], "--span"), spanned)

    def test_models_of_other_lengths_together(self):
        """T = 8 and T = 5 frames; both take the frames as they lie in the clip, stretched to 112 and 48."""
        both = [load(name) for name in ("tiny-past", "tiny-tsn")]

        def answers(frames):
            shown = [stretched(frames[segments(len(frames), values["msnet.input"]["frames"])[0]], values["msnet.input"]["size"])
                     for _, values in both]
            return np.stack([logits(*model, seen) for model, seen in zip(both, shown)])

        names = ["tiny-past", "tiny-tsn"]
        found = self.records(names, "--segments", "--average", "logits", "--average-models", "scores")
        self.check_loosely(found, lambda frames: softmax(answers(frames)).mean(0))
        found = self.records(names, "--segments", "--average", "logits")
        self.check_loosely(found, lambda frames: softmax(answers(frames).mean(0)))

    def check_loosely(self, found, expected):
        """Pillow rounds what the element keeps in floats."""
        for name, scores in found.items():
            self.assertLess(np.abs(scores - expected(self.clips[name])).max(), 0.02, name)


class Motion(unittest.TestCase):
    def test_the_shipped_model_knows_what_the_camera_does(self):
        """Real pictures under a virtual camera; an object that moves in a still picture is a right answer that counts as wrong."""
        with tempfile.TemporaryDirectory() as folder:
            evaluate_clips.cut(os.path.join(folder, "clips"))
            done = run("motion", os.path.join(folder, "clips", "list.csv"), "--with-background", "--out", os.path.join(folder, "out"))
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(folder, "out", "report.json"), encoding="utf-8") as report:
                figures = json.load(report)["figures"]
        print(done.stdout)
        self.assertEqual((figures["clips"], figures["answers"], figures["sources"]), (20, 16, 10))
        self.assertGreaterEqual(figures["top1"], 0.8)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
