# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each source file says in its first two lines under which licence it is.

    check_licences.py ROOT
"""
import pathlib
import sys

LINE = "SPDX-License-Identifier: LGPL-2.1-or-later"
PARTS = ["src", "plugin", "kernels", "tests", "tools", "bench", "examples"]
SUFFIXES = [".c", ".h", ".cl", ".py"]
DATA = "tests/data"


def says(path):
    return any(LINE in line for line in path.read_text(encoding="utf-8").split("\n")[:2])


def main():
    root = pathlib.Path(sys.argv[1])
    sources = [path for part in PARTS for path in sorted((root / part).rglob("*"))
               if path.suffix in SUFFIXES and root / DATA not in path.parents]
    complaints = [path.relative_to(root) for path in sources if not says(path)]
    for path in complaints:
        print(f"{path}: expected \"{LINE}\" as a comment in the first line, found none; add it")
    print(f"{len(sources) - len(complaints)} of {len(sources)} files say their licence")
    return 1 if complaints or len(sources) < 300 else 0


if __name__ == "__main__":
    sys.exit(main())
