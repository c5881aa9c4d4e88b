# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where and how to compute: device, threads, and whether bfloat16 is faster here."""

import contextlib
import functools
import time

import torch
from torch.nn import functional

from . import Problem
from .loader import answers

WORTHWHILE = 0.9
PRECISIONS = ("f32", "bf16")


def choose_device(name):
    """name: auto, cpu, or one of PyTorch's"""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise Problem("--device %s: expected a device of this PyTorch, found none: %s" % (name, str(error).splitlines()[0])) from error


def autocast_of(device, precision):
    """-> a function that makes a context"""
    if precision == "f32":
        return contextlib.nullcontext
    return functools.partial(torch.autocast, device.type, dtype=torch.bfloat16)


def seconds_of_step(model, batch, autocast):
    """Forward and backward, the second time."""
    x, places, labels = batch
    for _ in range(2):
        began = time.monotonic()
        with autocast():
            logits = answers(model, x, places)
        functional.cross_entropy(logits, labels).backward()
        model.zero_grad(set_to_none=True)
        if x.is_cuda:
            torch.cuda.synchronize()
    return time.monotonic() - began


def choose_precision(wanted, model, batch, device):
    """-> f32 or bf16, and seconds of a step"""
    names = PRECISIONS if wanted == "auto" else (wanted,)
    seconds = {name: seconds_of_step(model, batch, autocast_of(device, name)) for name in names}
    best = "bf16" if "bf16" in seconds and seconds["bf16"] < WORTHWHILE * seconds.get("f32", float("inf")) else names[0]
    return best, seconds[best]
