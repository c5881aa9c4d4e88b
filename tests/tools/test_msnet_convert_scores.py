# SPDX-License-Identifier: LGPL-2.1-or-later
"""Converted checkpoints in the element, against the network that was saved: scores on the frames of a real clip.

    test_msnet_convert_scores.py GROUP      exit 77 without PyTorch or without an OpenCL device

Each network is built in the structure and names of its project, with random weights and the batch norm statistics of
real activations; it is saved, converted and run by the element.  PyTorch sees the frames that GStreamer decoded, as the
project's own program would prepare them.
"""

import dataclasses
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import typing

SKIPPED = 77
try:
    import numpy as np
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(SKIPPED)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "tools")]
from msnet_torch.prepare import prepare  # noqa: E402
from projects import mmaction2, mobilenets, resnets  # noqa: E402
from projects.common import TemporalShift, settle  # noqa: E402

WIDTH, HEIGHT, INTERVAL, FRAMES = 320, 180, 0.1, 120  # of the clip
CLASSES = 7
NAMES = ["class-%d" % number for number in range(CLASSES)]
TOLERANCE = 1e-3  # of the largest logit
NOTICED = 2e-2  # what a network without its shift differs by, at least
SIZE, RESIZE = 112, 128  # small enough for a test, and smaller than the clip, so that filters differ
IMAGENET = {"fit": "crop", "resize": RESIZE, "size": SIZE, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
OPENCV = dict(IMAGENET, resize_filter="bilinear", range=255, mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375])
LITE = dict(IMAGENET, range=255, mean=[127, 127, 127], std=[128, 128, 128])
DISTORTED = dict(IMAGENET, resize=[120, 160])
SCORES = re.compile(r"msnet-result,.*scores=\(double\)< ([^>]*) >")
LABELS = re.compile(r"msnet-result,.*labels=\(string\)< ([^>]*) >")
INDEX = re.compile(r"msnet-result,.* index=\(guint64\)(\d+),")


@dataclasses.dataclass
class Case:
    """file: the name that it is saved under; wrap: of the weights, what is saved; window: seconds; at: of the points."""

    file: str
    network: typing.Any
    frames: int
    picture: dict = dataclasses.field(default_factory=lambda: IMAGENET)
    at: str = "centre"
    window: float = 4.0
    wrap: typing.Callable = lambda weights: {"epoch": 1, "arch": "x", "state_dict": weights, "best_prec1": torch.tensor(7.0)}
    options: tuple = ()
    is_old: bool = False
    shifts: bool = True
    is_stream: bool = False


def bare(weights):
    return weights


def mmaction(weights):
    return {"meta": {"config": "model = dict(backbone=dict(shift_div=8))\n"}, "state_dict": weights}


GROUPS = {
    "mit": lambda: [
        Case("TSM_kinetics_RGB_resnet18_shift8_blockres_avg_segment8_e50.pth",
             resnets.Wrapped(resnets.Mit(18, CLASSES, 32, "blockres")), 8, is_old=True),
        Case("TSM_something_RGB_resnet50_shift4_blockres_avg_segment4_e45.pth",
             resnets.Wrapped(resnets.Mit(50, CLASSES, 16, "blockres", 4)), 4),
        Case("TSM_something_RGB_resnet18_shift8_block_avg_segment8.pth.tar",
             resnets.Wrapped(resnets.Mit(18, CLASSES, 32, "block")), 8),
        Case("TSM_somethingv2_RGB_resnet101_shift8_blockres_avg_segment4_e45.pth",
             resnets.Wrapped(resnets.Mit(101, CLASSES, 8, "blockres")), 4),
        Case("TSM_kinetics_RGB_resnet50_avg_segment5_e50.pth", resnets.Wrapped(resnets.Mit(50, CLASSES, 16)), 5, shifts=False,
             is_stream=True),
    ],
    "mit_mobilenet": lambda: [
        Case("TSM_kinetics_RGB_mobilenetv2_shift8_blockres_avg_segment8_e100_dense.pth",
             resnets.Wrapped(mobilenets.Mit(CLASSES)), 8, at="start"),
        Case("mobilenetv2_jester_online.pth.tar", mobilenets.Online(CLASSES, 0.5), 12, at="start", wrap=bare, is_stream=True),
    ],
    "mmaction2": lambda: [
        Case("tsm_imagenet-pretrained-r50_8xb16-dense-1x1x8-50e_kinetics400-rgb_20220831-f55d3c2b.pth",
             mmaction2.Recognizer(mmaction2.ResNet50(16, True), CLASSES), 8, OPENCV, at="start", wrap=mmaction),
        Case("tsn_r50_1x1x3_100e_kinetics400_rgb_20200614-e508be42.pth",
             mmaction2.Recognizer(mmaction2.ResNet50(16, False), CLASSES), 3, OPENCV, wrap=mmaction, is_old=True,
             shifts=False, is_stream=True),
        Case("tsm_imagenet-pretrained-mobilenetv2_8xb16-1x1x8-100e_kinetics400-rgb.pth",
             mmaction2.Recognizer(mmaction2.MobileNetV2(1.0, True), CLASSES), 8, OPENCV, wrap=mmaction),
    ],
    "motionsqueeze": lambda: [
        Case("MotionSqueeze_rgb_model_best.pth.tar",
             resnets.Wrapped(resnets.AsTrained(resnets.MotionSqueeze(18, CLASSES, 32), CLASSES)), 8,
             options=("--window=4",), is_old=True),
        Case("something_MotionSqueeze.pth", resnets.MotionSqueeze(18, CLASSES, 32, after=3), 8, DISTORTED, wrap=bare,
             options=("--resize=120x160",)),
    ],
    "pictures": lambda: [
        Case("resnet18-f37072fd.pth", resnets.ResNet(18, CLASSES, 32), 1, wrap=bare, at="start", shifts=False, window=0.5),
        Case("mobilenet_v2-b0353104.pth", mobilenets.Torchvision(CLASSES), 1, wrap=bare, at="start", shifts=False, window=0.5),
        Case("mobilenetv2_050.lamb_in1k.pth", mobilenets.Timm(CLASSES, 0.5), 1, wrap=bare, at="start", shifts=False,
             window=0.5),
        Case("efficientnet-lite0.pth", mobilenets.Lite0(CLASSES), 1, LITE, wrap=bare, at="start", shifts=False, window=0.5),
    ],
}


