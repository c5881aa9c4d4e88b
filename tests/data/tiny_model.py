"""Writes a small MSNet with random weights: ResNet-18 or MobileNetV2, a few channels wide, for tests.

    python3 tests/data/tiny_model.py OUTPUT [--shift causal] [--directions past] ...

Needs Python alone; the same arguments give the same bytes everywhere.  What it recognises means nothing, but
its features tell textures apart, so that the displacement read from them is the true one.
"""

import argparse
import array
import json
import math
import random
import struct
import sys

BLOCKS = (2, 2, 2, 2)
# Of MobileNetV2's groups: by how much blocks expand, channels, blocks.
GROUPS = ((1, 16, 1), (6, 24, 2), (6, 32, 3), (6, 64, 4), (6, 96, 3), (6, 160, 3), (6, 320, 1))
STAGE_ENDS = (1, 2, 4, 6)  # the last group of each stage
LAST_CHANNELS = 1280
REDUCED_CHANNELS = 64


class Weights:
    """Tensors by name, drawn one after the other from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.tensors = {}

    def add(self, name, shape, values):
        self.tensors[name] = (shape, array.array("f", values))

    def convolution(self, name, outputs, inputs, size, balanced=False):
        """He's initialisation; `balanced`: each filter sums to zero, so that what all share is left out."""
        taps = inputs * size * size
        scale = math.sqrt(2 / taps)
        values = []
        for _ in range(outputs):
            row = [self.random.gauss(0, scale) for _ in range(taps)]
            mean = sum(row) / taps if balanced else 0
            values.extend(value - mean for value in row)
        self.add(name + ".weight", (outputs, inputs, size, size), values)

    def normalisation(self, name, channels, gain=1.0):
        self.add(name + ".weight", (channels,), (gain * self.random.uniform(0.8, 1.2) for _ in range(channels)))
        self.add(name + ".bias", (channels,), (self.random.gauss(0, 0.1) for _ in range(channels)))
        self.add(name + ".running_mean", (channels,), (self.random.gauss(0, 0.1) for _ in range(channels)))
        self.add(name + ".running_var", (channels,), (self.random.uniform(0.8, 1.2) for _ in range(channels)))


def add_block(weights, name, inputs, channels):
    weights.convolution(name + ".conv1", channels, inputs, 3)
    weights.normalisation(name + ".bn1", channels)
    weights.convolution(name + ".conv2", channels, channels, 3)
    weights.normalisation(name + ".bn2", channels, 0.5)
    if inputs != channels:
        weights.convolution(name + ".downsample.0", channels, inputs, 1)
        weights.normalisation(name + ".downsample.1", channels)


def add_motion(weights, motion, channels, suffix):
    inputs = (3 if motion["confidence"] else 2) * (2 if motion["directions"] == "both" else 1)
    weights.convolution("chnl_reduction%s.0" % suffix, REDUCED_CHANNELS, channels, 1, balanced=True)
    weights.normalisation("chnl_reduction%s.1" % suffix, REDUCED_CHANNELS)
    for index, (outputs, size) in enumerate(((16, 7), (32, 3), (64, 3), (channels, 3)), 1):
        name = "flow_refinement%s.conv%d" % (suffix, index)
        weights.convolution(name + ".0", inputs, 1, size)
        weights.normalisation(name + ".1", inputs)
        weights.convolution(name + ".3", outputs, inputs, 1)
        weights.normalisation(name + ".4", outputs)
        inputs = outputs
    if motion.get("fusion") == "concat":
        weights.convolution("flow_fusion%s.0" % suffix, channels, 2 * channels, 1)
        weights.normalisation("flow_fusion%s.1" % suffix, channels)


def add_motions(weights, motion, channels):
    """channels: of each stage."""
    places = motion["after"] if isinstance(motion["after"], list) else [motion["after"]]
    for place in places:
        add_motion(weights, motion, channels[place - 1], "_%d" % place if len(places) > 1 else "")


def add_resnet(weights, network):
    """-> channels of its output, and of each stage."""
    width = network["width"]
    weights.convolution("conv1", width, 3, 7, balanced=True)
    weights.normalisation("bn1", width)
    inputs = width
    for stage, count in enumerate(BLOCKS):
        for block in range(count):
            add_block(weights, "layer%d.%d" % (stage + 1, block), inputs, width << stage)
            inputs = width << stage
    return inputs, [width << stage for stage in range(len(BLOCKS))]


def round_channels(channels):
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def add_inverted_residual(weights, name, inputs, outputs, expansion):
    layers, inner = 0, inputs * expansion
    if expansion > 1:
        weights.convolution(name + ".0.0", inner, inputs, 1)
        weights.normalisation(name + ".0.1", inner)
        layers += 1
    weights.convolution("%s.%d.0" % (name, layers), inner, 1, 3)
    weights.normalisation("%s.%d.1" % (name, layers), inner)
    weights.convolution("%s.%d" % (name, layers + 1), outputs, inner, 1)
    weights.normalisation("%s.%d" % (name, layers + 2), outputs, 0.5)


