"""Random walks through `msnet`: whatever happens to the stream, every buffer passes in order and carries what the
oracle says: the windows that it completed, or the last result with its true age.

    test_msnet_walks.py DRIVER [COUNT [SEED]]
"""
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "oracle"))
from oracle import grids, windows  # noqa: E402

MS, SECOND = 10**6, 10**9
FRAMES, CLASSES, SKIPPED = 4, 4, 77
NONE = "-"
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
        self.say("walk", self.policy, window, rng.choice([1, window // 2, window, 2 * window]))
        self.step = rng.choice([40 * MS, 100 * MS, 250 * MS, 333 * MS])
        self.begin()
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
                                         ("threshold", rng.choice(THRESHOLDS))]))
        elif kind == "restart":
            self.say("restart", rng.choice(["NULL", "READY"]))
            self.begin()
        elif kind == "delay":
            self.say("delay", rng.choice([0, 3000]))
        else:
            getattr(self, kind)()


class Model:
    """What the element must do, from the oracle and DESIGN's rules for results."""

    def __init__(self, lines):
        words = lines[0].split()
        self.policy, self.window, self.hop = words[1], int(words[2]), int(words[3])
        self.events, self.of_line = [], {}
        self.segments, self.settings, self.levels, self.pts = {}, {}, {}, {}
        state = {"segment": None, "caps": None, "id": None, "nominal": None}
        settings = {"eos": "repeat-last", "expire": "0", "threshold": "0"}
        for number, line in enumerate(lines):
            self.read(number, line.split(), state, settings)
            self.segments[number], self.settings[number] = state["segment"], dict(settings)
        self.find()

    def add(self, number, *event):
        self.of_line[len(self.events)] = number
        self.events.append(event)

    def read(self, number, words, state, settings):
        kind = words[0]
        if kind == "set":
            settings[words[1]] = words[2]
        elif kind == "buffer":
            pts, duration = [None if word == NONE else int(word) for word in words[2:4]]
            self.levels[number] = int(words[4])
            if state["segment"] and state["segment"][0] > 0:
                self.pts[number] = pts
                self.add(number, "frame", pts, duration, state["nominal"])
        elif kind == "caps":
            picture, rate = words[1].rsplit(",framerate=", 1)
            over, under = map(int, rate.split("/"))
            state["nominal"] = SECOND * under // over if over else None
            if picture != state["caps"]:
                self.add(number, "reset")
            state["caps"] = picture
        elif kind == "segment":
            rate, start, base, time = float(words[1]), int(words[2]), int(words[4]), int(words[5])
            stop = float("inf") if words[3] == NONE else int(words[3])
            segment = (rate, start, stop, base, time)
            old = state["segment"]
            if not old or old[:2] + old[3:] != segment[:2] + segment[3:]:
                self.add(number, "reset")
            self.add(number, "range", start, stop)
            state["segment"] = segment
        elif kind == "stream-start":
            if words[1] != state["id"]:
                self.add(number, "reset")
            state["id"] = words[1]
        elif kind == "flush":
            self.add(number, "reset")
        elif kind == "eos":
            self.add(number, "eos", int(settings["eos"] == "repeat-last"))
        elif kind == "restart":
            self.add(number, "reset")
            state.update(segment=None, caps=None, id=None)

    def find(self):
        self.due, self.resets, self.advancing = {}, set(), set()
        sampled = {}
        for window in windows(self.events, FRAMES, self.window, self.hop):
            self.due.setdefault(self.of_line[window.event], []).append(window)
        for frames, _ in grids(self.events, self.window // FRAMES, self.window):
            for frame in frames:
                self.pts[self.of_line[frame.event]] = frame.pts
                self.advancing.add(self.of_line[frame.event])
                sampled[frame.event] = frame
            if frames:
                self.resets.add(self.of_line[frames[0].event])
        self.resets |= {self.of_line[number] for number, event in enumerate(self.events)
                        if event[0] in ("reset", "eos")}
        last = None
        for number, event in enumerate(self.events):  # no PTS: the one before and its duration
            last = None if event[0] in ("reset", "eos") else sampled.get(number, last)
            if event[0] == "frame" and event[1] is None and last and number not in sampled:
                self.pts[self.of_line[number]] = last.pts + last.duration

    def running(self, number, pts):
        rate, start, _, base, _ = self.segments[number]
        return base + int((pts - start) / rate)

    def now(self, number):
        """Running time of a buffer, None outside the segment."""
        pts, segment = self.pts.get(number), self.segments[number]
        return None if pts is None or not segment[1] <= pts <= segment[2] else self.running(number, pts)


def result(model, number, window, index, age, skipped=0):
    start, end = (model.running(number, pts) for pts in (window.start, window.end))
    return "%d,%d,%d,%d,%d,%d,%d,%d" % (index, start, end, window.frames, window.gaps, window.partial, age, skipped)


class Every:
    """All that comes out of a walk with `every`, line by line."""

    def __init__(self, model, lines):
        self.model, self.lines, self.index, self.held = model, lines, 0, None
        self.level_of = {}

    def answers(self):
        return [self.answer(number, line.split()) for number, line in enumerate(self.lines)]

    def answer(self, number, words):
        model = self.model
        if words[0] == "buffer":
            if model.pts.get(number) is not None and number in model.advancing:
                self.level_of[model.pts[number]] = model.levels[number]
            return ["buffer " + " ".join([words[1], words[2]] + self.metas(number))]
        told = []
        if words[0] == "eos":
            for window in model.due.get(number, []):
                if self.passes(number, window):
                    told.append("event " + result(model, number, window, self.index, 0))
                self.index += 1
            told.append("eos")
        if number in model.resets:
            self.held = None
        return told

    def passes(self, number, window):
        level = self.level_of[window.points[-1]] / 255
        return max(level, (1 - level) / (CLASSES - 1)) >= float(self.model.settings[number]["threshold"])

    def metas(self, number):
        model = self.model
        if number in model.resets:
            self.held = None
        now = model.now(number)
        due = model.due.get(number, [])
        found = []
        for window in due:
            end = model.running(number, window.end)
            self.held = (self.index, window, end) if self.passes(number, window) else None
            if self.held:
                found.append(result(model, number, window, self.index, now - end))
            self.index += 1
        if due or not self.held or now is None or now < self.held[2]:
            return found
        index, window, end = self.held
        expire = int(model.settings[number]["expire"]) or 2 * model.window
        if now - end > expire:
            self.held = None
            return []
        return [result(model, number, window, index, now - end)]


def check_every(model, lines, answers):
    """The first line whose answer is wrong: (number, expected, found), or None."""
    for number, (expected, found) in enumerate(zip(Every(model, lines).answers(), answers)):
        if expected != found:
            return number, expected, found
    return None if len(answers) == len(lines) else (len(answers), ["an answer"], ["a crash"])


def check_latest(model, lines, answers):
    """Buffers pass in order; each result is one of the windows due by then, newer than the last, its age true."""
    due, told, index = [], -1, 0
    for number, (line, found) in enumerate(zip(lines, answers)):
        words = line.split()
        if number in model.resets and words[0] != "eos":
            due, told = [], -1
        due += model.due.get(number, [])
        for answer in found:
            parts = answer.split()
            if parts[0] not in ("buffer", "event", "eos") or parts[0] == "buffer" and parts[1:3] != words[1:3]:
                return number, ["the buffer"], found
            for text in parts[3 if parts[0] == "buffer" else 1:]:
                fields = list(map(int, text.split(",")))
                now = model.now(number) if parts[0] == "buffer" else fields[2]
                fits = [place for place, window in enumerate(due)
                        if text == result(model, number, window, fields[0], now - fields[2], fields[7])]
                held = fields[0] == index - 1 and fits
                news = [place for place in fits if fields[0] >= index and place - told - 1 >= fields[7]]
                if not held and not news:
                    return number, ["one of", due[-3:], "after", told, "index", index], found
                if news:
                    index, told = fields[0] + 1, min(news)  # several may look alike
        if [part for part in found if part == "eos"] != (["eos"] if words[0] == "eos" else []):
            return number, ["eos"], found
        if words[0] == "buffer" and sum(answer.startswith("buffer") for answer in found) != 1:
            return number, ["one buffer"], found
        if words[0] == "eos":
            due, told = [], -1
    return None if len(answers) == len(lines) else (len(answers), ["an answer"], ["a crash"])


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


def find_fault(lines, answers):
    model = Model(lines)
    return (check_every if model.policy == "every" else check_latest) (model, lines, answers)


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
