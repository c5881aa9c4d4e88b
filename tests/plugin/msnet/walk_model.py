# SPDX-License-Identifier: LGPL-2.1-or-later
"""What `msnet` must do on a walk: the oracle's windows, and DESIGN.md's rules for how they are told.

A walk is a list of lines, and what came of it a list of answers to each line; walk_driver.c says how both look.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "oracle"))
from oracle import grids, points, windows  # noqa: E402

MS, SECOND = 10**6, 10**9
FRAMES, CLASSES = 4, 6
NONE = "-"
SETTINGS = {"eos": "repeat-last", "expire": "0", "threshold": "0", "motion": "true", "post-messages": "changes"}


class Model:
    """A walk as the oracle sees it: which windows are due on which line, and where the stream begins anew.

    answers: what came of it; they tell for which frames there was no room, where the stream never waits.
    """

    def __init__(self, lines, answers):
        words = lines[0].split()
        self.policy, self.window, self.hop = words[1], int(words[2]), int(words[3])
        self.is_stream, self.number_of = words[4] == "stream", {}
        self.at_centre = words[5:6] == ["centre"]
        self.length = int(words[6]) if words[6:] and words[6] != NONE else None  # each window is a clip
        self.events, self.of_line = [], {}
        self.segments, self.settings, self.levels, self.pts = {}, {}, {}, {}
        state = {"segment": None, "caps": None, "id": None, "nominal": None}
        settings = dict(SETTINGS)
        for number, line in enumerate(lines):
            before = state["segment"]
            self.read(number, line.split(), state, settings)
            # A clip that a segment ends lies in the one before.
            self.segments[number] = before if line.startswith("segment") else state["segment"]
            self.settings[number] = dict(settings)
        if self.policy == "latest":
            self.refuse(answers)
        self.find()

    def add(self, number, *event):
        self.of_line[len(self.events)] = number
        self.events.append(event)

    def read(self, number, words, state, settings):
        kind = words[0]
        if kind == "set":
            settings[words[1]] = words[2]
        elif kind == "buffer":
            self.read_buffer(number, words, state)
        elif kind == "caps":
            picture, rate = words[1].rsplit(",framerate=", 1)
            over, under = map(int, rate.split("/"))
            state["nominal"] = SECOND * under // over if over else None
            if picture != state["caps"]:
                self.add(number, "reset")
            state["caps"] = picture
        elif kind == "segment":
            self.read_segment(number, words, state, settings)
        elif kind == "stream-start":
            if words[1] != state["id"]:
                self.start_over(number, settings)
            state["id"] = words[1]
        elif kind == "flush":
            self.add(number, "reset")
        elif kind == "eos":
            self.add(number, "eos", int(settings["eos"] == "repeat-last"))
        elif kind == "restart":
            self.add(number, "reset")
            state.update(segment=None, caps=None, id=None)

    def read_buffer(self, number, words, state):
        pts, duration = [None if word == NONE else int(word) for word in words[2:4]]
        self.levels[number], self.number_of[number] = int(words[4]), words[1]
        if state["segment"] and state["segment"][0] > 0:
            self.pts[number] = pts
            self.add(number, "frame", pts, duration, state["nominal"])

    def start_over(self, number, settings):
        """Another stream: for a clip it is an end as EOS."""
        if self.length is None:
            self.add(number, "reset")
        else:
            self.add(number, "eos", int(settings["eos"] == "repeat-last"))

    def read_segment(self, number, words, state, settings):
        rate, start, base = float(words[1]), int(words[2]), int(words[4])
        stop = float("inf") if words[3] == NONE else int(words[3])
        segment = (rate, start, stop, base, words[5], words[7:])
        old = state["segment"]
        if not old or old[:2] + old[3:] != segment[:2] + segment[3:]:
            self.start_over(number, settings)
        self.add(number, "range", start, stop)
        if self.length is not None:
            self.add(number, "clip", min(stop, start + self.length - int(words[5])))
        state["segment"] = segment

    def grids(self):
        """The points of each grid, with its frames."""
        for grid in grids(self.events, FRAMES, self.window):
            yield grid.frames, points(grid, FRAMES, self.at_centre)

    def refuse(self, answers):
        """A frame whose line counts more gaps than late points was not taken: there was no room for it."""
        late = {}
        for _, decided in self.grids():
            for point in decided:
                late[point.event] = late.get(point.event, 0) + point.gap
        for event, gaps in late.items():
            number = self.of_line[event]
            answer, before = answers[number : number + 1], answers[number - 1 : number]
            if answer and count_gaps(answer[0]) - count_gaps(before[0]) > gaps:
                self.events[event] += (True,)

    def find(self):
        self.due, self.resets, self.advancing, self.gaps = {}, set(), set(), {}
        sampled = {}
        for window in windows(self.events, FRAMES, self.window, self.hop, self.at_centre):
            self.due.setdefault(self.of_line[window.event], []).append(window)
        for frames, decided in self.grids():
            for point in decided:
                line = self.of_line[point.event]
                self.gaps[line] = self.gaps.get(line, 0) + point.gap
            for frame in frames:
                self.pts[self.of_line[frame.event]] = frame.pts
                self.advancing.add(self.of_line[frame.event])
                sampled[frame.event] = frame
            if frames:
                self.resets.add(self.of_line[frames[0].event])
        self.resets |= {self.of_line[number] for number, event in enumerate(self.events)
                        if event[0] in ("reset", "eos")}
        self.ends = {self.of_line[number] for number, event in enumerate(self.events) if event[0] == "eos"}
        last = None
        for number, event in enumerate(self.events):  # no PTS: the one before and its duration
            last = None if event[0] in ("reset", "eos") else sampled.get(number, last)
            if event[0] == "frame" and event[1] is None and last and number not in sampled:
                self.pts[self.of_line[number]] = last.pts + last.duration

    def running(self, number, pts):
        rate, start, _, base = self.segments[number][:4]
        return base + int((pts - start) / rate)

    def now(self, number):
        """Running time of a buffer, None outside the segment."""
        pts, segment = self.pts.get(number), self.segments[number]
        return None if pts is None or not segment[1] <= pts <= segment[2] else self.running(number, pts)


def count_gaps(answer):
    return int(answer[-1].split()[3])


def describe_history(model, window):
    """What a stream was given from its begin to the end of a window: all frames that it took, once, in order."""
    return " ".join(["history"] + [model.number_of[model.of_line[frame.event]] for frame in window.past])


def describe_result(model, number, window, index, age, skipped=0):
    start, end = (model.running(number, pts) for pts in (window.start, window.end))
    return "%d,%d,%d,%d,%d,%d,%d,%d" % (index, start, end, window.frames, window.gaps, window.partial, age, skipped)


def describe_motion(model, number, window, index):
    """Of the window's last two different frames."""
    older, newer = sorted(set(window.points))[-2:]
    return "motion:%d,%d,%d" % (index, model.running(number, older), model.running(number, newer))


