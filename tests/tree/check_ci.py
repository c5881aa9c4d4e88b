# SPDX-License-Identifier: LGPL-2.1-or-later
"""What .ci/run says and how it ends, whatever becomes of the two runs of ./test that it sums up."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

# What each run does, here and in the other Debian; the last line and the exit status.
CASES = [
    ("echo '5 passed, 0 failed, 2 skipped'", "echo '3 passed, 0 failed, 1 skipped'", "8 passed, 0 failed, 3 skipped", 0),
    # No mirror answers, or no root.
    ("echo '5 passed, 0 failed, 2 skipped'", "exit 77", "5 passed, 0 failed, 3 skipped", 0),
    ("echo '5 passed, 0 failed, 2 skipped'", "echo '3 passed, 1 failed, 0 skipped'; exit 1",
     "8 passed, 1 failed, 2 skipped", 1),
    # It does not build there.
    ("echo '5 passed, 0 failed, 2 skipped'", "echo 'error: no such header'; exit 1", "5 passed, 1 failed, 2 skipped", 1),
    ("echo '4 passed, 1 failed, 2 skipped'; exit 1", "exit 77", "4 passed, 1 failed, 3 skipped", 1),
    ("exit 2", "echo '3 passed, 0 failed, 0 skipped'", "3 passed, 1 failed, 0 skipped", 1),
]


def run(script, here, there):
    """The last line and the exit status of .ci/run in a folder whose ./test does as told."""
    with tempfile.TemporaryDirectory() as folder:
        test = pathlib.Path(folder, "test")
        test.write_text("#!/bin/sh\nif [ $# = 0 ]; then %s\nelse %s\nfi\n" % (here, there))
        test.chmod(0o755)
        copy = pathlib.Path(folder, ".ci", "run")
        copy.parent.mkdir()
        shutil.copy(script, copy)
        done = subprocess.run([str(copy)], stdout=subprocess.PIPE, text=True)
        return done.stdout.splitlines()[-1], done.returncode


def main():
    script = pathlib.Path(sys.argv[1], ".ci", "run")
    if not script.exists():
        print("a tree without .ci")
        return 77
    for here, there, *expected in CASES:
        found = list(run(script, here, there))
        assert found == expected, "%s | %s: expected %s, found %s" % (here, there, expected, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
