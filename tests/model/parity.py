# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine beside PyTorch: writes models with random weights and what PyTorch makes of them, stage by
stage, and lets a test program compare.

    parity.py GROUP PROGRAM      exit 77 without PyTorch or without an OpenCL device
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

SKIPPED = 77

try:
    import torch
except ImportError:
    print("PyTorch is missing (Debian: python3-torch): nothing to compare with")
    sys.exit(SKIPPED)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

import msnet_torch  # noqa: E402
from msnet_torch import safetensors  # noqa: E402

PAST = {"shift": "causal", "directions": "past"}
FORWARD = {"shift": "bidirectional", "directions": "forward"}
BOTH = {"shift": "bidirectional", "directions": "both"}
TSM = {"shift": "bidirectional"}
TSN = {"shift": "none"}
ONLINE = {"shift": "causal"}

# Each case: see describe(); `stages`: whether each stage is compared by itself; `gain`: see raise_gain().
GROUPS = {
    "resnet18": [
        dict(FORWARD, depth=18, size=224),
        dict(FORWARD, depth=18, frames=16),
        dict(PAST, depth=18, temperature=0.05, classes=16),
        dict(PAST, depth=18, frames=16),
        dict(TSM, depth=18),
        dict(TSM, depth=18, frames=16, size=64),
        dict(TSN, depth=18),
        dict(TSN, depth=18, frames=16, size=64),
    ],
    "resnet50": [
        dict(FORWARD, depth=50),
        dict(FORWARD, depth=50, frames=16, size=64),
        dict(PAST, depth=50, size=224),
        dict(PAST, depth=50, frames=16, size=64),
        dict(TSM, depth=50, size=64),
        dict(TSM, depth=50, frames=16, size=64),
        dict(TSN, depth=50, size=64),
        dict(TSN, depth=50, frames=16, size=64),
    ],
    "depths": [
        dict(FORWARD, depth=34, frames=4, size=64, stages=False),
        dict(FORWARD, depth=101, every=2, frames=4, size=64, stages=False),
        dict(PAST, depth=152, every=2, frames=4, size=64, stages=False),
    ],
    "shapes": [
        dict(PAST, depth=18, width=8, size=72, classes=1),
        dict(FORWARD, depth=18, width=16, classes=16),
        dict(PAST, depth=18, width=24, size=100, classes=3, dtype="BF16"),
        dict(PAST, depth=18, width=32, temperature=0.05, dtype="F16"),
        dict(FORWARD, depth=50, width=20, size=33, frames=3),
        dict(FORWARD, depth=18, width=32, size=80, patch=9, sigma=2.5, frames=2),
        dict(PAST, depth=18, width=32, size=80, confidence=False),
        dict(PAST, depth=50, width=16, size=64, frames=1),
    ],
    "bf16": [
        dict(FORWARD, depth=18, size=224, precision="bf16"),
        dict(PAST, depth=18, temperature=0.05, classes=16, precision="bf16"),
        dict(TSM, depth=50, precision="bf16"),
        dict(PAST, depth=50, size=112, precision="bf16"),
        dict(TSN, depth=18, width=24, size=100, frames=3, precision="bf16"),
        dict(FORWARD, depth=18, width=8, size=64, frames=3, plan="plain", precision="bf16"),
        dict(TSM, depth=50, width=16, size=33, frames=4, plan="plain", precision="bf16"),
    ],
    "shifts": [  # as MIT's checkpoints have them
        dict(TSM, depth=18, size=64, frames=4, network={"shift_div": 4}),
        dict(TSM, depth=50, width=16, size=64, frames=4, network={"shift_div": 4, "shift_place": "block"}),
        dict(PAST, depth=18, width=24, size=64, frames=5, network={"shift_div": 3, "shift_place": "block"}),
        dict(PAST, depth=18, width=32, size=64, frames=4, network={"shift_div": 64, "shift_place": "block"}),
        dict(PAST, depth=50, width=8, size=48, frames=3, plan="plain", network={"shift_div": 2}),
        dict(TSM, depth=18, size=64, frames=4, precision="bf16", network={"shift_div": 3, "shift_place": "block"}),
    ],
    "head": [  # the classifier reads change
        dict(PAST, depth=18, width=32, size=64, temperature=0.05, network={"head": ["change"]}),
        dict(TSN, depth=50, width=16, size=64, frames=5, network={"head": ["pooled", "change"]}),
        dict(TSM, depth=18, width=12, size=64, frames=4, network={"head": ["pooled", "change"]}, precision="bf16"),
        dict(TSN, backbone="efficientnet-lite0", size=64, frames=3, network={"head": ["pooled", "change"]}),
        dict(PAST, backbone="mobilenet-v2", multiplier=0.25, size=64, frames=3, network={"head": ["change"]}),
        dict(FORWARD, depth=18, width=8, size=48, frames=3, plan="plain", network={"head": ["change"]}),
        dict(TSN, depth=18, width=16, size=144, frames=3, network={"grid": 2}),  # parts of 2 and 3 cells
        dict(PAST, backbone="efficientnet-lite0", size=96, frames=3, network={"head": ["pooled", "change"], "grid": 3}),
        dict(TSM, depth=50, width=12, size=80, frames=3, network={"head": ["change"], "grid": 2}, precision="bf16", plan="plain"),
    ],
    "mobilenet": [
        dict(FORWARD, backbone="mobilenet-v2", size=224, frames=4),
        dict(PAST, backbone="mobilenet-v2", temperature=0.05, classes=16),
        dict(TSM, backbone="mobilenet-v2", multiplier=1.4, size=65, frames=4, gain=3),
        dict(TSN, backbone="mobilenet-v2", multiplier=0.5, size=100, frames=2),
        dict(PAST, backbone="mobilenet-v2", multiplier=0.1, size=32, frames=3, every=2),
        dict(TSM, backbone="mobilenet-v2", multiplier=0.75, size=112, frames=4, precision="bf16"),
        dict(TSM, backbone="mobilenet-v2", multiplier=0.5, size=48, frames=3, gain=3,
             network={"shift_div": 4, "shift_place": "block"}),
        dict(PAST, backbone="mobilenet-v2", multiplier=0.35, size=72, frames=3, patch=5,
             motion={"after": [1, 3], "fusion": "concat"}),
        dict(BOTH, backbone="mobilenet-v2", multiplier=0.35, size=64, frames=3, patch=3,
             motion={"after": 4, "fusion": "multiply"}),
    ],
    "efficientnet": [
        dict(FORWARD, backbone="efficientnet-lite0", size=224, frames=4),
        dict(PAST, backbone="efficientnet-lite0", size=113, temperature=0.05, classes=16),
        dict(TSM, backbone="efficientnet-lite0", size=112, frames=4, precision="bf16"),
        dict(PAST, backbone="efficientnet-lite1", size=120, frames=3),
        dict(TSM, backbone="efficientnet-lite2", size=130, frames=2, gain=3),
        dict(TSN, backbone="efficientnet-lite3", size=70, frames=2, stages=False),
        dict(PAST, backbone="efficientnet-lite4", size=75, frames=2, every=3),
        dict(FORWARD, backbone="efficientnet-lite0", size=70, frames=2, patch=5, motion={"after": [2, 4]}),
    ],
    "motion": [  # MotionSqueeze's variants, in turn and together
        dict(BOTH, depth=18, width=16, size=64, frames=4),
        dict(BOTH, depth=18, width=16, size=64, frames=3, confidence=False, patch=7, motion={"dilation": 2}),
        dict(BOTH, depth=50, width=8, size=64, frames=2, motion={"after": [2, 3], "softargmax": "plain", "fusion": "concat"}),
        dict(PAST, depth=18, width=16, size=64, frames=4, motion={"after": 1}),
        dict(PAST, depth=18, width=16, size=96, frames=3, patch=31, motion={"after": 3, "fusion": "replace"}),
        dict(FORWARD, depth=50, width=8, size=96, frames=3, patch=5, motion={"after": 4, "fusion": "multiply"}),
        dict(PAST, depth=18, width=16, size=64, frames=3, patch=9, motion={"after": [1, 2, 3, 4], "fusion": "concat"}),
        dict(PAST, depth=18, width=16, size=80, frames=3, patch=21, motion={"dilation": 2, "softargmax": "plain"}),
        dict(FORWARD, depth=18, width=16, size=64, frames=3, patch=3, confidence=False,
             motion={"softargmax": "plain", "temperature": 0.3}),
        dict(TSN, depth=18, width=16, size=64, frames=3, directions="both", motion={"fusion": "multiply"}),
        dict(PAST, depth=18, width=16, size=64, frames=3, patch=7, precision="bf16", motion={"fusion": "concat"}),
        dict(BOTH, depth=18, width=16, size=64, frames=3, precision="bf16", motion={"fusion": "multiply"}),
        dict(BOTH, depth=18, width=8, size=48, frames=3, patch=5, plan="plain",
             motion={"after": [1, 2], "fusion": "concat", "dilation": 2}),
        dict(PAST, depth=18, width=8, size=48, frames=3, patch=17, plan="plain",
             motion={"softargmax": "plain", "fusion": "multiply"}),
    ],
    "names": [
        dict(FORWARD, depth=18, width=32, size=64, prefix="module.base_model.", stages=False),
    ],
    "families": [  # every kernel wherever it can be used, vectors of either width
        dict(PAST, depth=18, width=64, size=64, frames=4, stages=False, plan=plan)
        for plan in ("width-8", "width-16", "direct-8", "direct-16", "winograd-8", "winograd-16", "winograd2-8",
                     "winograd2-16", "fused-8", "fused-16", "stem-8", "stem-16")
    ] + [dict(FORWARD, depth=50, width=32, size=64, frames=4, plan=plan) for plan in ("width-8", "width-16", "")
         ] + [dict(TSM, backbone=backbone, size=65, frames=2, gain=3, plan=plan, precision=precision)
              for backbone in ("mobilenet-v2", "efficientnet-lite0") for plan in ("width-8", "width-16")
              for precision in ("f32", "bf16")],
    "amx": [  # emulated where the processor has none
        dict(PAST, depth=18, size=64, frames=3, plan="amx"),
        dict(FORWARD, depth=50, width=32, size=64, frames=2, plan="amx"),
        dict(TSM, depth=50, width=32, size=64, frames=2, plan="amx", precision="bf16"),
        dict(PAST, depth=18, size=64, frames=3, plan="amx", precision="bf16"),
        dict(TSM, backbone="mobilenet-v2", size=33, frames=2, gain=3, plan="amx"),
        dict(TSM, backbone="efficientnet-lite0", size=36, frames=2, gain=3, plan="amx", precision="bf16"),
    ],
    "plain": [  # the kernels for every device: right, and slow
        dict(FORWARD, depth=18, width=8, size=64, frames=3, plan="plain"),
        dict(PAST, depth=50, width=8, size=48, frames=3, plan="plain"),
        dict(TSM, depth=50, width=16, size=32, frames=4, plan="plain"),
        dict(PAST, depth=34, width=12, size=40, frames=2, every=2, confidence=False, plan="plain"),
        dict(ONLINE, backbone="mobilenet-v2", multiplier=0.35, size=64, frames=3, plan="plain", gain=3),
        dict(TSM, backbone="mobilenet-v2", multiplier=0.25, size=33, frames=2, plan="plain", precision="bf16"),
        dict(ONLINE, backbone="efficientnet-lite0", size=36, frames=2, plan="plain", gain=3),
        dict(TSM, backbone="efficientnet-lite0", size=33, frames=2, plan="plain", precision="bf16"),
    ],
}


