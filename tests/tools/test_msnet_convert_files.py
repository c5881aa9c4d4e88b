# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files that msnet-convert reads: honest ones as PyTorch writes them, damaged ones, and hostile ones.

Needs numpy; what PyTorch writes is only tested where it is there.
"""

import collections
import json
import os
import pathlib
import pickle
import re
import subprocess
import sys
import tempfile
import unittest
import zipfile

try:
    import numpy as np
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)
try:
    import torch
except ImportError:
    torch = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]
from convert_lists import read_list  # noqa: E402
from msnet_convert import checkpoint, convert, families, pickles  # noqa: E402
from msnet_convert.errors import Refusal  # noqa: E402
from msnet_file import safetensors  # noqa: E402


class Evil:
    """A pickle that asks for a call."""

    def __init__(self, function, arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def write_pickled(path, value):
    """As torch.save () does since 1.6."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(value, protocol=2))


def write_old(path, value):
    """As torch.save () did before 1.6."""
    with open(path, "wb") as file:
        for part in (checkpoint.MAGIC, 1001, {"little_endian": True}, value, []):
            pickle.dump(part, file, protocol=2)


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "x.pth"
        self.mark = pathlib.Path(self.folder.name) / "mark"
        self.addCleanup(self.folder.cleanup)

    def test_a_file_that_tries_runs_nothing(self):
        attempts = [(os.system, ("touch %s" % self.mark,)), (eval, ("open(%r, 'w')" % str(self.mark),)),
                    (exec, ("open(%r, 'w')" % str(self.mark),)), (open, (str(self.mark), "w")),
                    (subprocess.Popen, (["touch", str(self.mark)],)), (map, (os.system, ["touch %s" % self.mark]))]
        for write in (write_pickled, write_old):
            for function, arguments in attempts:
                with self.subTest(function=function, write=write):
                    write(self.path, {"state_dict": {"x": Evil(function, arguments)}})
                    done = subprocess.run([str(ROOT / "tools" / "msnet-convert"), str(self.path), "--out",
                                           str(self.path) + ".safetensors"], capture_output=True, text=True, check=False)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn("nothing of it was run", done.stderr)
                    self.assertNotIn("Traceback", done.stderr)
                    self.assertFalse(self.mark.exists())
                    self.assertEqual(sorted(os.listdir(self.folder.name)), ["x.pth"])

    def test_a_file_cannot_change_how_it_is_read(self):
        """BUILD sets attributes of what was made before it: of what is called, of a tensor whose shape was checked."""
        rebuild, storage = b"ctorch._utils\n_rebuild_tensor_v2\n", b"ctorch\nFloatStorage\n"
        identity = b"(X\x07\x00\x00\x00storage" + storage + b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x01tQ"
        tensor = rebuild + b"(" + identity + b"K\x00K\x01\x85K\x01\x85\x89}tR"
        for made in (rebuild, storage, identity, tensor):
            for state in (b"}X\x05\x00\x00\x00shapeK\x01s", b"N}X\x08\x00\x00\x00functionK\x01s\x86"):
                with zipfile.ZipFile(self.path, "w") as archive:
                    archive.writestr("archive/data.pkl", b"\x80\x02}X\x01\x00\x00\x00x" + made + state + b"bs.")
                    archive.writestr("archive/data/0", b"\0" * 4)
                with self.subTest(made=made, state=state), self.assertRaisesRegex(Refusal, "tries to change how it is read"):
                    checkpoint.open_checkpoint(self.path)
        with zipfile.ZipFile(self.path, "w") as archive:
            archive.writestr("archive/data.pkl", b"\x80\x02}X\x01\x00\x00\x00x" + tensor + b"s.")
            archive.writestr("archive/data/0", b"\0\0\x80?")
        self.assertEqual(np.asarray(checkpoint.open_checkpoint(self.path).tensors["x"]).tolist(), [1.0])

    def test_tensors_stay_inside_the_file(self):
        storage = pickles.Storage(("float32", "<f4"), 10, lambda: b"\0" * 40)
        for offset, shape, strides in ((0, (11,), (1,)), (1, (10,), (1,)), (0, (1 << 40, 1 << 40), (0, 0)), (0, (2,), (10,)),
                                       (-1, (1,), (1,)), (0, (2,), ()), (0, (2, -1), (1, 1)), (0, (1.5,), (1,))):
            with self.subTest((offset, shape, strides)), self.assertRaises(Refusal):
                pickles.Tensor(storage, offset, shape, strides)

    def test_other_files_are_named(self):
        for data, expected in ((b"", "expected a .pth"), (b"GIF89a", "expected a .pth"), (b"PK\x03\x04damaged", "damaged"),
                               (b"\x80\x02K\x01.", "torch.save")):
            self.path.write_bytes(data)
            with self.subTest(data), self.assertRaisesRegex(Refusal, expected):
                checkpoint.open_checkpoint(self.path)

    def test_a_whole_module_is_refused(self):
        write_pickled(self.path, Evil(collections.Counter, ()))
        with self.assertRaisesRegex(Refusal, "whole Counter.*state_dict"):
            checkpoint.open_checkpoint(self.path)

    def test_safetensors(self):
        path = str(self.path) + ".safetensors"
        array = np.arange(6, dtype=np.float32).reshape(2, 3)
        for dtype in safetensors.ITEM_SIZES:
            safetensors.write(path, {"a": array}, {"format": "pt"}, dtype)
            opened = checkpoint.open_checkpoint(path)
            np.testing.assert_array_equal(np.asarray(opened.tensors["a"]), array)

    def test_what_does_not_fit_is_not_written(self):
        path = str(self.path) + ".safetensors"
        with self.assertRaisesRegex(ValueError, "70000 does not fit F16; take BF16"):
            safetensors.write(path, {"a": np.array([1, -70000], np.float32)}, {}, "F16")
        self.assertEqual(os.listdir(self.folder.name), [])
        safetensors.write(path, {"a": np.array([1, -70000], np.float32), "b": np.zeros((0, 3), np.float32)}, {}, "BF16")

    def test_labels_that_are_no_text_or_not_unique(self):
        table = pathlib.Path(self.folder.name) / "labels.json"
        table.write_bytes(b"{")
        with self.assertRaisesRegex(Refusal, "labels.json: expected names of classes"):
            convert.labels.from_file(table)
        table.write_bytes(b"caf\xe9")
        with self.assertRaisesRegex(Refusal, "labels.json: expected names of classes"):
            convert.labels.from_file(table)
        with self.assertRaisesRegex(Refusal, r"found one twice: a \(class 2\)"):
            convert.labels.unique(["a", "a (class 2)", "a"])

    def test_labels_from_files(self):
        text = pathlib.Path(self.folder.name) / "labels.txt"
        for content, expected in (("a\nb\n", ["a", "b"]), ("0 a\n1 b c\n", ["a", "b c"]), ("2 wheels\nb\n", ["2 wheels", "b"])):
            text.write_text(content, encoding="utf-8")
            self.assertEqual(convert.labels.from_file(text), expected)
        table = pathlib.Path(self.folder.name) / "labels.json"
        for content in (["a", "b"], {"0": "a", "1": "b"}, {"b": "1", "a": 0}):
            table.write_text(json.dumps(content), encoding="utf-8")
            self.assertEqual(convert.labels.from_file(table), ["a", "b"])
        table.write_text(json.dumps({"a": 0, "b": 2}), encoding="utf-8")
        self.assertRaises(Refusal, convert.labels.from_file, table)
        self.assertEqual(convert.labels.unique(["crane", "x", "crane"]), ["crane", "x", "crane (class 2)"])