class Every:
    """All that comes out of a walk with `every`, line by line; all but actions."""

    def __init__(self, model):
        self.model, self.index, self.held = model, 0, None
        self.level_of, self.posted, self.windows, self.gaps = {}, None, 0, 0

    def answer(self, number, words):
        model, told = self.model, []
        if number in model.resets:
            self.held = None
            if number not in model.ends:
                self.posted = None
        if words[0] == "buffer":
            if model.pts.get(number) is not None and number in model.advancing:
                self.level_of[model.pts[number]] = model.levels[number]
            metas, messages = self.tell(number)
            told = ["buffer " + " ".join([words[1], words[2]] + metas)] + messages
        elif number in model.ends:
            told = self.finish(number, ["eos"] if words[0] == "eos" else [])
            self.posted = None
        elif words[0] == "restart":
            self.windows, self.posted, self.gaps = 0, None, 0
        self.gaps += model.gaps.get(number, 0)
        return told + ["stats %d 0 %d" % (self.windows, self.gaps)]

    def score(self, window):
        """Of the best class, and which that is."""
        level = self.level_of[window.points[-1]] / 255
        return max((level, 0), ((1 - level) / (CLASSES - 1), -1))

    def tell(self, number):
        """Metas of a buffer: the results that are due, or the one that is held; and messages."""
        model = self.model
        now, due = model.now(number), model.due.get(number, [])
        metas, messages = [], []
        for window in due:
            end = model.running(number, window.end)
            has_motion = window.frames > 1 and model.settings[number]["motion"] == "true"
            self.held = (self.index, window, end, has_motion) if self.passes(number, window) else None
            if self.held:
                metas += self.attach(number, now)
                messages += self.post(number, window, now - end)
            self.count()
        if not due and self.held and now is not None and now >= self.held[2]:
            if now - self.held[2] > (int(model.settings[number]["expire"]) or 2 * self.held[1].length):
                self.held = None
            else:
                metas += self.attach(number, now)
        return sorted(metas, key=lambda meta: meta.startswith("motion:")), messages

    def finish(self, number, eos):
        events, messages = [], []
        for window in self.model.due.get(number, []):
            if self.passes(number, window):
                events.append("event " + describe_result(self.model, number, window, self.index, 0))
                messages += self.post(number, window, 0)
            self.count()
        return events + eos + messages

    def passes(self, number, window):
        return self.score(window)[0] >= float(self.model.settings[number]["threshold"])

    def count(self):
        self.index += 1
        self.windows += 1

    def attach(self, number, now):
        index, window, end, has_motion = self.held
        metas = [describe_result(self.model, number, window, index, now - end)]
        if has_motion and self.model.settings[number]["motion"] == "true":
            metas.append(describe_motion(self.model, number, window, index))
        return metas

    def post(self, number, window, age):
        label = self.score(window)[1]
        if self.model.settings[number]["post-messages"] == "changes" and label == self.posted:
            return []
        self.posted = label
        return ["message " + describe_result(self.model, number, window, self.index, age)]


    def give_up(self, counted, gaps):
        """A reset follows, and windows may not have been finished before it: so many were."""
        self.index -= self.windows - counted
        self.windows, self.gaps = counted, gaps


