# SPDX-License-Identifier: LGPL-2.1-or-later
"""Small frames of every clip, decoded once and kept as arrays, each clip by itself.

A clip of the cache is NAME.npy (uint8 [frames, height, width, 3]), perhaps NAME.mask.npy (uint8 [frames, height, width], 255
where the person is), and NAME.json, which comes last: which frame each half step takes.  NAME says what the file was and how
its frames were made, so that a changed clip or another size is decoded anew.
"""

import collections
import contextlib
import hashlib
import json
import os
import threading
from concurrent import futures

import numpy as np
import torch

from msnet_evaluate import interrupt

from . import Problem, masks
from .decoder import Decoder
from .files import is_full, write_array, write_atomically
from .picture import shrink, shrink_mask

VERSION = 1
MOST_WINDOWS = 30
HEED_SECONDS = 0.5
KEYS = ("fit", "resize", "size", "resize_filter")

# frames: array on disk; mask: the same or None; halves: which frame each half step takes
Kept = collections.namedtuple("Kept", "frames mask halves")


def name_of(clip, values):
    """values: of the model file."""
    about = os.stat(clip.path)
    said = [VERSION, os.path.abspath(clip.path), about.st_size, about.st_mtime_ns, clip.start, clip.end, bool(clip.mask),
            values["input"]["frames"], values["sampling"]["window"], *(values["input"].get(key) for key in KEYS)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:24]


class Cache:
    def __init__(self, folder, values):
        self.folder, self.values, self.local = folder, values, threading.local()
        self.decoders = []
        os.makedirs(folder, exist_ok=True)

    def path(self, clip, ending):
        return os.path.join(self.folder, name_of(clip, self.values) + ending)

    def decoder(self):
        """One for each thread."""
        if not hasattr(self.local, "decoder"):
            self.local.decoder = Decoder()
            self.decoders.append(self.local.decoder)
        return self.local.decoder

    def close(self):
        for decoder in self.decoders:
            decoder.close()

    def ask(self, clip):
        frames, window = self.values["input"]["frames"], round(self.values["sampling"]["window"] * 1e9)
        return {"path": os.path.abspath(clip.path), "start": clip.start, "end": clip.end, "window": window, "frames": frames,
                "most": 2 * frames * MOST_WINDOWS}

    def keep(self, clip):
        """Decode a clip into the cache, if it is not there as a whole."""
        with contextlib.suppress(FileNotFoundError, ValueError, KeyError, EOFError):
            self.load(clip)
            return
        people = masks.read(clip.mask) if clip.mask else None
        numbers, pictures, shapes = [], [], []
        for about, components in self.decoder().frames(self.ask(clip)):
            if components is None:
                break
            small = shrink(components, about, self.values["input"])
            if pictures and small.shape != pictures[0].shape:
                raise Problem("its pictures change their size")
            numbers.append(about["number"])
            pictures.append(small)
            shapes.append(about)
        if not about["halves"]:
            raise Problem("expected frames with growing times, found none that could be used")
        rows = {number: row for row, number in enumerate(numbers)}
        frames = torch.stack(pictures).numpy()
        write_array(self.path(clip, ".npy"), frames)
        mask = self.mask(people, numbers, shapes)
        if mask is not None:
            write_array(self.path(clip, ".mask.npy"), mask)
        text = json.dumps({"clip": clip.name, "halves": [rows[number] for number in about["halves"]], "mask": mask is not None})
        write_atomically(self.path(clip, ".json"), lambda file: file.write(text.encode()))

    def mask(self, people, numbers, shapes):
        """Of the kept frames; None where the file is of another video."""
        if people is None or numbers[-1] >= len(people) + 2 or people.shape[1:] != (shapes[0]["height"], shapes[0]["width"]):
            return None
        found = [shrink_mask(torch.from_numpy(people[min(number, len(people) - 1)]), about, self.values["input"])
                 for number, about in zip(numbers, shapes)]
        return torch.stack(found).numpy()

    def load(self, clip):
        with open(self.path(clip, ".json"), encoding="utf-8") as text:
            about = json.load(text)
        mask = np.load(self.path(clip, ".mask.npy"), mmap_mode="r") if about["mask"] else None
        return Kept(np.load(self.path(clip, ".npy"), mmap_mode="r"), mask, about["halves"])


def as_they_end(jobs):
    """Yields jobs; the user may end the tool meanwhile."""
    left = set(jobs)
    while left:
        interrupt.check()
        try:
            for job in futures.as_completed(left, HEED_SECONDS):
                left.discard(job)
                yield job
        except futures.TimeoutError:
            pass


def keep_all(cache, found, progress, threads):
    """Decode every clip of a data set; those that cannot be are left out."""
    def keep(clip):
        try:
            cache.keep(clip)
        except Problem as problem:
            return str(problem)
        except OSError as error:
            if is_full(error):
                raise Problem("%s: the disk is full; free some of it and start the same command again (what was decoded stays), "
                              "or name another folder by --cache" % cache.folder) from None
            return "it cannot be read: %s" % error.strerror
        return None

    with futures.ThreadPoolExecutor(threads) as pool:
        jobs = {pool.submit(keep, clip): clip for clip in found.clips}
        try:
            for job in as_they_end(jobs):
                if job.result():
                    found.leave_out([jobs[job].name], job.result())
                progress.advance()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            cache.close()
    bad = {name for name, _ in found.left_out}
    found.clips = [clip for clip in found.clips if clip.name not in bad]
