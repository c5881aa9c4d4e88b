# SPDX-License-Identifier: LGPL-2.1-or-later
"""Includes come in one order: a source's own header first, then the project's, then those of libraries.

    check_includes.py ROOT
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^#include (["<])([^">]+)[">]', re.MULTILINE)
PARTS = ["src", "plugin", "tests", "bench", "tools", "examples"]


def faults(path):
    includes = INCLUDE.findall(path.read_text(encoding="utf-8"))
    own = [i for i, (_, name) in enumerate(includes) if name == path.stem + ".h"]
    if path.suffix == ".c" and any(own):
        yield f"include {path.stem}.h first"
    quotes = [quote for quote, _ in includes]
    if quotes != sorted(quotes):
        yield "include the project's headers before those of libraries"


def main():
    root = pathlib.Path(sys.argv[1])
    sources = [path for part in PARTS for path in sorted(root.glob(f"{part}/**/*.[ch]"))]
    complaints = [f"{path.relative_to(root)}: {fault}" for path in sources for fault in faults(path)]
    print("\n".join(complaints) or f"{len(sources)} files include in order")
    return 1 if complaints or len(sources) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
