# SPDX-License-Identifier: LGPL-2.1-or-later
"""What messages about model files tell a user to do works: each case breaks a good file in one way, finds the message,
does what it says with what it names, and sees the file load.

    test_model_remedies.py
"""
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

GOOD = pathlib.Path(os.environ["MSNET_TEST_MODELS"], "tiny-four.safetensors")


class Model:
    """A file in pieces: metadata, values as JSON; tensors, name -> [type, shape, bytes]."""

    def __init__(self):
        data = GOOD.read_bytes()
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8:8 + length])
        self.metadata = {key: json.loads(text) for key, text in header.pop("__metadata__").items()}
        self.tensors = {name: [entry["dtype"], entry["shape"], data[8 + length:][slice(*entry["data_offsets"])]]
                        for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"])}
        self.change_bytes = lambda data: data
        self.change_header = lambda text: text
        self.hole = 0

    def __getattr__(self, name):
        return self.metadata["msnet." + name]

    def write(self, path):
        header, body = {"__metadata__": {key: json.dumps(value) for key, value in self.metadata.items()}}, b""
        for name, (dtype, shape, data) in self.tensors.items():
            header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
            body += data + bytes(self.hole)
        text = self.change_header(json.dumps(header)).encode()
        path.write_bytes(self.change_bytes(struct.pack("<Q", len(text)) + text + body))


def start(path):
    """(whether a pipeline with the model starts and ends, what it says)"""
    done = subprocess.run(["gst-launch-1.0", *"videotestsrc num-buffers=1 ! video/x-raw,width=64,height=48 ! msnet".split(),
                           f"model={path}", "!", "fakesink"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=120, check=False)
    return done.returncode == 0 and "ERROR" not in done.stdout and "WARNING" not in done.stdout, done.stdout


def part_of(model, place):
    """The object that a message names by a place such as "msnet.network, motion"."""
    key, *inner = place.split(", ")
    found = model.metadata[key]
    for name in inner:
        found = found[name]
    return found


KEY = r'(msnet\.\w+(?:, \w+)?): "?(\w+)"?: '


def set_to(value):
    """Corrects the key that the message names, after a look that it names what may stand there."""
    def cure(model, said):
        place, key, expected = re.search(KEY + r"expected (.*), found", said).groups()
        numbers = re.fullmatch(r"an? (?:whole )?number from (\S+) to (\S+)", expected)
        assert str(value) in expected or not numbers or float(numbers[1]) <= value <= float(numbers[2]), expected
        part_of(model, place)[key] = value
    return cure


def list_feature(model, said):
    version, feature = re.search(r'expected msnet\.version (\d) and "([\w-]+)" in msnet\.requires', said).groups()
    model.metadata.update({"msnet.version": int(version), "msnet.requires": [feature]})


def add_list(model, said):
    assert "msnet.requires: expected a list of the features" in said
    model.metadata["msnet.requires"] = ["range"]


def correct_version(model, said):
    model.metadata["msnet.version"] = int(re.search(r"msnet\.version: expected (\d), as there is a list", said)[1])


def remove_key(model, said):
    place, key = re.search(KEY + "expected only", said).groups()
    del part_of(model, place)[key]


def remove_range(model, said):
    assert "expected 1 or 255" in said
    del model.input["range"]  # 1 is what it is if it is left out


def remove_metadata(model, said):
    del model.metadata[re.search(r'found "?([\w.]+)"?; remove it', said)[1]]


def add_metadata(model, said):
    key = re.search(r"expected the metadata (\S+), found none", said)[1]
    model.metadata[key] = Model().metadata[key]


def add_labels(model, said):
    model.labels.extend(["more"] * (int(re.search(r"expected (\d+) labels", said)[1]) - len(model.labels)))


def correct_label(model, said):
    model.labels[int(re.search(r"at index (\d+)", said)[1])] = "corrected"


def rename_twin(model, said):
    name = re.search(r'found "([^"]+)" twice', said)[1]
    model.labels[model.labels.index(name)] = "renamed"


def correct_background(model, said):
    wrong = re.search(r'msnet\.background: expected labels of msnet\.labels, found "([^"]+)"', said)[1]
    model.background[model.background.index(wrong)] = model.labels[0]


def more_frames(model, said):
    model.input["frames"] = int(re.search(r"msnet\.input: frames: expected at least (\d+)", said)[1])


def prefix(model):
    model.tensors = {"ema." + name: tensor for name, tensor in model.tensors.items()}


def take_off(model, said):
    off = re.search(r"take (\S+) off the names", said)[1]
    model.tensors = {name.removeprefix(off): tensor for name, tensor in model.tensors.items()}


def copy_tensor(model):
    model.tensors["module.conv1.weight"] = model.tensors["conv1.weight"]


def keep_one(model, said):
    del model.tensors[re.search(r"once, found \S+ and (\S+); save", said)[1]]


def make_whole_numbers(model):
    _, shape, data = model.tensors["bn1.bias"]
    model.tensors["bn1.bias"] = ["I32", shape, struct.pack(f"<{len(data) // 4}i", *range(len(data) // 4))]


def make_float(model, said):
    name = re.search(r"tensor (\S+): expected values of type F32", said)[1]
    _, shape, data = model.tensors[name]
    whole = struct.unpack(f"<{len(data) // 4}i", data)
    model.tensors[name] = ["F32", shape, struct.pack(f"<{len(whole)}f", *whole)]


def correct_width(model, said):
    found = re.search(r"tensor conv1\.weight: expected shape .*found \[?(\d+)", said)[1]
    model.network["width"] = int(found)


def spoil(model):
    dtype, shape, data = model.tensors["conv1.weight"]
    model.tensors["conv1.weight"] = [dtype, shape, struct.pack("<f", float("nan")) + data[4:]]


def train_again(model, said):
    name = re.search(r"tensor (\S+): expected finite values", said)[1]
    model.tensors[name] = Model().tensors[name]


def save_again(model, _):
    fresh = Model()
    model.change_bytes, model.change_header, model.hole = fresh.change_bytes, fresh.change_header, 0


def set_value(place, **values):
    return lambda model: part_of(model, place).update(values)


def attribute(name, value):
    return lambda model: setattr(model, name, value)


def no_motion_ahead(model):
    model.network["motion"]["directions"] = "forward"
    model.input["frames"] = 1


CASES = [
    (set_value("msnet.network", colour=1), "expected only backbone, depth", remove_key),
    (set_value("msnet.network, motion", radius=1), "expected only after, patch", remove_key),
    (lambda model: model.network.pop("width"), "width: expected a whole number from 8 to 512, found nothing", set_to(8)),
    (set_value("msnet.network", depth=20), "depth: expected 18, 34, 50, 101 or 152, found 20", set_to(18)),
    (set_value("msnet.network", shift="both"), "shift: expected one of none, bidirectional, causal", set_to("causal")),
    (set_value("msnet.network, motion", patch=16), "patch: expected an odd number, found 16", set_to(15)),
    (set_value("msnet.network, motion", after=5), "after: expected a whole number from 1 to 4", set_to(2)),
    (set_value("msnet.input", range=1), 'and "range" in msnet.requires, as range asks for it, found version 1', list_feature),
    (lambda model: model.metadata.update({"msnet.version": 2}), "a list of the features that this file uses", add_list),
    (lambda model: model.metadata.update({"msnet.requires": ["range"]}), "as there is a list msnet.requires", correct_version),
    (set_value("msnet.input", fit="crop", resize=[64, 40], size=64), "resize: expected at least size, so that", set_to(64)),
    (set_value("msnet.input", range=254), "range: expected 1 or 255, found 254", remove_range),
    (set_value("msnet.input", fit="crop", size=64, resize=40), "resize: expected at least size, so that the crop", set_to(64)),
    (set_value("msnet.sampling", window=1e9), "window: expected a number from 0.004 to", set_to(1.0)),
    (set_value("msnet.input", std=[1, 0, 1]), "std: expected three numbers from", set_to([1, 1, 1])),
    (no_motion_ahead, "frames: expected at least 2, as motion with directions forward", more_frames),
    (lambda model: model.labels.pop(), "labels, as msnet.network has classes, found", add_labels),
    (lambda model: model.labels.__setitem__(2, "a\nb"), "found another thing at index 2; correct it", correct_label),
    (lambda model: model.labels.__setitem__(2, model.labels[0]), "twice; correct it", rename_twin),
    (lambda model: model.metadata.update({"msnet.background": ["nobody"]}), "msnet.background: expected labels of",
     correct_background),
    (lambda model: model.metadata.pop("msnet.input"), "expected the metadata msnet.input, found none", add_metadata),
    (lambda model: model.metadata.update({"msnet.extra": 1}), "expected only the metadata msnet.version", remove_metadata),
    (prefix, "found ema.", take_off),
    (copy_tensor, "expected tensor conv1.weight once", keep_one),
    (make_whole_numbers, "found I32; in PyTorch convert it by .float ()", make_float),
    (set_value("msnet.network", width=32), "msnet.network says depth 18, width 32", correct_width),
    (spoil, "expected finite values, found nan at index 0; the training went wrong", train_again),
    (attribute("change_bytes", lambda data: data + b"more"), "something was appended, save the file again", save_again),
    (attribute("change_bytes", lambda data: data[:5]), "found only 5 bytes; copy the file again", save_again),
    (attribute("change_header", lambda text: text.replace("{", '{"bn1.bias": 1, ', 1)), "found bn1.bias twice; save the file again without",
     save_again),
    (attribute("hole", 4), ": a hole; save the file again", save_again),
]


def check(folder, spoiler, part, cure):
    model, path = Model(), folder / "model.safetensors"
    spoiler(model)
    model.write(path)
    good, said = start(path)
    assert not good, f"no message for: {part}"
    assert part in said, f"{part}\nis not in\n{said}"
    assert str(path) in said, f"the file is not named in\n{said}"
    cure(model, said)
    model.write(path)
    good, said = start(path)
    assert good, f"what this message says does not help: {part}\n{said}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            check(pathlib.Path(folder), *case)
            print(case[1], flush=True)
    return 0


if __name__ == "__main__":
    if "no OpenCL" in start(GOOD)[1]:
        sys.exit(77)
    sys.exit(main())
