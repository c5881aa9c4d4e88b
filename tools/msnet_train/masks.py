# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where the person is: the arrays of MATLAB's files (version 5) that come with J-HMDB."""

import struct
import zlib

import numpy as np

HEAD = 128
MATRIX, COMPRESSED = 14, 15
NUMBERS = {1: "i1", 2: "u1", 3: "<i2", 4: "<u2", 5: "<i4", 6: "<u4", 7: "<f4", 9: "<f8", 12: "<i8", 13: "<u8"}
NAME = "part_mask"


def elements(data):
    """(type, bytes) of each element; small ones lie in their own head."""
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind >> 16:
            yield kind & 0xFFFF, data[at + 4 : at + 4 + (kind >> 16)]
            at += 8
            continue
        yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size if kind == COMPRESSED else 8 + (size + 7) // 8 * 8


def arrays(data):
    """name -> array, in the order of its axes."""
    for kind, body in elements(data):
        if kind == COMPRESSED:
            yield from arrays(zlib.decompress(body))
        if kind == MATRIX:
            _, (_, shape), (_, name), (number, values) = list(elements(body))[:4]
            sizes = np.frombuffer(shape, "<i4")
            yield name.decode("ascii"), np.frombuffer(values, NUMBERS[number]).reshape(sizes, order="F")


def read(path):
    """-> uint8 [frames, rows, columns], 1 where the person is, or None where the file has no such thing"""
    try:
        with open(path, "rb") as file:
            found = dict(arrays(file.read()[HEAD:]))
        mask = found[NAME]
        return np.ascontiguousarray(np.moveaxis(mask != 0, 2, 0)).astype(np.uint8) if mask.ndim == 3 else None
    except (OSError, KeyError, ValueError, struct.error, zlib.error):
        return None
