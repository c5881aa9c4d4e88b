# SPDX-License-Identifier: LGPL-2.1-or-later
"""Files that are there as a whole or not at all, whatever ends the program."""

import errno
import json
import os

import numpy as np


def is_full(error):
    """Whether an OSError says that there is no room, or none for this user."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def describe(error):
    """An OSError in words for the user."""
    why = "the disk is full; free some of it and start the same command again: it goes on from the last checkpoint" \
        if is_full(error) else error.strerror
    return "%s: %s" % (error.filename, why) if error.filename else why


def read_json(path):
    """-> what is in a file, or None if there is none or it is damaged"""
    try:
        with open(path, encoding="utf-8") as text:
            return json.load(text)
    except (FileNotFoundError, ValueError):
        return None


def remove_if_there(path):
    if os.path.lexists(path):
        os.remove(path)


def write_atomically(path, write):
    """write: a function that is given a binary file"""
    unfinished = path + ".unfinished"
    try:
        with open(unfinished, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        error.filename = error.filename or path
        raise
    finally:
        remove_if_there(unfinished)


def write_array(path, array):
    """As numpy.save(), whose errors do not say that a disk is full."""
    array = np.ascontiguousarray(array)

    def write(file):
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(array.data)

    write_atomically(path, write)
