# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writers and the reader agree about the versions of the model file: each feature by itself is written as version 2,
the reader takes it, and asks for that very feature if the list of the file leaves it out.

    test_versions.py LOAD_MODEL TINY_MODEL      exit 77 without numpy
"""

import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))

try:
    from msnet_file import metadata, safetensors
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

# (feature, where, key, value); the tensors of a file with motion fit it, unless `loads` says otherwise
USES = [
    ("shift-div", "network", "shift_div", 4),
    ("shift-place", "network", "shift_place", "block"),
    ("output", "network", "output", "sigmoid"),
    ("head", "network", "head", ["change"]),
    ("grid", "network", "grid", 2),
    ("motion-plain", "motion", "softargmax", "plain"),
    ("motion-dilation", "motion", "dilation", 2),
    ("motion-fusion", "motion", "fusion", "replace"),
    ("fit-pad", "input", "fit", "pad"),
    ("resize-pair", "input", "resize", [128, 160]),
    ("resize-filter", "input", "resize_filter", "bilinear"),
    ("range", "input", "range", 255),
    ("sampling-at", "sampling", "at", "centre"),
    ("actions", "actions", "enter", 0.25),
    ("motion-after", "motion", "after", [2, 3]),
    ("motion-both", "motion", "directions", "both"),
    ("mobilenet-v2", "network", "backbone", "mobilenet-v2"),
    ("efficientnet-lite", "network", "backbone", "efficientnet-lite0"),
]
OTHER_TENSORS = {"grid", "motion-after", "motion-both", "mobilenet-v2", "efficientnet-lite"}

# Standard values are those of version 1.
STANDARD = [("network", "shift_div", 8), ("network", "shift_place", "residual"), ("network", "output", "softmax"),
            ("network", "head", ["pooled"]), ("network", "grid", 1),
            ("motion", "after", [2]), ("motion", "dilation", 1), ("motion", "fusion", "add"),
            ("input", "resize_filter", "antialias"), ("input", "range", 1), ("sampling", "at", "start")]


def apply(values, where, key, value):
    """values with one more."""
    values = json.loads(json.dumps(values))
    part = values["network"]["motion"] if where == "motion" else values.setdefault(where, {})
    part[key] = value
    if value in ("mobilenet-v2", "efficientnet-lite0"):
        del part["depth"], part["width"]
    return values


class Reader:
    def __init__(self, program, folder, tensors):
        self.program, self.path, self.tensors = program, folder / "model.safetensors", tensors

    def read(self, strings):
        """-> what it says; empty: it loads."""
        safetensors.write(self.path, self.tensors, strings)
        return subprocess.run([self.program, self.path], stdout=subprocess.PIPE, text=True, check=False).stdout


def check_use(reader, values, feature, *use):
    strings = metadata.to_strings(apply(values, *use))
    assert strings["msnet.version"] == "2" and json.loads(strings["msnet.requires"]) == [feature], (feature, strings)
    said = reader.read(strings)
    assert "msnet.requires" not in said, (feature, said)
    assert not said or feature in OTHER_TENSORS, (feature, said)
    said = reader.read(dict(strings, **{"msnet.requires": '["range"]' if feature != "range" else '["actions"]'}))
    assert '"%s" in msnet.requires' % feature in said, (feature, said)


def main():
    program, tiny = sys.argv[1:]
    tensors, strings = safetensors.read(tiny)
    values = metadata.from_strings(strings)
    del values["version"]
    with tempfile.TemporaryDirectory(prefix="msnet-versions-") as folder:
        reader = Reader(program, pathlib.Path(folder), tensors)
        for use in USES:
            check_use(reader, values, *use)
        for use in STANDARD:
            strings = metadata.to_strings(apply(values, *use))
            assert strings["msnet.version"] == "1" and "msnet.requires" not in strings, use
            assert reader.read(strings) == "", use
    print("%d features, %d standard values" % (len(USES), len(STANDARD)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
