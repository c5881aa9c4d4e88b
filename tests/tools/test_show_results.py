# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/show_results.py with files from a file system that is older than UTF-8, and on a terminal of that time."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "show_results.py"
CLIP = ("videotestsrc num-buffers=30 ! video/x-raw,width=64,height=48,framerate=10/1 ! vp8enc deadline=1 ! webmmux ! "
        "filesink location=").split()
NAME = b"caf\xe9 d'\xe9t\xe9"
LINE = ('{"type":"result","label":"\u043d\u0430\u043a\u043b\u043e\u043d","score":0.9312,"start":0.0,"end":1.0,'
        '"stream-start":0.0,"stream-end":1.0}\n')


def run(*arguments, lines=""):
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    return subprocess.run([sys.executable, TOOL, *arguments], input=lines.encode(), capture_output=True, check=False,
                          env=environment)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = os.fsencode(name)
        video, lines, png = (os.path.join(folder, NAME + ending) for ending in (b".webm", b".jsonl", b".png"))
        subprocess.run(["gst-launch-1.0", "-q", *CLIP[:-1], CLIP[-1] + name + "/clip.webm"], check=True)
        shutil.move(os.path.join(name, "clip.webm"), os.fsdecode(video))
        followed = run(video, lines, lines=LINE)
        assert followed.returncode == 0, followed.stderr.decode(errors="replace")
        assert b"1 results" in followed.stdout and b" %" in followed.stdout, followed.stdout
        assert pathlib.Path(os.fsdecode(lines)).read_text(encoding="utf-8") == LINE
        pictured = run("--picture", lines, video, png)
        assert pictured.returncode == 0, pictured.stderr.decode(errors="replace")
        assert pathlib.Path(os.fsdecode(png)).read_bytes().startswith(b"\x89PNG")
    return 0


if __name__ == "__main__":
    sys.exit(main())
