# SPDX-License-Identifier: LGPL-2.1-or-later
"""The safetensors format with numpy alone: a header of JSON, then the numbers.

Eight bytes little endian say how long the header is.  Each tensor names its
type, its shape and its bytes, counted from the end of the header; the entry
`__metadata__` maps strings to strings.
"""

import json
import struct

import numpy as np

ALIGNMENT = 8
ITEM_SIZES = {"F32": 4, "F16": 2, "BF16": 2}


def to_bytes(array, dtype):
    """float32 array -> its bytes as `dtype`; BF16 rounds to the nearest even."""
    if dtype == "F32":
        return np.ascontiguousarray(array, "<f4").tobytes()
    if dtype == "F16":
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


def write(path, tensors, metadata, dtype="F32"):
    """Write float32 arrays by name, all as `dtype`, and metadata of strings."""
    header, blocks, offset = {"__metadata__": dict(metadata)}, [], 0
    for name in sorted(tensors):
        block = to_bytes(np.asarray(tensors[name], np.float32), dtype)
        header[name] = {"dtype": dtype, "shape": list(np.shape(tensors[name])),
                        "data_offsets": [offset, offset + len(block)]}
        blocks.append(block)
        offset += len(block)
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def read(path):
    """-> (float32 arrays by name, metadata)."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body = data[8 + length :]
    tensors = {name: from_bytes(body[slice(*entry["data_offsets"])], entry["dtype"], entry["shape"])
               for name, entry in header.items()}
    return tensors, metadata
