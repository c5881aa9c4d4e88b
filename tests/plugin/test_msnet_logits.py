"""Scores through the pipeline against PyTorch, on the same frames of a real clip.

The frames are those that GStreamer decodes; PyTorch resizes them as Pillow does, in floats.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))
from msnet_torch import network, safetensors  # noqa: E402

WIDTH, HEIGHT, FRAMES, RATE = 640, 360, 30, 12.5
SCORES = re.compile(r"msnet-result,.*scores=\(double\)< ([^>]*) >")
LABELS = re.compile(r"msnet-result,.*labels=\(string\)< ([^>]*) >")
INDEX = re.compile(r"msnet-result,.* index=\(guint64\)(\d+),")
TOLERANCE = 2e-4  # frames of a neighbouring point differ by 1e-3 and more


def run_pipeline(model, raw):
    """-> [(index of window, class -> probability)]; decoded frames go to the file `raw`."""
    clip = os.path.join(os.environ["MSNET_TEST_DATA"], "clips", "cars.webm")
    command = ["gst-launch-1.0", "-m", "filesrc", "location=" + clip, "!", "matroskademux", "!", "vp8dec", "!",
               "identity", "eos-after=%d" % (FRAMES + 1), "!", "videoconvert", "!", "video/x-raw,format=RGB", "!",
               "tee", "name=t", "!", "queue", "!", "msnet", "model=" + model, "top-k=100", "eos=drop",
               "post-messages=all", "!", "fakesink", "t.", "!", "queue", "!", "filesink", "location=" + raw]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 and "OpenCL" in done.stderr:
        print("skipped: " + done.stderr)
        sys.exit(77)
    if done.returncode != 0:
        sys.exit("the pipeline failed: " + done.stderr)
    windows = []
    for line in done.stdout.splitlines():
        if not SCORES.search(line):
            continue
        labels = [int(label.split("-")[1]) for label in LABELS.search(line).group(1).split(", ")]
        scores = [float(score) for score in SCORES.search(line).group(1).split(", ")]
        windows.append((int(INDEX.search(line).group(1)), dict(zip(labels, scores))))
    return windows


def prepare(frames, picture):
    """[T, H, W, 3] uint8 -> [1, T, 3, S, S], as `stretch` prepares them."""
    x = torch.from_numpy(frames.astype(np.float32) / 255).permute(0, 3, 1, 2)
    size = (picture["size"], picture["size"])
    x = torch.nn.functional.interpolate(x, size, mode="bilinear", align_corners=False, antialias=True)
    mean, std = (torch.tensor(picture[key]).view(1, 3, 1, 1) for key in ("mean", "std"))
    return ((x - mean) / std).unsqueeze(0)


def load(path):
    tensors, metadata = safetensors.read(path)
    net = network.Network(json.loads(metadata["msnet.network"])).eval()
    net.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in tensors.items()}, strict=False)
    return net, json.loads(metadata["msnet.input"]), json.loads(metadata["msnet.sampling"])


def choose(index, count, sampling):
    """The frames of a window: the first one at or after each of its points."""
    hop = max(1, int(np.ceil(sampling["hop"] * count / sampling["window"])))
    points = (index * hop + np.arange(count)) * sampling["window"] / count
    return np.ceil(points * RATE - 1e-6).astype(int)


def check(name):
    """-> the largest difference between two logits of one window, in parts of the largest logit."""
    path = os.path.join(os.environ["MSNET_TEST_MODELS"], name + ".safetensors")
    net, picture, sampling = load(path)
    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "frames.rgb")
        windows = run_pipeline(path, raw)
        frames = np.fromfile(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    worst = 0.0
    for index, scores in windows:
        chosen = choose(index, picture["frames"], sampling)
        with torch.no_grad():
            logits = net(prepare(frames[chosen], picture)).mean(1)[0].numpy().astype(np.float64)
        found = np.log([scores[index] for index in range(len(logits))])
        difference = (found - found.mean()) - (logits - logits.mean())
        worst = max(worst, np.abs(difference).max() / np.abs(logits).max())
    print("%s: %d windows, worst %.1e of the largest logit" % (name, len(windows), worst))
    return worst if windows else 1.0


def main():
    if check("tiny-past") > TOLERANCE or check("tiny-four") > TOLERANCE:
        sys.exit("expected at most %g" % TOLERANCE)


if __name__ == "__main__":
    main()