def check_every(model, lines, answers):
    """The first line whose answer is wrong: (number, expected, found), or None."""
    every = Every(model)
    for number, (line, found) in enumerate(zip(lines, answers)):
        before = every.windows
        expected = every.answer(number, line.split())
        if "interrupted" in found:
            counted = int(found[-1].split()[1])
            if not set(found[1:-1]) <= set(expected + ["interrupted"]) or not before <= counted <= every.windows:
                return number, expected, found
            every.give_up(counted, count_gaps(found))
        elif expected != found:
            return number, expected, found
    return None


class Latest:
    """What holds whenever the device is done: each result is one of the windows that were due by then, newer than
    the last, its age true; what is due is told or skipped, but what a reset takes."""

    def __init__(self, model):
        self.model, self.index = model, 0
        self.counted = self.skipped = self.gaps = 0  # counted: windows told or skipped
        self.seen = set()  # histories
        self.begin(0)

    def begin(self, counted):
        self.due, self.told, self.before = [], -1, counted

    def check(self, number, words, found):
        """What is wrong with an answer, or None."""
        counted, skipped, gaps = map(int, found[-1].split()[1:])
        if words[0] == "restart":
            self.skipped, self.gaps = skipped, 0
        self.seen |= set(histories(found))
        if number in self.model.resets and number not in self.model.ends:
            self.begin(self.counted if words[0] == "buffer" else counted + skipped)
        self.due += self.model.due.get(number, [])[-1:]  # of those due at once only the newest is asked for
        self.gaps += self.model.gaps.get(number, 0)
        fault = None if "interrupted" in found else self.check_counts(number, words, found, counted + skipped,
                                                                            skipped, gaps)
        for answer in found[:-1]:
            fault = fault or self.check_part(number, words, answer.split())
        self.counted, self.skipped, self.gaps = counted + skipped, skipped, gaps
        if number in self.model.ends:
            self.begin(counted + skipped)
        return fault

    def check_counts(self, number, words, found, seen, skipped, gaps):
        kinds = [answer.split()[0] for answer in found]
        if kinds.count("buffer") != (words[0] == "buffer") or kinds.count("eos") != (words[0] == "eos"):
            return "one buffer or EOS for each"
        if kinds.count("qos") != skipped - self.skipped:
            return "a message for each skipped window"
        if gaps != self.gaps:
            return "%d gaps until now" % self.gaps
        missing = len(self.due) - (seen - self.before)
        if missing < 0 or missing > 0 and number in self.model.ends:
            return "%d windows neither told nor skipped" % missing
        return None

    def check_part(self, number, words, parts):
        if parts[0] == "qos":
            return self.check_skipped(int(parts[1]))
        if parts[0] not in ("history", "buffer", "event", "eos", "message", "interrupted") or parts[0] == "buffer" and parts[1:3] != words[1:3]:
            return "the buffer"
        results = [part for part in parts[3 if parts[0] == "buffer" else 1:] if not part.startswith("motion:")]
        for text in results if parts[0] in ("buffer", "event") else []:  # a message says what these say
            if not self.fits(number, parts[0], text):
                return "one of %s after %d, index %d" % (self.due[-3:], self.told, self.index)
        return None

    def check_skipped(self, end):
        """Of a stream, whose frames are all computed, only what another window over the same frames stands for."""
        ends = [window.end for window in self.due]
        return None if ends.count(end) > self.model.is_stream else "a window that was due, and may be skipped"

    def fits(self, number, kind, text):
        fields = list(map(int, text.split(",")))
        now = self.model.now(number) if kind == "buffer" else fields[2]
        same = [place for place, window in enumerate(self.due)
                if text == describe_result(self.model, number, window, fields[0], now - fields[2], fields[7])
                and (not self.model.is_stream or describe_history(self.model, window) in self.seen)]
        news = [place for place in same if fields[0] >= self.index and place - self.told - 1 >= fields[7]]
        if news:
            self.index, self.told = fields[0] + 1, min(news)  # several may look alike
        return bool(news) or same and fields[0] == self.index - 1