def decode():
    """-> [frames, height, width, 3] of the clip, as GStreamer decodes them"""
    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "frames.rgb")
        subprocess.run(["gst-launch-1.0", "-q", *SOURCE, "!", "filesink", "location=" + raw], check=True)
        return np.fromfile(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)


SOURCE = ["filesrc", "location=" + str(ROOT / "tests" / "data" / "clips" / "tour.webm"), "!", "matroskademux", "!", "vp8dec",
          "!", "videoconvert", "!", "video/x-raw,format=RGB"]


def run_pipeline(model):
    """-> [(index of window, label -> score)]"""
    command = ["gst-launch-1.0", "-m", *SOURCE, "!", "msnet", "model=" + str(model), "top-k=1000", "eos=drop",
               "post-messages=all", "!", "fakesink"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0 and "OpenCL" in done.stderr:
        print("skipped: " + done.stderr)
        sys.exit(SKIPPED)
    if done.returncode != 0:
        sys.exit("the pipeline failed: " + done.stderr)
    windows = []
    for line in done.stdout.splitlines():
        if SCORES.search(line):
            names = [label.strip('"') for label in LABELS.search(line).group(1).split(", ")]
            scores = [float(score) for score in SCORES.search(line).group(1).split(", ")]
            windows.append((int(INDEX.search(line).group(1)), dict(zip(names, scores))))
    return windows


def hop_of(case):
    """In points."""
    return max(1, case.frames // 2)


def frame_of(case, point):
    """The first frame at or after a point."""
    offset = 0.5 if case.at == "centre" else 0.0
    return math.ceil(round((point + offset) * case.window / case.frames / INTERVAL, 6))


def expected_logits(case, frames, starts):
    """Of each window, which begins at that point: the mean over its points."""
    chosen = [[frame_of(case, start + point) for point in range(case.frames)] for start in starts]
    with torch.no_grad():
        if not case.is_stream:
            return [case.network(prepare(frames[taken], case.picture)).mean(0) for taken in chosen]
        sampled = sorted({frame_of(case, point) for point in range(max(starts) + case.frames)})
        logits = case.network(prepare(frames[sampled], case.picture))
        return [logits[[sampled.index(frame) for frame in taken]].mean(0) for taken in chosen]


def difference(logits, found):
    """In parts of the largest logit; what all have in common is of no account."""
    return float(((found - found.mean()) - (logits - logits.mean())).abs().max() / logits.abs().max())


def convert(case, folder):
    """-> the model file"""
    checkpoint, labels, model = folder / case.file, folder / "labels.txt", folder / "model.safetensors"
    labels.write_text("".join(name + "\n" for name in NAMES), encoding="utf-8")
    torch.save(case.wrap(case.network.state_dict()), checkpoint, _use_new_zipfile_serialization=not case.is_old)
    resize = () if any(option.startswith("--resize=") for option in case.options) else ("--resize=%d" % RESIZE,)
    subprocess.run([str(ROOT / "tools" / "msnet-convert"), str(checkpoint), "--out=%s" % model,
                    "--labels=%s" % labels, "--size=%d" % SIZE, *resize, "--window=%s" % case.window,
                    "--hop=%.6f" % (hop_of(case) * case.window / case.frames - 1e-6), *case.options], check=True)
    return model


def check(case, frames):
    print("== " + case.file, flush=True)
    settle(case.network, prepare(frames[::len(frames) // 12][:12], case.picture), 1)
    with tempfile.TemporaryDirectory(prefix="msnet-convert-") as folder:
        windows = run_pipeline(convert(case, pathlib.Path(folder)))
    starts = [index * hop_of(case) for index, _ in windows]
    expected = expected_logits(case, frames, starts)
    found = [torch.log(torch.tensor([scores[name] for name in NAMES])) for _, scores in windows]
    worst = max((difference(*pair) for pair in zip(expected, found)), default=1.0)
    print("%d windows, worst %.1e of the largest logit" % (len(windows), worst))
    if len(windows) < 3 or worst > TOLERANCE:
        sys.exit("%s: expected three windows or more, and at most %g" % (case.file, TOLERANCE))
    if case.shifts:
        TemporalShift.enabled = False
        other = min(difference(*pair) for pair in zip(expected, expected_logits(case, frames, starts)))
        TemporalShift.enabled = True
        print("without the shift %.1e" % other, flush=True)
        if other < NOTICED:
            sys.exit("%s: this test would not notice a wrong shift: expected at least %g" % (case.file, NOTICED))


def main():
    torch.set_num_threads(1)
    frames = decode()
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    torch.manual_seed(1)
    for case in GROUPS[sys.argv[1]]():
        if only in case.file:
            check(case, frames)


if __name__ == "__main__":
    main()
