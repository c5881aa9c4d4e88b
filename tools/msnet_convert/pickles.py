# SPDX-License-Identifier: LGPL-2.1-or-later
"""Unpickling that runs nothing of a stranger's: a pickle names functions and classes to call, and gets ours instead.

Tensors become `Tensor`, containers become plain ones, and objects of packages that honest checkpoints mention become
inert: they take any call and any state, and keep nothing.  Any other name is refused.
"""

import math
import pickle

import numpy as np

from .errors import Refusal

# Of storages, as torch names them: (name of the type, numpy's).
TYPES = {
    "FloatStorage": ("float32", "<f4"), "DoubleStorage": ("float64", "<f8"), "HalfStorage": ("float16", "<f2"),
    "BFloat16Storage": ("bfloat16", "<u2"), "LongStorage": ("int64", "<i8"), "IntStorage": ("int32", "<i4"),
    "ShortStorage": ("int16", "<i2"), "CharStorage": ("int8", "i1"), "ByteStorage": ("uint8", "u1"),
    "BoolStorage": ("bool", "?"),
}

# Packages of which honest checkpoints hold objects beside the weights.  None of their code is run or imported.
INERT_PACKAGES = {"_codecs", "addict", "argparse", "collections", "copyreg", "datetime", "easydict", "enum", "lightning",
                  "mmaction", "mmcv", "mmengine", "numpy", "omegaconf", "pathlib", "pytorch_lightning", "timm", "torch",
                  "torchvision", "typing", "yacs"}
# A pickle names a method by getattr; ours gets nothing.
INERT_BUILTINS = {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "getattr", "int", "list", "object",
                  "range", "set", "slice", "str", "tuple"}


class Mapping(dict):
    """An OrderedDict of the file; what was attached to it is left out."""

    def __setstate__(self, state):
        pass


class Inert:
    """Stands for an object of the file that is no weight: takes everything, does nothing."""

    def __new__(cls, *arguments, **named):
        return object.__new__(cls)

    def __init__(self, *arguments, **named):
        pass

    def take(self, *arguments, **named):
        return self

    __call__ = __setitem__ = __setstate__ = append = extend = add = take


def inert(module, name):
    return type(name, (Inert,), {"__module__": "file:" + module})


class Fixed:
    """What the pickle may hold and not change."""

    def __setstate__(self, state):
        raise Refusal("the file tries to change how it is read: do not trust it")


class Storage(Fixed):
    """Numbers of the file.  read: -> their bytes; offset: where they begin in these, in numbers"""

    def __init__(self, kind, count, read, offset=0):
        if not all(isinstance(number, int) and number >= 0 for number in (count, offset)):
            raise Refusal("a storage of an impossible size: %s numbers from %s on" % (count, offset))
        self.dtype, self.numpy_type = kind
        self.count, self.read, self.offset = count, read, offset

    def numbers(self):
        """-> float32, one dimension"""
        size = np.dtype(self.numpy_type).itemsize
        try:
            values = np.frombuffer(self.read(), self.numpy_type, self.count, self.offset * size)
        except Exception as problem:  # a zip file finds out as late as here that it is damaged
            raise Refusal("the numbers of a tensor cannot be read: %s; the file is damaged, get it again" % problem) from problem
        if self.dtype == "bfloat16":
            return (values.astype("<u4") << 16).view("<f4")
        with np.errstate(over="ignore"):  # what does not fit is refused as not finite
            return values.astype(np.float32)


class Tensor(Fixed):
    """A tensor that is read when numpy asks for it."""

    def __init__(self, storage, offset, shape, strides):
        numbers = [offset, *shape, *strides]
        if not all(isinstance(number, int) and number >= 0 for number in numbers) or len(shape) != len(strides):
            raise Refusal("a tensor has an impossible shape: offset %s, shape %s, strides %s" % (offset, shape, strides))
        last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides))
        self.size = math.prod(shape)
        if self.size > storage.count or (self.size and last >= storage.count):
            raise Refusal("a tensor of shape %s reaches beyond its %d numbers: the file is damaged"
                          % (list(shape), storage.count))
        self.storage, self.offset, self.shape, self.strides = storage, offset, tuple(shape), tuple(strides)

    @property
    def is_floating(self):
        return "float" in self.storage.dtype

    def __array__(self, dtype=None, copy=None):
        values = self.storage.numbers()
        view = np.lib.stride_tricks.as_strided(values[self.offset:], self.shape, [4 * stride for stride in self.strides])
        return np.array(view, dtype or np.float32)


class Callee(Fixed):
    """One of the few things that a pickle may call."""

    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)


class StorageType(Fixed):
    def __init__(self, kind):
        self.kind = kind


def rebuild_tensor(storage, offset, shape, strides, *_):
    if not isinstance(storage, Storage):
        raise Refusal("a tensor without numbers")
    return Tensor(storage, offset, tuple(shape), tuple(strides))


def first(*arguments):
    return arguments[0]


def rebuild_typed(function, kind, arguments, state):
    return function(*arguments)


CALLEES = {
    ("torch._utils", "_rebuild_tensor"): rebuild_tensor,
    ("torch._utils", "_rebuild_tensor_v2"): rebuild_tensor,
    ("torch._utils", "_rebuild_parameter"): first,
    ("torch._utils", "_rebuild_parameter_with_state"): first,
    ("torch._tensor", "_rebuild_from_type_v2"): rebuild_typed,
}


class Unpickler(pickle.Unpickler):
    """find_storage: (kind, key, count, view) -> Storage.  ignored: names of further classes, as MODULE.NAME, to be inert."""

    def __init__(self, file, find_storage, ignored=()):
        super().__init__(file, encoding="utf-8", errors="replace")
        self.find_storage, self.ignored = find_storage, set(ignored)

    def find_class(self, module, name):
        if (module, name) in CALLEES:
            return Callee(CALLEES[module, name])
        if (module, name) == ("collections", "OrderedDict"):
            return Mapping
        if (module, name) == ("torch", "Size"):
            return Callee(tuple)
        if module in ("torch", "torch.storage", "torch.cuda") and name in TYPES:
            return StorageType(TYPES[name])
        is_builtin = module in ("builtins", "__builtin__") and name in INERT_BUILTINS
        if is_builtin or module.split(".")[0] in INERT_PACKAGES or module + "." + name in self.ignored:
            return inert(module, name)
        raise Refusal("the file asks for %s.%s, which no weights need: nothing of it was run; get the file from a source "
                      "that you trust, or, if you do trust it, leave that object out with --ignore-object=%s.%s"
                      % (module, name, module, name))

    def persistent_load(self, identity):
        if not isinstance(identity, tuple) or len(identity) < 5 or not isinstance(identity[1], StorageType):
            raise Refusal("a storage of a kind that is not known: expected one of %s" % ", ".join(sorted(TYPES)))
        _, kind, key, _, count, *view = identity
        return self.find_storage(kind.kind, key, count, view[0] if view else None)


def load(file, find_storage, ignored=()):
    """The object of a pickle; Refusal if there is none, or if it asks for what it may not have."""
    try:
        return Unpickler(file, find_storage, ignored).load()
    except Refusal:
        raise
    except Exception as problem:  # a hostile pickle may raise anything
        raise Refusal("expected a checkpoint of PyTorch, found something else: %s" % problem) from problem