@unittest.skipIf(torch is None, "PyTorch is missing (Debian: python3-torch)")
class Torch(unittest.TestCase):
    """What torch.save () writes is read as torch.load () reads it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name) / "x.pth.tar"
        self.addCleanup(self.folder.cleanup)

    def state(self):
        generator = torch.Generator().manual_seed(1)
        base = torch.randn(4, 6, generator=generator)
        return collections.OrderedDict(
            a=base, b=base[1:3, ::2], c=base.t(), d=torch.nn.Parameter(base[0]), e=base.half(), f=base.bfloat16(),
            g=base.double(), h=torch.tensor(3.5), i=torch.zeros(0, 3), n=torch.tensor(7))

    def compare(self, opened, state):
        self.assertEqual(sorted(opened.tensors), [name for name in sorted(state) if state[name].is_floating_point()])
        for name, tensor in opened.tensors.items():
            np.testing.assert_array_equal(np.asarray(tensor), state[name].detach().float().numpy(), err_msg=name)

    def test_both_formats(self):
        state = self.state()
        for is_new in (True, False):
            for wrapped in (state, {"state_dict": state, "epoch": 3}, {"meta": {"x": "y"}, "state_dict": state}):
                torch.save(wrapped, self.path, _use_new_zipfile_serialization=is_new)
                opened = checkpoint.open_checkpoint(self.path)
                self.compare(opened, state)
                self.assertEqual(opened.beside, {key: value for key, value in wrapped.items() if key != "state_dict"}
                                 if "state_dict" in wrapped else {})

    def test_an_honest_file_with_more_in_it(self):
        """MMAction2 1.x keeps a message hub: numpy's numbers, and objects of mmengine with methods in their state."""
        state = self.state()
        hub = {"log": Stranger([np.float64(1.5), np.arange(3), {"min": Stranger.smallest}]), "when": pathlib.PurePosixPath("x"), "s": {1, 2}}
        Stranger.__module__ = Stranger.smallest.__module__ = "mmengine"
        sys.modules["mmengine"] = type(sys)("mmengine")
        sys.modules["mmengine"].Stranger = Stranger
        try:
            for is_new in (True, False):
                torch.save({"meta": {}, "state_dict": state, "message_hub": hub}, self.path,
                           _use_new_zipfile_serialization=is_new)
                self.compare(checkpoint.open_checkpoint(self.path), state)
        finally:
            del sys.modules["mmengine"]

    def test_a_class_of_an_unknown_package_is_refused_unless_left_out(self):
        Stranger.__module__ = __name__
        torch.save({"state_dict": self.state(), "extra": Stranger(1)}, self.path)
        with self.assertRaisesRegex(Refusal, re.escape("--ignore-object=%s.Stranger" % __name__)):
            checkpoint.open_checkpoint(self.path)
        self.compare(checkpoint.open_checkpoint(self.path, ["%s.Stranger" % __name__]), self.state())

    def test_families_are_the_twin_s(self):
        """Names and shapes of every kind of network that a model file may have."""
        import msnet_torch
        networks = json.loads((ROOT / "tests" / "data" / "networks.json").read_text(encoding="utf-8"))["good"]
        for found in networks:
            if found.get("width", 64) > 64 or found["classes"] > 1000:
                continue  # large, and like the others
            with self.subTest(found):
                twin = {name: tuple(value.shape) for name, value in msnet_torch.build(found).state_dict().items()
                        if value.is_floating_point()}
                self.assertEqual(families.expected(found), twin)

    def test_a_cut_file_is_refused(self):
        for is_new in (True, False):
            torch.save({"state_dict": self.state()}, self.path, _use_new_zipfile_serialization=is_new)
            data = self.path.read_bytes()
            self.path.write_bytes(data[:-40])
            with self.assertRaises(Refusal):
                checkpoint.open_checkpoint(self.path)

    def test_damaged_files_are_refused_and_nothing_worse(self):
        """Seeded: bytes changed anywhere; what opens gives its tensors or a refusal."""
        generator = np.random.default_rng(3)
        outcomes = collections.Counter()
        for is_new in (True, False):
            torch.save({"state_dict": self.state()}, self.path, _use_new_zipfile_serialization=is_new)
            data = self.path.read_bytes()
            for _ in range(300):
                damaged = bytearray(data)
                for place in generator.integers(0, len(data), generator.integers(1, 4)):
                    damaged[place] = generator.integers(0, 256)
                self.path.write_bytes(damaged)
                try:
                    opened = checkpoint.open_checkpoint(self.path)
                    outcomes["opened"] += bool([np.asarray(tensor) for tensor in opened.tensors.values()])
                except Refusal:
                    outcomes["refused"] += 1
        self.assertGreater(min(outcomes["opened"], outcomes["refused"]), 100)

    def test_same_input_same_bytes(self):
        shapes = read_list("torchvision-resnet18")
        generator = torch.Generator().manual_seed(2)
        state = {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}
        torch.save(state, self.path)
        outputs = []
        for number in range(2):
            out = pathlib.Path(self.folder.name) / ("%d.safetensors" % number)
            self.assertEqual(convert.main([str(self.path), "--numbered-labels", "--out", str(out), "--dtype=F16"]), 0)
            outputs.append(out.read_bytes())
        self.assertEqual(*outputs)
        state["layer1.0.conv1.weight"][0, 0, 0, 0] = float("nan")
        torch.save(state, self.path)
        out = pathlib.Path(self.folder.name) / "nan.safetensors"
        self.assertEqual(convert.main([str(self.path), "--numbered-labels", "--out", str(out)]), 1)
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["0.safetensors", "1.safetensors", "x.pth.tar"])


class Stranger:
    """Stands for a class of another package."""

    def __init__(self, value):
        self.value = value

    def smallest(self):
        return self.value


if __name__ == "__main__":
    unittest.main()
