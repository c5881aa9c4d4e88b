# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/images/time.svg is what tools/draw-time draws, of the stream that docs/time.md speaks of."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    command = [sys.executable, str(ROOT / "tools" / "draw-time")]
    page = (ROOT / "docs" / "time.md").read_text()
    lines = subprocess.run([*command, "--text"], check=True, capture_output=True, text=True).stdout.splitlines()
    missing = [line for line in lines if line not in page]
    for line in missing:
        print(f"docs/time.md lacks: {line}")
    with tempfile.TemporaryDirectory() as folder:
        picture = pathlib.Path(folder) / "time.svg"
        subprocess.run([*command, str(picture)], check=True)
        same = picture.read_text() == (ROOT / "docs" / "images" / "time.svg").read_text()
    if not same:
        print("docs/images/time.svg is old: run tools/draw-time")
    return 1 if missing or not same else 0


if __name__ == "__main__":
    sys.exit(main())
