# SPDX-License-Identifier: LGPL-2.1-or-later
"""The safetensors format with numpy alone: a header of JSON, then the numbers.

Eight bytes little endian say how long the header is.  Each tensor names its
type, its shape and its bytes, counted from the end of the header; the entry
`__metadata__` maps strings to strings.
"""

import json
import math
import os
import struct

import numpy as np

ALIGNMENT = 8
ITEM_SIZES = {"F32": 4, "F16": 2, "BF16": 2}


def to_bytes(array, dtype):
    """float32 array -> its bytes as `dtype`; BF16 rounds to the nearest even."""
    if dtype == "F32":
        return np.ascontiguousarray(array, "<f4").tobytes()
    if dtype == "F16":
        if np.abs(array).max(initial=0) > np.finfo(np.float16).max:
            raise ValueError("%g does not fit F16; take BF16 or F32" % np.abs(array).max())
        return np.ascontiguousarray(array, "<f2").tobytes()
    if dtype == "BF16":
        bits = np.ascontiguousarray(array, "<f4").view("<u4").astype(np.uint64)
        return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2").tobytes()
    raise ValueError("dtype is %s, expected one of %s" % (dtype, ", ".join(ITEM_SIZES)))


def from_bytes(data, dtype, shape):
    """Bytes of a tensor -> float32 array."""
    if dtype == "BF16":
        return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4").reshape(shape)
    return np.frombuffer(data, {"F32": "<f4", "F16": "<f2"}[dtype]).astype("<f4").reshape(shape)


def make_header(tensors, metadata, dtype):
    """-> bytes: the length and the JSON, so padded that the numbers are aligned."""
    header, offset = {"__metadata__": dict(metadata)}, 0
    for name in sorted(tensors):
        size = math.prod(tensors[name].shape) * ITEM_SIZES[dtype]
        header[name] = {"dtype": dtype, "shape": list(tensors[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    return pack_header(header)


def pack_header(header):
    """-> the same of a header as it is in the file: types, shapes and offsets by name, and `__metadata__`."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return struct.pack("<Q", len(text)) + text


def write(path, tensors, metadata, dtype="F32"):
    """Write float32 arrays by name, all as `dtype`, and metadata of strings.

    Whatever numpy makes an array of and has a `shape` will do; it is read when its turn comes, one at a time.  The file
    appears when it is whole.
    """
    if dtype not in ITEM_SIZES:
        raise ValueError("dtype is %s, expected one of %s" % (dtype, ", ".join(ITEM_SIZES)))
    unfinished = str(path) + ".unfinished"
    try:
        with open(unfinished, "wb") as file:
            file.write(make_header(tensors, metadata, dtype))
            for name in sorted(tensors):
                file.write(to_bytes(np.asarray(tensors[name], np.float32), dtype))
        os.replace(unfinished, path)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def read_header(path):
    """-> (type, shape and offsets by name; metadata; where the numbers begin)."""
    with open(path, "rb") as file:
        start = file.read(8)
        (length,) = struct.unpack("<Q", start) if len(start) == 8 else (0,)
        if not 2 <= length <= os.path.getsize(path) - 8:
            raise ValueError("%s: expected a safetensors file, found none" % path)
        header = json.loads(file.read(length))
    metadata = header.pop("__metadata__", {})
    return header, metadata, 8 + length


def read(path):
    """-> (float32 arrays by name, metadata)."""
    header, metadata, start = read_header(path)
    with open(path, "rb") as file:
        file.seek(start)
        body = file.read()
    tensors = {name: from_bytes(body[slice(*entry["data_offsets"])], entry["dtype"], entry["shape"])
               for name, entry in header.items()}
    return tensors, metadata
