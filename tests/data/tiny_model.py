"""Writes a small MSNet with random weights: ResNet-18, a few channels wide, for tests.

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


def add_motion(weights, channels, inputs):
    weights.convolution("chnl_reduction.0", REDUCED_CHANNELS, channels, 1, balanced=True)
    weights.normalisation("chnl_reduction.1", REDUCED_CHANNELS)
    for index, (outputs, size) in enumerate(((16, 7), (32, 3), (64, 3), (channels, 3)), 1):
        name = "flow_refinement.conv%d" % index
        weights.convolution(name + ".0", inputs, 1, size)
        weights.normalisation(name + ".1", inputs)
        weights.convolution(name + ".3", outputs, inputs, 1)
        weights.normalisation(name + ".4", outputs)
        inputs = outputs


def make_weights(network, seed):
    weights = Weights(seed)
    width = network["width"]
    weights.convolution("conv1", width, 3, 7, balanced=True)
    weights.normalisation("bn1", width)
    inputs = width
    for stage, count in enumerate(BLOCKS):
        for block in range(count):
            add_block(weights, "layer%d.%d" % (stage + 1, block), inputs, width << stage)
            inputs = width << stage
    if "motion" in network:
        add_motion(weights, width * 2, 3 if network["motion"]["confidence"] else 2)
    scale = 0.3 / math.sqrt(inputs)
    classes = network["classes"]
    weights.add("new_fc.weight", (classes, inputs, 1),
                (weights.random.gauss(0, scale) for _ in range(classes * inputs)))
    weights.add("new_fc.bias", (classes,), (weights.random.gauss(0, 0.1) for _ in range(classes)))
    return weights.tensors


def describe(options):
    """What the file says of itself: the strings of `__metadata__`."""
    network = {"backbone": "resnet", "depth": 18, "width": options.width, "shift": options.shift,
               "shift_every": 1, "classes": options.classes}
    if options.directions != "none":
        network["motion"] = {"after": 2, "patch": 15, "sigma": 5.0, "temperature": options.temperature,
                             "directions": options.directions, "softargmax": "kernel", "confidence": True}
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
    if options.fit == "pad":
        description.update({"msnet.version": 2, "msnet.requires": ["fit-pad"]})
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
    parser.add_argument("--shift", default="causal", choices=("none", "bidirectional", "causal"))
    parser.add_argument("--directions", default="past", choices=("none", "past", "forward"))
    parser.add_argument("--fit", default="stretch", choices=("stretch", "crop", "pad"))
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--size", type=int, default=112)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--classes", type=int, default=6)
    parser.add_argument("--temperature", type=float, default=0.01)
    parser.add_argument("--window", type=float, default=1.0)
    parser.add_argument("--hop", type=float, default=0.25)
    parser.add_argument("--background", nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = parse_arguments()
    description = describe(options)
    write(options.output, make_weights(description["msnet.network"], options.seed), description)


if __name__ == "__main__":
    main()
