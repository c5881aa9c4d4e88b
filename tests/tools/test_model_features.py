# SPDX-License-Identifier: LGPL-2.1-or-later
"""The rule of tools/msnet_file that says which features a model uses is the engine's: what it writes is read.

    test_model_features.py MSNET_PLAN      exit 77 without an OpenCL device
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
from msnet_file import metadata, safetensors  # noqa: E402

NETWORK = {"backbone": "resnet", "depth": 18, "width": 8, "shift": "bidirectional", "classes": 2}
MOTION = {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.01, "directions": "forward", "softargmax": "kernel",
          "confidence": True}
INPUT = {"frames": 4, "fit": "crop", "resize": 40, "size": 32, "order": "RGB", "mean": [0.5] * 3, "std": [0.5] * 3}
SAMPLING = {"window": 1.0, "hop": 0.5}
PLAIN = {"network": NETWORK, "input": INPUT, "sampling": SAMPLING, "labels": ["a", "b"]}
DEFAULTS = dict(PLAIN, network=dict(NETWORK, shift_div=8, shift_place="residual", output="softmax",
                                    motion=dict(MOTION, after=[2], dilation=1, fusion="add")),
                input=dict(INPUT, resize_filter="antialias", range=1), sampling=dict(SAMPLING, at="start"))
MISSING = "found no such tensor"  # the file has none: nothing before that was wrong


def with_network(**changed):
    return dict(PLAIN, network=dict(NETWORK, **changed))


def with_motion(**changed):
    return with_network(motion=dict(MOTION, **changed))


def with_input(**changed):
    return dict(PLAIN, input=dict(INPUT, **changed))


SHIFTED = {"shift": "none", "classes": 2}
USES = [
    dict(PLAIN, network=dict(SHIFTED, backbone="mobilenet-v2")), dict(PLAIN, network=dict(SHIFTED, backbone="efficientnet-lite0")),
    with_network(shift_div=4), with_network(shift_place="block"), with_network(output="sigmoid"), with_motion(after=3),
    with_motion(after=[1, 2]), with_motion(directions="both"), with_motion(softargmax="plain"), with_motion(dilation=2),
    with_motion(fusion="multiply"), with_input(fit="pad"), with_input(resize=[40, 50]), with_input(resize_filter="bilinear"),
    with_input(range=255), dict(PLAIN, sampling=dict(SAMPLING, at="centre")), dict(PLAIN, actions={"enter": 0.5}),
]


def answer(strings):
    """What the engine says of a file with these strings."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.safetensors")
        safetensors.write(path, {"unused": np.zeros(1, np.float32)}, strings)
        done = subprocess.run([sys.argv[1], "--rounds=1", path], capture_output=True, text=True, check=False)
    if "no OpenCL" in done.stderr:
        sys.exit(77)
    return done.stderr


def expect(strings, text):
    said = answer(strings)
    assert text in said, "expected %r, found %r, of %s" % (text, said, strings)


def main():
    for values in (PLAIN, DEFAULTS):
        strings = metadata.to_strings(values)
        assert strings["msnet.version"] == "1", strings
        expect(strings, MISSING)
    for values in USES:
        strings = metadata.to_strings(values)
        (feature,) = json.loads(strings["msnet.requires"])
        expect(strings, MISSING)
        # The engine holds the same rule: it misses the feature where it is not listed.
        other = "actions" if feature != "actions" else "range"
        expect(dict(strings, **{"msnet.requires": json.dumps([other])}), "\"%s\" in msnet.requires" % feature)
    print("%d uses of features are listed as the engine expects" % len(USES))


main()
