# SPDX-License-Identifier: LGPL-2.1-or-later
"""Opens a checkpoint of any of PyTorch's formats, or a safetensors file, without PyTorch and without running its code."""

import dataclasses
import hashlib
import os
import pathlib
import struct
import zipfile

import numpy as np

from msnet_file import safetensors

from . import pickles
from .errors import Refusal

MAGIC = 0x1950A86A20F9469CFC6C  # of PyTorch's format before 1.6
STATES = ("state_dict", "model_state_dict", "model", "net", "network", "params", "module", "state_dict_ema", "model_ema")
SAFETENSORS_TYPES = {"F32": "FloatStorage", "F64": "DoubleStorage", "F16": "HalfStorage", "BF16": "BFloat16Storage",
                     "I64": "LongStorage", "I32": "IntStorage", "I16": "ShortStorage", "I8": "CharStorage",
                     "U8": "ByteStorage", "BOOL": "BoolStorage"}


@dataclasses.dataclass
class Checkpoint:
    """tensors: those of floating point, by name as the file has them.  beside: what else the file's object holds."""

    path: pathlib.Path
    tensors: dict
    beside: dict

    def shapes(self):
        return {name: tensor.shape for name, tensor in self.tensors.items()}

    def digest(self):
        found = hashlib.sha256()
        with open(self.path, "rb") as file:
            for part in iter(lambda: file.read(1 << 20), b""):
                found.update(part)
        return found.hexdigest()


def read_part(path, start, size):
    """-> a function that reads these bytes"""
    def read():
        with open(path, "rb") as file:
            file.seek(start)
            return file.read(size)
    return read


def contiguous(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return strides


def open_zip(path, ignored):
    """PyTorch's format since 1.6."""
    with zipfile.ZipFile(path) as archive:
        entries = {info.filename: info for info in archive.infolist()}
        pickled = [name for name in entries if name.endswith("/data.pkl") or name == "data.pkl"]
        if any(name.endswith("/constants.pkl") for name in entries):
            raise Refusal("a TorchScript program, not weights: expected what torch.save (model.state_dict ()) writes")
        if len(pickled) != 1:
            raise Refusal("a zip file without data.pkl: expected a checkpoint that torch.save () wrote")
        if any(info.compress_type != zipfile.ZIP_STORED for info in entries.values()):
            raise Refusal("a compressed zip file: expected one that torch.save () wrote, which is not")
        folder = pickled[0][:-len("data.pkl")]
        if folder + "byteorder" in entries and archive.read(folder + "byteorder") != b"little":
            raise Refusal("the numbers are big-endian: save the checkpoint again on a little-endian machine")

        def find_storage(kind, key, count, view):
            name = "%sdata/%s" % (folder, key)
            if name not in entries or entries[name].file_size < count * np.dtype(kind[1]).itemsize:
                raise Refusal("%s is missing or too short: the file is damaged, get it again" % name)

            def read():
                with zipfile.ZipFile(path) as again:
                    return again.read(name)
            return pickles.Storage(kind, count, read)

        with archive.open(pickled[0]) as file:
            return pickles.load(file, find_storage, ignored)


def open_legacy(path, ignored):
    """PyTorch's format before 1.6: pickles one after the other, then the storages."""
    storages = {}

    def find_storage(kind, key, count, view):
        if key not in storages:
            storages[key] = (kind, count, {"start": None})
        place = storages[key][2]
        offset, size = (view[1], view[2]) if view else (0, count)

        def read():
            return read_part(path, place["start"], storages[key][1] * np.dtype(kind[1]).itemsize)()
        return pickles.Storage(kind, size, read, offset)

    with open(path, "rb") as file:
        if pickles.load(file, find_storage) != MAGIC:
            raise Refusal("a pickle that torch.save () did not write: expected a checkpoint of PyTorch")
        pickles.load(file, find_storage)  # the protocol
        machine = pickles.load(file, find_storage)
        if isinstance(machine, dict) and machine.get("little_endian") is False:
            raise Refusal("the numbers are big-endian: save the checkpoint again on a little-endian machine")
        found = pickles.load(file, find_storage, ignored)
        for key in pickles.load(file, find_storage):
            start = file.read(8)
            if key not in storages or len(start) < 8 or struct.unpack("<q", start)[0] != storages[key][1]:
                raise Refusal("the numbers do not fit what the file says of them: it is damaged, get it again")
            kind, count, place = storages[key]
            place["start"] = file.tell()
            file.seek(count * np.dtype(kind[1]).itemsize, os.SEEK_CUR)
        if file.tell() > os.path.getsize(path):
            raise Refusal("the file ends too soon: it is damaged, get it again")
    return found


def open_safetensors(path):
    header, metadata, start = safetensors.read_header(path)
    found = {}
    for name, entry in header.items():
        kind = SAFETENSORS_TYPES.get(entry["dtype"])
        if kind is None:
            continue
        begin, end = entry["data_offsets"]
        kind = pickles.TYPES[kind]
        count = (end - begin) // np.dtype(kind[1]).itemsize
        storage = pickles.Storage(kind, count, read_part(path, start + begin, end - begin))
        found[name] = pickles.Tensor(storage, 0, entry["shape"], contiguous(entry["shape"]))
    return found, metadata


def count_tensors(found):
    return sum(isinstance(value, pickles.Tensor) for value in found.values()) if isinstance(found, dict) else 0


def find_state(found):
    """The mapping that holds the weights, and the rest: of a bare one, or of one with training state around it."""
    if isinstance(found, pickles.Inert):
        raise Refusal("the file holds a whole %s, whose code is not run: expected weights; in the project that made it, "
                      "torch.save (model.state_dict (), FILE)" % type(found).__name__)
    if not isinstance(found, dict):
        raise Refusal("expected a mapping of names to tensors, found a %s; save the weights with torch.save "
                      "(model.state_dict (), FILE)" % type(found).__name__)
    for key in STATES:
        if count_tensors(found.get(key)):
            return found[key], {name: value for name, value in found.items() if name != key}
    if not count_tensors(found):
        raise Refusal("expected tensors, found none among: %s; save the weights with torch.save (model.state_dict (), FILE)"
                      % ", ".join(map(str, list(found)[:10])))
    return found, {}


def open_state(path, head, ignored):
    """head: the file's first bytes -> (the mapping that holds the weights, what is beside it)"""
    if head.startswith(b"PK"):
        return find_state(open_zip(path, ignored))
    if head[8:9] == b"{":
        return open_safetensors(path)
    if head[:1] == b"\x80":
        return find_state(open_legacy(path, ignored))
    raise Refusal("expected a .pth, .pth.tar, .pt or .safetensors file, found something else; of other formats, such as ONNX, "
                  "take the checkpoint that they were made of")


def open_checkpoint(path, ignored=()):
    """-> Checkpoint"""
    path = pathlib.Path(path)
    with open(path, "rb") as file:
        head = file.read(16)
    try:
        state, beside = open_state(path, head, ignored)
    except Refusal:
        raise
    except zipfile.BadZipFile as problem:
        raise Refusal("the file ends too soon, or is damaged otherwise: get it again") from problem
    except Exception as problem:  # whatever a damaged or hostile file leads to
        raise Refusal("the file is damaged, or none that torch.save () wrote: %s" % problem) from problem
    return Checkpoint(path, {str(name): value for name, value in state.items()
                             if isinstance(value, pickles.Tensor) and value.is_floating}, beside)
