# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sources in C and OpenCL C are as .clang-format says; run clang-format -i on a file to put it right.  Comments,
which clang-format leaves alone, keep to the same length of lines.

Each version of clang-format formats a little differently, so that one decides: Debian 12's."""
import pathlib
import re
import subprocess
import sys

SKIPPED = 77
VERSION = "14"
FOLDERS = ["src", "plugin", "tests", "bench", "examples", "kernels", "tools"]
COLUMNS = 110  # as .clang-format has them


def find_command():
    """The clang-format of that version, or None."""
    for command in ("clang-format", "clang-format-" + VERSION):
        try:
            said = subprocess.run([command, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            continue
        if re.search(r"version %s\b" % VERSION, said):
            return command
    return None


def find_sources(root, folders):
    return sorted(path for folder in folders for path in root.glob(f"{folder}/**/*")
                  if path.suffix in (".c", ".h", ".cl"))


def find_long_lines(files):
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > COLUMNS:
                yield f"{path}:{number}: {len(line)} characters, expected at most {COLUMNS}"


def main():
    root = pathlib.Path(sys.argv[1])
    long_lines = list(find_long_lines(find_sources(root, FOLDERS)))
    print(*long_lines, sep="\n", end="\n" if long_lines else "")
    command = find_command()
    if not command:
        print("clang-format %s is not installed" % VERSION)
        return SKIPPED
    formatted = subprocess.run([command, "--dry-run", "--Werror", *find_sources(root, FOLDERS)], cwd=root).returncode == 0
    return 0 if formatted and not long_lines else 1


if __name__ == "__main__":
    sys.exit(main())
