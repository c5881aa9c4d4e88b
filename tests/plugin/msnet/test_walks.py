# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random walks through `msnet`: whatever happens to the stream, every buffer passes in order and carries what the
oracle says: the windows that it completed, or the last result with its true age.

    test_msnet_walks.py DRIVER [COUNT [SEED]]
"""
import os
import random
import subprocess
import sys

from walk_model import MS, NONE, SECOND, find_fault

SKIPPED = 77
PICTURES = ["format=I420,width=64,height=48", "format=I420,width=64,height=48,pixel-aspect-ratio=2/1",
            "format=I420,width=32,height=32", "format=GRAY8,width=64,height=48",
            "format=I420,width=64,height=48,colorimetry=bt709"]
RATES = [(10, 1), (25, 1), (30000, 1001), (0, 1)]
LEVELS, THRESHOLDS = [0, 60, 140, 230], ["0", "0.4", "0.7"]


class Walker:
    """Makes a walk: lines for the driver, each valid after those before it."""

    def __init__(self, rng):
        self.rng, self.lines, self.time, self.number, self.id = rng, [], 0, 0, 0
        self.policy = rng.choice(["every", "every", "every", "latest"])
        window = rng.choice([SECOND, 400 * MS, 777777777])
        self.say("walk", self.policy, window, rng.choice([1, window // 2, window, 2 * window]),
                 rng.choice(["clip", "stream"]), rng.choice(["start", "start", "centre"]),
                 rng.choice([NONE, NONE, rng.randint(1, 20) * 500 * MS]))
        self.step = rng.choice([40 * MS, 100 * MS, 250 * MS, 333 * MS])
        self.begin()
        self.say("delay", rng.choice([0, 3000]) if self.policy == "latest" else 0)
        for _ in range(rng.randint(5, 60)):
            self.act()
        if rng.random() < 0.8:
            self.say("eos")

    def say(self, *words):
        self.lines.append(" ".join(map(str, words)))

    def begin(self):
        self.id += 1
        self.say("stream-start", self.id)
        self.caps()
        self.segment()

    def caps(self):
        self.say("caps", "video/x-raw,%s,framerate=%d/%d" % ((self.rng.choice(PICTURES),) + self.rng.choice(RATES)))

    def segment(self):
        start = max(0, self.time + self.rng.choice([0, 0, -SECOND, SECOND]))
        stop = self.rng.choice([NONE, NONE, start + 2 * SECOND])
        self.say("segment", self.rng.choice(["1", "1", "1", "2", "0.5", "-1"]), start, stop,
                 self.rng.choice([0, 5 * SECOND]), self.rng.choice([0, start]), start)

    def buffer(self):
        rng = self.rng
        self.time += self.step
        if rng.random() < 0.06:
            self.time = max(0, self.time + rng.choice([-self.step, -2 * SECOND, 300 * MS, 5 * SECOND]))
        pts = NONE if rng.random() < 0.03 else self.time
        self.say("buffer", self.number, pts, rng.choice([self.step, self.step, NONE]), rng.choice(LEVELS))
        self.number += 1

    def act(self):
        rng = self.rng
        kind = rng.choices(["buffers", "flush", "segment", "same-segment", "caps", "stream-start", "eos", "other", "set",
                            "restart", "delay"], [14, 1, 1, 1, 1, 1, 1, 3, 2, 0.5, 0.5])[0]
        if kind == "buffers":
            for _ in range(rng.randint(1, 12)):
                self.buffer()
        elif kind == "flush":
            self.say("flush")
            self.segment()
        elif kind == "same-segment":
            last = [line for line in self.lines if line.startswith("segment")][-1].split()
            last[3] = rng.choice([NONE, str(int(last[2]) + rng.randint(1, 3) * SECOND)])
            last[4] = rng.choice([last[4], last[4], 7 * SECOND])
            self.say(*last[:6], rng.choice([last[2], last[6]]))
        elif kind == "stream-start":
            self.id += rng.randint(0, 1)
            self.say("stream-start", self.id)
            self.say(*[line for line in self.lines if line.startswith("segment")][-1].split())
        elif kind == "eos":
            self.say("eos")
            self.begin()
        elif kind == "other":
            self.say(*rng.choice([("gap", self.time, self.step), ("reconfigure",), ("qos",), ("custom",)]))
        elif kind == "set":
            self.say("set", *rng.choice([("eos", rng.choice(["drop", "repeat-last"])), ("top-k", rng.randint(1, 5)),
                                         ("motion", rng.choice(["true", "false"])), ("window", 5 * SECOND),
                                         ("expire", rng.choice([0, 300 * MS, 10 * SECOND])),
                                         ("threshold", rng.choice(THRESHOLDS)),
                                         ("smoothing", rng.choice([0, 300 * MS])),
                                         ("post-messages", rng.choice(["changes", "all"]))]))
        elif kind == "restart":
            self.say("restart", rng.choice(["NULL", "READY"]))
            self.begin()
        elif kind == "delay":
            self.say("delay", rng.choice([0, 3000]))
        else:
            getattr(self, kind)()


def run(driver, walks):
    text = "".join("\n".join(lines + ["end\n"]) for lines in walks)
    environment = dict(os.environ, GST_TRACERS="leaks", GST_DEBUG="GST_TRACER:7", GST_DEBUG_NO_COLOR="1")
    done = subprocess.run([driver], input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          env=environment)
    if done.returncode == SKIPPED:
        sys.exit(SKIPPED)
    answers, walk, answer = [], [], []
    for line in done.stdout.partition("\n")[2].splitlines():  # after the name of the suite
        if line == "end":
            answers.append(walk)
            walk = []
        elif line == ".":
            walk.append(answer)
            answer = []
        else:
            answer.append(line)
    leaks = [line for line in done.stderr.splitlines() if ":: object-alive" in line]
    return answers + [walk] * (len(answers) < len(walks)), leaks, done.returncode


def shrink(driver, lines):
    """The walk without what is not needed for it to go wrong; not where time decides what comes out."""
    size = len(lines) // 2 if " every " in lines[0] else 0
    while size:
        first = 4
        while first < len(lines):
            fewer = lines[:first] + lines[first + size:]
            if find_fault(fewer, run(driver, [fewer])[0][0]):
                lines = fewer
            else:
                first += size
        size //= 2
    return lines


def main():
    driver = sys.argv[1]
    usual = 2000 if os.environ.get("MSNET_TEST_LONG") else 200
    count, seed = [int(value) for value in sys.argv[2:4]] + [usual, 1][len(sys.argv) - 2:]
    walks = [Walker(random.Random(seed * 1000003 + number)).lines for number in range(count)]
    answers, leaks, status = run(driver, walks)
    results = 0
    for lines, found in zip(walks, answers):
        fault = find_fault(lines, found)
        results += sum("," in answer for step in found for answer in step)
        if fault:
            lines = shrink(driver, lines)
            number, expected, found = find_fault(lines, run(driver, [lines])[0][0]) or fault
            number, expected, found = fault if " latest " in lines[0] else (number, expected, found)
            print("\n".join(lines[:number + 1]), "\nexpected:", *expected, "\nfound:", *found)
            return 1
    print(f"{count} walks, {sum(map(len, walks))} steps, {results} results agree; {len(leaks)} objects leaked")
    print("\n".join(leaks[:5]))
    return 0 if results > count and not leaks and status == 0 and len(answers) == count else 1


if __name__ == "__main__":
    sys.exit(main())
