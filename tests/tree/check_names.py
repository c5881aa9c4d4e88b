# SPDX-License-Identifier: LGPL-2.1-or-later
"""A type of the headers has one meaning: each name is defined once in src/ and plugin/.

    check_names.py ROOT
"""
import collections
import pathlib
import re
import sys

DEFINITIONS = [re.compile(r"^\} (\w+);", re.MULTILINE),
               re.compile(r"^typedef (?:struct|enum|union) \w+ (\w+);", re.MULTILINE),
               re.compile(r"^typedef [^;{]*\(\*(\w+)\)", re.MULTILINE),
               re.compile(r"^G_DECLARE_FINAL_TYPE \((\w+),", re.MULTILINE)]


def main():
    root = pathlib.Path(sys.argv[1])
    places = collections.defaultdict(set)
    for header in [*root.glob("src/**/*.h"), *root.glob("plugin/**/*.h")]:
        text = header.read_text(encoding="utf-8")
        for definition in DEFINITIONS:
            for name in definition.findall(text):
                places[name].add(header.relative_to(root).as_posix())
    twice = {name: sorted(where) for name, where in places.items() if len(where) > 1}
    for name, where in sorted(twice.items()):
        print(f"{name} is defined in {' and in '.join(where)}: give each its own name")
    print(f"{len(places)} types, {len(twice)} of them twice")
    return 1 if twice or len(places) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