def describe(case):
    """-> the object of `msnet.network`."""
    config = {"backbone": case.get("backbone", "resnet"), "shift": case["shift"], "shift_every": case.get("every", 1),
              "classes": case.get("classes", 174)}
    if config["backbone"] == "resnet":
        config.update(depth=case["depth"], width=case.get("width", 64))
    if "multiplier" in case:
        config["multiplier"] = case["multiplier"]
    config.update(case.get("network", {}))
    if "directions" in case:
        config["motion"] = {"after": 2, "patch": case.get("patch", 15), "sigma": case.get("sigma", 5.0),
                            "temperature": case.get("temperature", 0.01), "directions": case["directions"],
                            "softargmax": "kernel", "confidence": case.get("confidence", True)}
        config["motion"].update(case.get("motion", {}))
    return config


def moving_texture(frames, size, seed):
    """A random texture that moves by a few pixels a frame, with a little noise: [T, 3, S, S]."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn((1, 3, size // 4 + 24, size // 4 + 24), generator=generator)
    texture = torch.nn.functional.interpolate(coarse, scale_factor=4, mode="bicubic", align_corners=False)[0]
    views = [texture[:, 3 * t % 64 : 3 * t % 64 + size, 5 * t % 64 : 5 * t % 64 + size] for t in range(frames)]
    return torch.stack(views) + 0.05 * torch.randn((frames, 3, size, size), generator=generator)


NARROWING = re.compile(r"\._bn2$|\.conv\.\d$")  # batch norms of the layers without ReLU6


def raise_gain(model, gain):
    """So that many activations reach 6, where ReLU6 cuts them off; the layers without it make up for that."""
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.BatchNorm2d) and not name.startswith(("chnl_reduction", "flow_refinement")):
            module.weight.data *= gain if not NARROWING.search(name) else gain ** -2


def save_with_names(path, model, metadata, dtype, prefix):
    """As the authors' programs save: everything behind a prefix, and a batch norm that nothing uses."""
    tensors = {prefix + name: value.float().numpy() for name, value in model.state_dict().items()
               if value.dtype.is_floating_point}
    tensors.update({prefix + "bn2." + part: torch.ones(64).numpy() for part in ("weight", "bias")})
    safetensors.write(path, tensors, metadata, dtype)


