"""The C sources are as .clang-format says; run clang-format -i on a file to put it right.

Each version of clang-format formats a little differently, so that one decides: Debian 12's."""
import pathlib
import re
import subprocess
import sys

SKIPPED = 77
VERSION = "14"
FOLDERS = ["src", "plugin", "tests", "bench", "examples"]


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


def main():
    root = pathlib.Path(sys.argv[1])
    command = find_command()
    if not command:
        print("clang-format %s is not installed" % VERSION)
        return SKIPPED
    files = sorted(str(path) for folder in FOLDERS for path in root.glob(f"{folder}/**/*.[ch]"))
    return subprocess.run([command, "--dry-run", "--Werror", *files], cwd=root).returncode


if __name__ == "__main__":
    sys.exit(main())