def add_mobilenet_v2(weights, network):
    """-> channels of its output, and of each stage."""
    inputs, index, found = round_channels(32 * network["multiplier"]), 0, []
    weights.convolution("features.0.0", inputs, 3, 3, balanced=True)
    weights.normalisation("features.0.1", inputs)
    for expansion, channels, count in GROUPS:
        outputs = round_channels(channels * network["multiplier"])
        for _ in range(count):
            index += 1
            add_inverted_residual(weights, "features.%d.conv" % index, inputs, outputs, expansion)
            inputs = outputs
        found.append(outputs)
    weights.convolution("features.%d.0" % (index + 1), LAST_CHANNELS, inputs, 1)
    weights.normalisation("features.%d.1" % (index + 1), LAST_CHANNELS)
    return LAST_CHANNELS, [found[group] for group in STAGE_ENDS]


def make_weights(network, seed):
    weights = Weights(seed)
    add_backbone = add_resnet if network["backbone"] == "resnet" else add_mobilenet_v2
    inputs, channels = add_backbone(weights, network)
    if "motion" in network:
        add_motions(weights, network["motion"], channels)
    inputs *= len(network.get("head", ["pooled"])) * network.get("grid", 1) ** 2
    scale = 0.3 / math.sqrt(inputs)
    classes = network["classes"]
    weights.add("new_fc.weight", (classes, inputs, 1),
                (weights.random.gauss(0, scale) for _ in range(classes * inputs)))
    weights.add("new_fc.bias", (classes,), (weights.random.gauss(0, 0.1) for _ in range(classes)))
    return weights.tensors


def describe(options):
    """What the file says of itself: the strings of `__metadata__`."""
    sizes = {"depth": 18, "width": options.width} if options.backbone == "resnet" else {"multiplier": options.multiplier}
    network = {"backbone": options.backbone, **sizes, "shift": options.shift, "shift_every": 1,
               "classes": options.classes}
    if options.directions != "none":
        network["motion"] = {"after": 2, "patch": 15, "sigma": 5.0, "temperature": options.temperature,
                             "directions": options.directions, "softargmax": "kernel", "confidence": True,
                             **json.loads(options.motion)}
    if options.head:
        network["head"] = options.head
    if options.grid > 1:
        network["grid"] = options.grid
    picture = {"frames": options.frames, "fit": options.fit, "size": options.size, "order": "RGB",
               "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
    if options.fit == "crop":
        picture["resize"] = options.size * 8 // 7
    description = {
        "msnet.version": 1,
        "msnet.network": network,
        "msnet.input": picture,
        "msnet.sampling": {"window": options.window, "hop": options.hop},
        "msnet.labels": ["class-%d" % index for index in range(options.classes)],
        "msnet.card": {"name": "tiny", "trained_on": "nothing: random weights", "license": "CC0-1.0"},
    }
    features = [options.backbone] if options.backbone != "resnet" else []
    features += ["head"] if options.head else []
    features += ["grid"] if options.grid > 1 else []
    features += ["fit-pad"] if options.fit == "pad" else []
    if options.scores != "softmax":
        network["output"] = options.scores
        features.append("output")
    if options.at != "start":
        description["msnet.sampling"]["at"] = options.at
        features.append("sampling-at")
    if options.actions:
        description["msnet.actions"] = dict(zip(("enter", "leave", "smoothing"), options.actions))
        features.append("actions")
    features += options.features
    if features:
        description.update({"msnet.version": 2, "msnet.requires": features})
    if options.background:
        description["msnet.background"] = options.background
    return description


def write(path, tensors, description):
    header = {"__metadata__": {key: json.dumps(value) for key, value in description.items()}}
    offset = 0
    for name in sorted(tensors):
        shape, values = tensors[name]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + 4 * len(values)]}
        offset += 4 * len(values)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            values = tensors[name][1]
            if sys.byteorder == "big":
                values.byteswap()
            file.write(values.tobytes())


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--backbone", default="resnet", choices=("resnet", "mobilenet-v2"))
    parser.add_argument("--multiplier", type=float, default=0.25)
    parser.add_argument("--shift", default="causal", choices=("none", "bidirectional", "causal"))
    parser.add_argument("--directions", default="past", choices=("none", "past", "forward", "both"))
    parser.add_argument("--motion", default="{}", help="further keys of `motion`, as JSON")
    parser.add_argument("--features", nargs="*", default=[], help="what these keys require")
    parser.add_argument("--head", nargs="+", choices=("pooled", "change"))
    parser.add_argument("--grid", type=int, default=1)
    parser.add_argument("--fit", default="stretch", choices=("stretch", "crop", "pad"))
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--classes", type=int, default=6)
    parser.add_argument("--temperature", type=float, default=0.01)
    parser.add_argument("--window", type=float, default=1.0)
    parser.add_argument("--hop", type=float, default=0.25)
    parser.add_argument("--at", default="start", choices=("start", "centre"))
    parser.add_argument("--scores", default="softmax", choices=("softmax", "sigmoid"))
    parser.add_argument("--actions", type=float, nargs=3, metavar=("ENTER", "LEAVE", "SMOOTHING"))
    parser.add_argument("--background", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = parse_arguments()
    description = describe(options)
    write(options.output, make_weights(description["msnet.network"], options.seed), description)


if __name__ == "__main__":
    main()
