# SPDX-License-Identifier: LGPL-2.1-or-later
"""Enforces the layers: a folder includes only itself and those under it, and only src/opencl calls OpenCL."""
import pathlib
import re
import sys

ELEMENTS = ["msnet", "json", "overlay"]  # folders of plugin/; they share plugin/meta/, and know nothing of each other
LAYERS = ["base", "opencl", "machine", "tensor", "ops", "model", "clip"]  # from the lowest to the highest
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)
ARGUMENTS = "arguments/"  # of kernels/: what the host includes, too
CL_CALL = re.compile(r"\bcl[A-Z]\w*\s*\(")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def layer_of(include):
    """The src/ layer that an include leads to, or None for one outside src/."""
    folder = include.partition("/")[0]
    return folder if folder in LAYERS else None


def check_source(root, path, complaints):
    layer = path.relative_to(root / "src").parts[0]
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    for quote, include in INCLUDE.findall(text):
        target = layer_of(include)
        if include.startswith("gst/"):
            complaints.append(f"{path}: src/ knows no GStreamer, found <{include}>")
        if include.startswith("CL/") and layer != "opencl":
            complaints.append(f"{path}: only src/opencl includes OpenCL, found <{include}>")
        if target and LAYERS.index(target) > LAYERS.index(layer):
            complaints.append(f"{path}: src/{layer} must not include the higher layer src/{target}")
        if quote == '"' and (root / "kernels" / include).is_file() and not include.startswith(ARGUMENTS):
            complaints.append(f"{path}: of kernels/ src/ includes {ARGUMENTS} only, found {include}")
        if quote == '"' and ".." in include:
            complaints.append(f"{path}: include from src/, not through '..': {include}")
    if layer != "opencl" and CL_CALL.search(text):
        complaints.append(f"{path}: only src/opencl calls OpenCL, found {CL_CALL.search(text).group()}")


def check_plugin(root, path, complaints):
    folder = path.relative_to(root / "plugin").parts[0]
    text = COMMENT.sub("", path.read_text(encoding="utf-8"))
    for _, include in INCLUDE.findall(text):
        target = include.rpartition("/")[0]
        if target in ELEMENTS and target != folder and folder != "plugin.c":
            complaints.append(f"{path}: plugin/{folder} must not include plugin/{target}")
    if "CL/" in [include[:3] for _, include in INCLUDE.findall(text)] or CL_CALL.search(text):
        complaints.append(f"{path}: plugin/ must not call OpenCL")


def check_kernel(root, path, complaints):
    for quote, include in INCLUDE.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))):
        if quote != '"' or not (root / "kernels" / include).is_file():
            complaints.append(f"{path}: kernels include files below kernels/ only, found {include}")
        if path.parent.name == "arguments" and not include.startswith(ARGUMENTS):
            complaints.append(f"{path}: what the host includes, too, includes {ARGUMENTS} only, found {include}")


def main():
    root = pathlib.Path(sys.argv[1])
    complaints = []
    sources = sorted(root.glob("src/**/*.[ch]"))
    for path in sources:
        check_source(root, path, complaints)
    for path in sorted(root.glob("plugin/**/*.[ch]")):
        check_plugin(root, path, complaints)
    for path in sorted(root.glob("kernels/**/*.[ch]*")):
        check_kernel(root, path, complaints)
    print("\n".join(complaints) or f"{len(sources)} files keep to their layers")
    return 1 if complaints or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
