# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example as its users run it: over a video, until Ctrl-C, and where it cannot go on."""

import os
import re
import signal
import subprocess
import sys

NO_DEVICE = 77
NUMBER = r"([+-]?\d+\.\d+)"
BEGIN = re.compile(r"begin (\S+) at %s" % NUMBER)
END = re.compile(r"end (\S+) %s - %s" % (NUMBER, NUMBER))
RESULT = re.compile(r"{0} (\S+) {0} \(age {0} s\) camera: pan {0} tilt {0} zoom {0} roll {0} \((\d+) % agree\)"
                    .format(NUMBER))
TEST_PICTURE = ["videotestsrc", "is-live=true", "pattern=ball", "!", "video/x-raw,width=160,height=120,framerate=30/1"]


def check_video(live, video):
    """Actions with their begins and ends, and each result once, with the camera's motion."""
    done = subprocess.run([live, video], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0 and "no OpenCL" in done.stderr:
        sys.exit(NO_DEVICE)
    assert done.returncode == 0, done.stderr
    print(done.stdout, end="")
    lines = done.stdout.splitlines()
    begins, ends, results = ([found for found in map(kind.fullmatch, lines) if found] for kind in (BEGIN, END, RESULT))
    assert len(begins) + len(ends) + len(results) == len(lines), "a line of another kind"
    # Someone in the video moves, too, which may be told as well.
    assert {"pan-right", "zoom-in"} <= {begin[1] for begin in begins}
    assert sorted(end.groups()[:2] for end in ends) == sorted(begin.groups() for begin in begins)
    assert all(float(end[3]) > float(end[2]) for end in ends)
    check_results(results)


def check_results(results):
    times = [float(result[1]) for result in results]
    assert len(times) > 40 and times == sorted(set(times)), times
    # The camera pans from 3 s to 6 s and zooms from 9 s on.
    pans, zooms = ([float(result[column]) for result in results if begin < float(result[1]) < end]
                   for column, begin, end in ((5, 3.5, 6), (7, 9.5, 12)))
    assert min(pans) > 0.1 and min(zooms) > 0.1, (pans, zooms)


def check_interrupt(live):
    """Ctrl-C ends a live source in good order."""
    with subprocess.Popen([live, *TEST_PICTURE], stdout=subprocess.PIPE, text=True) as running:
        try:
            line = running.stdout.readline().strip()
            assert RESULT.fullmatch(line) or BEGIN.fullmatch(line), line
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 0, running.returncode


def check_failure(live, arguments, expected):
    done = subprocess.run([live, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1, done.returncode
    assert expected in done.stderr, done.stderr


def main():
    live = sys.argv[1]
    check_video(live, os.path.join(os.environ["MSNET_TEST_DATA"], "clips", "tour.webm"))
    check_failure(live, ["no-such-element"], "no element \"no-such-element\"")
    check_failure(live, ["file:///no/such/video"], "No such file")
    check_interrupt(live)


if __name__ == "__main__":
    main()
