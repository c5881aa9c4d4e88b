"""The C sources are as .clang-format says; run clang-format -i on a file to put it right."""
import pathlib
import shutil
import subprocess
import sys

SKIPPED = 77
FOLDERS = ["src", "plugin", "tests", "bench", "examples"]


def main():
    root = pathlib.Path(sys.argv[1])
    if not shutil.which("clang-format"):
        print("clang-format is not installed")
        return SKIPPED
    files = sorted(str(path) for folder in FOLDERS for path in root.glob(f"{folder}/**/*.[ch]"))
    return subprocess.run(["clang-format", "--dry-run", "--Werror", *files], cwd=root).returncode


if __name__ == "__main__":
    sys.exit(main())
