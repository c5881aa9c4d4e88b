# SPDX-License-Identifier: LGPL-2.1-or-later
"""Scores through the pipeline against PyTorch, on the same frames of a real clip.

The frames are those that GStreamer decodes; PyTorch prepares them as the element does.  A network that looks ahead
sees the frames of each window; one that runs as a stream is run over the whole sequence at once, and a window is the
mean of its points' frames.  60 frames; with MSNET_TEST_LONG 300.
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

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tools"))
import msnet_torch  # noqa: E402
from msnet_torch import safetensors  # noqa: E402
from msnet_torch.prepare import prepare  # noqa: E402

WIDTH, HEIGHT, INTERVAL = 640, 360, 80000000  # ns
FRAMES = 300 if os.environ.get("MSNET_TEST_LONG") else 60
SCORES = re.compile(r"msnet-result,.*scores=\(double\)< ([^>]*) >")
LABELS = re.compile(r"msnet-result,.*labels=\(string\)< ([^>]*) >")
INDEX = re.compile(r"msnet-result,.* index=\(guint64\)(\d+),")
TOLERANCE = 2e-4  # of the largest logit; frames of a neighbouring point differ by 1e-3 and more
LARGE_TOLERANCE = 1e-3
# Side of the pictures, backbone.
LARGE = ((112, {"backbone": "resnet", "depth": 18, "width": 64}), (96, {"backbone": "resnet", "depth": 50, "width": 64}),
         (113, {"backbone": "mobilenet-v2"}), (96, {"backbone": "efficientnet-lite0"}))


def run_pipeline(model, raw, count, properties):
    """-> [(index of window, class -> probability)]; decoded frames go to the file `raw`."""
    clip = os.path.join(os.environ["MSNET_TEST_DATA"], "clips", "cars.webm")
    command = ["gst-launch-1.0", "-m", "filesrc", "location=" + clip, "!", "matroskademux", "!", "vp8dec", "!",
               "identity", "eos-after=%d" % (count + 1), "!", "videoconvert", "!", "video/x-raw,format=RGB", "!",
               "tee", "name=t", "!", "queue", "!", "msnet", "model=" + model, "top-k=1000", "eos=drop",
               "post-messages=all"] + properties + ["!", "fakesink", "t.", "!", "queue", "!", "filesink",
                                                    "location=" + raw]
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
        labels = [label.strip('"') for label in LABELS.search(line).group(1).split(", ")]
        scores = [float(score) for score in SCORES.search(line).group(1).split(", ")]
        windows.append((int(INDEX.search(line).group(1)), dict(zip(labels, scores))))
    return windows


def load(path):
    tensors, metadata = safetensors.read(path)
    net = msnet_torch.build(json.loads(metadata["msnet.network"]))
    net.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in tensors.items()}, strict=False)
    return net, {key: json.loads(value) for key, value in metadata.items() if key != "msnet.version"}


def is_stream(config):
    """Whether no frame depends on a later one."""
    return config["shift"] != "bidirectional" and config.get("motion", {}).get("directions", "past") == "past"


def frames_of_points(count, window, n_points):
    """The frame that each point takes: the first one at or after it.  window: ns"""
    return [-(-(k * window // count) // INTERVAL) for k in range(n_points)]


def expected_logits(net, picture, frames, taken, chosen):
    """Of each window: a list of points.  taken: the frame of each point"""
    if not is_stream(net.config):
        return [net(prepare(frames[[taken[point] for point in points]], picture)[None]).mean(1)[0] for points in chosen]
    sampled = sorted(set(taken))
    logits = net(prepare(frames[sampled], picture)[None])[0]
    return [logits[[sampled.index(taken[point]) for point in points]].mean(0) for points in chosen]


def compare(logits, found):
    """-> the largest difference, in parts of the largest logit; and whether the best class is another one."""
    logits, found = logits.numpy().astype(np.float64), np.log(found)
    difference = (found - found.mean()) - (logits - logits.mean())
    best = np.sort(logits)[-2:]
    is_clear = best[1] - best[0] > LARGE_TOLERANCE * np.abs(logits).max()
    return np.abs(difference).max() / np.abs(logits).max(), is_clear and logits.argmax() != found.argmax()


def check(path, count, window=None, tolerance=TOLERANCE):
    """window: ns, with a hop of one point; None: the model's own."""
    net, metadata = load(path)
    picture, sampling = metadata["msnet.input"], metadata["msnet.sampling"]
    hop = 1 if window else max(1, int(np.ceil(sampling["hop"] * picture["frames"] / sampling["window"])))
    properties = ["window=%d" % window, "hop=1"] if window else []
    window = window or round(sampling["window"] * 1e9)
    with tempfile.TemporaryDirectory() as folder:
        raw = os.path.join(folder, "frames.rgb")
        windows = run_pipeline(path, raw, count, properties)
        frames = np.fromfile(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    taken = frames_of_points(picture["frames"], window, len(frames))
    taken = [frame for frame in taken if frame < len(frames)]
    chosen = [range(index * hop, index * hop + picture["frames"]) for index, _ in windows]
    with torch.no_grad():
        expected = expected_logits(net, picture, frames, taken, chosen)
    compared = [compare(logits, [scores[label] for label in metadata["msnet.labels"]])
                for logits, (_, scores) in zip(expected, windows)]
    worst, wrong = max((value for value, _ in compared), default=1.0), sum(is_wrong for _, is_wrong in compared)
    name = os.path.basename(path)
    print("%s: %d windows of %d frames, worst %.1e of the largest logit" % (name, len(windows), len(frames), worst))
    if len(windows) != (len(taken) - picture["frames"]) // hop + 1 or worst > tolerance or wrong:
        sys.exit("expected all windows, at most %g, and the same best classes (%d others)" % (tolerance, wrong))


def make_model(folder, size, **backbone):
    """A causal one with random weights, as the paper has it but for the directions.  backbone: its keys."""
    config = {**backbone, "shift": "causal", "shift_every": 1, "classes": 24,
              "motion": {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.05, "directions": "past",
                         "softargmax": "kernel", "confidence": True}}
    net = msnet_torch.randomise(msnet_torch.build(config), size)
    path = os.path.join(folder, "causal-%s.safetensors" % "-".join(map(str, backbone.values())))
    msnet_torch.save_model(path, net, msnet_torch.metadata(net, ["class-%d" % index for index in range(24)], size))
    return path


def distort(folder, path):
    """The model of a file, with another way to prepare pictures."""
    tensors, metadata = safetensors.read(path)
    picture = json.loads(metadata["msnet.input"])
    picture.update(fit="crop", resize=[120, 190], resize_filter="bilinear", order="BGR", range=255, mean=[104, 117, 123],
                   std=[58, 57, 57])
    metadata.update({"msnet.version": "2", "msnet.input": json.dumps(picture),
                     "msnet.requires": json.dumps(["resize-pair", "resize-filter", "range"])})
    changed = os.path.join(folder, "distorted.safetensors")
    safetensors.write(changed, tensors, metadata, "F32")
    return changed


def main():
    torch.set_num_threads(1)
    folder = os.environ["MSNET_TEST_MODELS"]
    for name in ("tiny-past", "tiny-four", "tiny-tsm", "tiny-tsn", "tiny-pad", "tiny-mobilenet-tsm"):
        check(os.path.join(folder, name + ".safetensors"), 30)
    with tempfile.TemporaryDirectory() as changed:
        check(distort(changed, os.path.join(folder, "tiny-past.safetensors")), 30)
    window = 8 * INTERVAL  # every frame is sampled
    check(os.path.join(os.environ["MSNET_MODEL_PATH"], "motion.safetensors"), FRAMES, window, LARGE_TOLERANCE)
    with tempfile.TemporaryDirectory() as folder:
        for size, backbone in LARGE:
            check(make_model(folder, size, **backbone), FRAMES, window, LARGE_TOLERANCE)


if __name__ == "__main__":
    main()