def flatness(scores, dilation):
    """Best minus median (the lower of the middle two) of the scores inside the map: [pairs, 1, H, W]."""
    pairs, cells, height, width = scores.shape
    inside = msnet_torch.motion.window_index(height, width, int(cells ** 0.5), dilation)[1].reshape(1, cells, height, width)
    ordered = torch.where(inside, scores, torch.full_like(scores, float("inf"))).sort(1)[0]
    middle = (inside.sum(1, keepdim=True) - 1) // 2
    return scores.max(1, keepdim=True)[0] - ordered.gather(1, middle.expand(pairs, 1, height, width))


def reference(model, frames):
    """Each stage under the engine's name, [T, H, W, C] as the engine has it."""
    found = msnet_torch.stages(model, frames)
    found["input"] = frames
    found["frame-logits"] = found.pop("logits_per_frame")
    found["logits"] = found["logits"].unsqueeze(0)
    for suffix in msnet_torch.motion.places(model.motion).values() if model.motion else ():
        found["flatness" + suffix] = flatness(found["scores" + suffix], model.motion.get("dilation", 1))
        found["transformation" + suffix] = found.pop("fused" + suffix)
    return {name: (value.permute(0, 2, 3, 1) if value.ndim == 4 else value).contiguous().numpy()
            for name, value in found.items()}


