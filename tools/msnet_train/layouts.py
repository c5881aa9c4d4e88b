# SPDX-License-Identifier: LGPL-2.1-or-later
"""Public data sets as they are unpacked: J-HMDB, HMDB-51 and the Surveillance Camera Fight Dataset."""

import collections
import os
import re

from msnet_evaluate import dataset
from msnet_teach.data import Span, spans_of_table

Row = collections.namedtuple("Row", (*Span._fields, "mask"), defaults=(None, None, None))
# NAME_CLASS_visible_camera_people_view_quality_number: NAME is the film or the video that it was cut from
HMDB_NAME = re.compile(r"(?P<source>.+)_[fhlu]_(?:cm|nm)_np\d+_\w\w_(?:bad|med|goo)_\d+$")
VIDEO = re.compile(r"\.(avi|mp4|mkv|mov|webm)$", re.I)


def source_of(row):
    """What the name says where nobody else does."""
    found = HMDB_NAME.match(os.path.splitext(os.path.basename(row.path))[0])
    if not found or row.source not in (row.name, os.path.basename(row.path)):
        return row.source
    source = found["source"]
    return source[: -len(row.label) - 1] if source.endswith("_" + row.label) else source


class Jhmdb:
    """ReCompress_Videos/CLASS/NAME.avi, puppet_mask/CLASS/NAME/puppet_mask.mat."""

    name, licence = "J-HMDB", "HMDB51: CC BY 4.0; rights of third parties in the films that it is cut from are not cleared"

    @staticmethod
    def fits(path):
        return os.path.isdir(os.path.join(path, "ReCompress_Videos"))

    @staticmethod
    def rows(path, found):
        for row in rows_of_folder(os.path.join(path, "ReCompress_Videos"), found):
            stem = os.path.splitext(os.path.basename(row.path))[0]
            yield row._replace(mask=os.path.join(path, "puppet_mask", row.label, stem, "puppet_mask.mat"))


class Hmdb51:
    """CLASS/NAME.avi, with names as the authors give them."""

    name, licence = "HMDB51", Jhmdb.licence

    @staticmethod
    def fits(path):
        names = [name for folder in subfolders(path)[:3] for name in os.listdir(os.path.join(path, folder)) if VIDEO.search(name)]
        return bool(names) and all(HMDB_NAME.match(os.path.splitext(name)[0]) for name in names)

    @staticmethod
    def rows(path, found):
        return rows_of_folder(path, found)


class Fights:
    """fight/ and noFight/."""

    name, licence = "Surveillance Camera Fight Dataset", "not stated by the data set"

    @staticmethod
    def fits(path):
        return subfolders(path) == ["fight", "noFight"]

    @staticmethod
    def rows(path, found):
        return rows_of_folder(path, found)


class Listed:
    """A folder with groups.csv (clip, class, source); clips/ and masks/CLASS/NAME.mat in it, or the clips beside it."""

    name, licence = "listed", None

    @staticmethod
    def fits(path):
        return os.path.isfile(os.path.join(path, "groups.csv"))

    @staticmethod
    def rows(path, found):
        within = os.path.join(path, "clips")
        root = within if os.path.isdir(within) else path
        for row in spans_of_table(os.path.join(path, "groups.csv"), root, found):
            stem = os.path.splitext(os.path.basename(row.path))[0]
            yield Row(*row, mask=os.path.join(path, "masks", row.label, stem + ".mat"))


def rows_of_folder(path, found):
    return (Row(*row) for row in dataset.rows_of_folder(path, found))


def subfolders(path):
    return sorted(entry.name for entry in os.scandir(path) if entry.is_dir() and not entry.name.startswith("."))


def find(path):
    """The layout of a folder, or None."""
    if not os.path.isdir(path):
        return None
    return next((layout for layout in (Listed, Jhmdb, Fights, Hmdb51) if layout.fits(path)), None)
