# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Matroska stream of raw I420 frames with exact times, written as it goes.

Lossless, of any frame rate, with holes where wanted: what measuring through a
pipeline needs (`fdsrc ! matroskademux ! ...`).  Elements and their numbers: RFC 9559.
"""

import struct

import cv2

TICK_NS = 1000
UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def element(number, payload):
    """One EBML element: number, length, payload."""
    if isinstance(payload, int):
        payload = payload.to_bytes(8, "big")
    elif isinstance(payload, str):
        payload = payload.encode()
    return bytes.fromhex(number) + struct.pack(">Q", len(payload) | 1 << 56) + payload


def head(width, height):
    """Everything before the first frame."""
    document = element("4286", 1) + element("42F7", 1) + element("42F2", 4) + element("42F3", 8)
    document += element("4282", "matroska") + element("4287", 4) + element("4285", 2)
    information = element("2AD7B1", TICK_NS) + element("4D80", "msnet") + element("5741", "msnet")
    video = element("B0", width) + element("BA", height) + element("2EB524", "I420")
    track = element("D7", 1) + element("73C5", 1) + element("83", 1) + element("86", "V_UNCOMPRESSED") + element("E0", video)
    segment = element("1549A966", information) + element("1654AE6B", element("AE", track))
    return element("1A45DFA3", document) + bytes.fromhex("18538067") + UNKNOWN_SIZE + segment


def frame(picture, time, duration):
    """One frame as a cluster.  picture: uint8 BGR with even sides; times in seconds."""
    raw = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).tobytes()
    block = element("A1", b"\x81\x00\x00\x00" + raw)
    group = element("A0", block + element("9B", round(duration * 1e9 / TICK_NS)))
    return element("1F43B675", element("E7", round(time * 1e9 / TICK_NS)) + group)
