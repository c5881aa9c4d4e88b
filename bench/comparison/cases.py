# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is compared: networks with random weights and the shipped one, whole and as their backbones, as model files."""

import dataclasses
import json
import pathlib
import subprocess
import sys

from .machine import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from msnet_file import safetensors  # noqa: E402

SHIPPED = ROOT / "models" / "motion.safetensors"
MOTION_WEIGHTS = ("chnl_reduction.", "flow_refinement.")
NETWORKS = {"tsn": "TSN", "tsm": "TSM", "msnet": "MSNet"}  # without shift, with shift, with shift and motion
SYSTEM_PYTHON = "/usr/bin/python3"  # has the distribution's PyTorch


@dataclasses.dataclass(frozen=True)
class Case:
    """A network and a number of frames.

    options: of bench/random_model.py, which makes the weights; none: they are in `file`
    seconds: about how long it takes, for the progress bar
    """

    name: str
    title: str
    frames: int
    seconds: float
    options: tuple = ()
    file: pathlib.Path = SHIPPED

    def make(self, path):
        """-> the model file; one of random weights is written to `path`."""
        if not self.options:
            return self.file
        alone = ["--shift=causal", "--directions=past"] if self.frames == 1 else []
        subprocess.run([SYSTEM_PYTHON, str(ROOT / "bench" / "random_model.py"), str(path),
                        *self.options, *alone], check=True)
        return path


ALL = [
    Case("r50-8", "ResNet-50, 8 frames", 8, 80, ("--depth=50",)),
    Case("r50-1", "ResNet-50, 1 frame", 1, 45, ("--depth=50",)),
    Case("r18-8", "ResNet-18, 8 frames", 8, 35, ("--depth=18",)),
    Case("r18-1", "ResNet-18, 1 frame", 1, 25, ("--depth=18",)),
    Case("mobilenet-8", "MobileNetV2, 8 frames", 8, 20, ("--backbone=mobilenet-v2",)),
    Case("mobilenet-1", "MobileNetV2, 1 frame", 1, 20, ("--backbone=mobilenet-v2",)),
    Case("lite0-8", "EfficientNet-Lite0, 8 frames", 8, 20, ("--backbone=efficientnet-lite0",)),
    Case("lite0-1", "EfficientNet-Lite0, 1 frame", 1, 20, ("--backbone=efficientnet-lite0",)),
    Case("motion-8", "motion, 8 frames", 8, 12),
    Case("motion-1", "motion, 1 frame", 1, 15),
]


def choose(names):
    """Names of cases and paths of model files -> cases."""
    known = {case.name: case for case in ALL}
    chosen = []
    for name in names:
        if name.endswith(".safetensors"):
            path = pathlib.Path(name)
            chosen.append(Case(name, path.stem + ", 8 frames", 8, 60, file=path))
        elif name in known:
            chosen.append(known[name])
        else:
            raise SystemExit("no case '%s'; there are: %s, and model files (*.safetensors)" % (name, ", ".join(known)))
    return chosen


def variants(model, folder):
    """The network of a model file and what is left of it without motion and without shift -> paths by network."""
    tensors, metadata = safetensors.read(model)
    config = json.loads(metadata["msnet.network"])
    paths = {"msnet": model} if config.get("motion") else {}
    backbone = {name: values for name, values in tensors.items() if not name.startswith(MOTION_WEIGHTS)}
    config.pop("motion", None)
    shifts = {"tsn": "none", "tsm": config.get("shift", "none")}
    if shifts["tsm"] == "none":
        del shifts["tsm"]
    for network, shift in shifts.items():
        paths[network] = folder / (network + ".safetensors")
        text = json.dumps(dict(config, shift=shift))
        safetensors.write(paths[network], backbone, dict(metadata, **{"msnet.network": text}))
    return {network: paths[network] for network in NETWORKS if network in paths}
