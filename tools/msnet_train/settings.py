# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a training is about, kept beside its checkpoints: another one cannot go on with them."""

import hashlib
import json
import os
import shutil

from . import Problem
from .files import read_json, write_atomically

KEYS = ("epochs", "minutes", "patience", "folds", "frozen", "shift", "motion", "head", "grid", "size", "frames", "window", "background",
        "rate", "batch", "dropout", "freeze", "views", "mixup", "no_flip", "plain", "seed")


def digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def describe(options, found, model_digest):
    data = digest("\0".join("%s\1%s\1%s" % (clip.name, clip.label, clip.source) for clip in found.clips))
    return {**{key: getattr(options, key) for key in KEYS}, "data": data, "from": model_digest}


def settle(options, about):
    """Keep what this training is about, or see that it is the one that is there."""
    path = os.path.join(options.work, "settings.json")
    if options.restart:
        forget(options)
    if os.path.exists(path):
        before = read_json(path)
        if before is None:
            raise Problem("%s: expected what the training is about, found a damaged file; begin anew with --restart" % path)
        differ = sorted(key for key in {*before, *about} if before.get(key) != about.get(key))
        if differ:
            raise Problem("%s: there is a training that differs in %s; ask for the same to go on with it, begin anew with "
                          "--restart, or name another file by --out" % (options.work, ", ".join(differ)))
        return True
    os.makedirs(options.work, exist_ok=True)
    write_atomically(path, lambda file: file.write(json.dumps(about, indent=1, ensure_ascii=False).encode()))
    return False


def settle_clips(options, clips):
    """The same of the clips that can be used: with others, folds, features and views would be of other clips, too."""
    path = os.path.join(options.work, "clips.json")
    found = {clip.name: [clip.label, clip.source, os.path.getsize(clip.path)] for clip in clips}
    before = read_json(path)
    if before is None:
        write_atomically(path, lambda file: file.write(json.dumps(found).encode()))
        return
    differ = sorted(name for name in {*before, *found} if before.get(name) != found.get(name))
    if differ:
        raise Problem("%s: there is a training on other clips: %s changed, came or went%s; begin anew with --restart, or name another "
                      "file by --out" % (options.work, differ[0], ", and %d more" % len(differ[1:]) if differ[1:] else ""))


def forget(options):
    """All but the decoded clips."""
    cache = os.path.abspath(options.cache)
    for entry in os.scandir(options.work) if os.path.isdir(options.work) else ():
        if os.path.abspath(entry.path) == cache:
            continue
        shutil.rmtree(entry.path) if entry.is_dir() else os.remove(entry.path)