def check_latest(model, lines, answers):
    latest = Latest(model)
    for number, (line, found) in enumerate(zip(lines, answers)):
        fault = latest.check(number, line.split(), found)
        if fault:
            return number, [fault], found
    return None


def histories(found):
    return [answer for answer in found if answer.startswith("history")]


def check_histories(model, answers):
    """What a stream computed for a window is what the oracle says of one that was due by then."""
    due = set()
    for number, found in enumerate(answers):
        mine = {describe_history(model, window) for window in model.due.get(number, [])}
        due |= mine
        told = set(histories(found))
        if not told <= due:
            return number, ["one of", *sorted(due, key=len)[-3:]], found
        if model.policy == "every" and "interrupted" not in found and told != mine:
            return number, sorted(mine, key=len), found
    return None


def check_actions(model, lines, answers):
    """Each end has its begin, nothing is left on where the stream begins anew, and events say what messages say."""
    on, untold, lost, flushing = {}, [], [], False
    for number, (line, found) in enumerate(zip(lines, answers)):
        told = [answer.split() for answer in found if "-action" in answer]
        for kind, action in sorted(told, key=lambda parts: parts[0] == "event-action"):
            name, which, *times = action.split(",")
            times = list(map(int, times))
            if kind == "told-action" and (which in on) != (name == "end") or name == "end" and times[1] < times[0]:
                return number, ["begin and end in turn"], found
            if kind == "told-action":
                untold.append(action)
                on = {**on, which: times[0]} if name == "begin" else {key: on[key] for key in on if key != which}
            elif untold[:1] == [action]:
                untold.pop(0)
                lost += [action] * ("interrupted" in found)  # a flush may take what has just left: it is sent again
            elif action in lost:
                lost.remove(action)
            else:
                return number, ["an event as its message"], found
        word = line.split()[0]
        starts = word == "buffer" and number in model.due  # the only frame of a clip, with what it shows
        if on and number in model.resets and not starts:
            return number, ["all actions ended"], found
        flushing = "interrupted" in found or word in ("flush", "restart") or flushing and word not in ("segment", "eos")
        if untold and not flushing:
            return number, ["an event for each message"], found
        untold = [] if word == "restart" else untold
    return None


def find_fault(lines, answers):
    """The first line whose answer is wrong: (number, expected, found), or None."""
    model = Model(lines, answers)
    fault = model.is_stream and check_histories(model, answers)
    others = [[part for part in answer if "-action" not in part] for answer in answers]
    if model.policy == "latest":
        fault = fault or check_latest(model, lines, others)
    else:
        fault = fault or check_every(model, lines, [[part for part in answer if part not in histories(answer)]
                                                    for answer in others])
    if not fault and len(answers) < len(lines):
        return len(answers), ["an answer"], ["a crash"]
    return fault or check_actions(model, lines, answers)