def write_case(case, folder, seed):
    """-> paths of the model and of PyTorch's values."""
    frames, size = case.get("frames", 8), case.get("size", 112)
    model_path, values_path = str(folder / "parity.safetensors"), str(folder / "values.safetensors")
    model = msnet_torch.randomise(msnet_torch.build(describe(case)), seed)
    raise_gain(model, case.get("gain", 1))
    labels = ["class %d" % index for index in range(model.config["classes"])]
    metadata = msnet_torch.metadata(model, labels, size, frames)
    msnet_torch.save_model(model_path, model, metadata, case.get("dtype", "F32"))
    model = msnet_torch.load_model(model_path)[0]  # with the weights as the file has them
    if "prefix" in case:
        save_with_names(model_path, model, metadata, "F32", case["prefix"])
    values = reference(model, moving_texture(frames, size, seed))
    if not case.get("stages", True):
        values = {name: values[name] for name in ("input", "logits")}
    safetensors.write(values_path, values, {})
    return model_path, values_path


def run_case(case, program, seed):
    print(case, flush=True)
    environment = dict(os.environ, MSNET_PLAN=case.get("plan", "fixed"))
    with tempfile.TemporaryDirectory(prefix="msnet-parity-") as folder:
        files = write_case(case, pathlib.Path(folder), seed)
        return subprocess.call([program, *files, case.get("precision", "f32")], env=environment)


def main():
    group, program = sys.argv[1:]
    torch.set_num_threads(1)
    for seed, case in enumerate(GROUPS[group], 1):
        status = run_case(case, program, seed)
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
