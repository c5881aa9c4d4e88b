# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which actions were found, how far off their times are, and what was reported that did not happen."""

import collections

import numpy as np

from msnet_evaluate.interval import interval

from .footage import BACKGROUND

NEAR = 1.0  # seconds before its start and after its end in which a reported action may start
NONE_SEEN = 3.0
HOUR = 3600.0

# of one action that happened: found, and by how many seconds its reported start and end are late (nan unless found)
Answer = collections.namedtuple("Answer", "label source found begin end")
# of one action that was reported and did not happen; during: what happened instead
Alarm = collections.namedtuple("Alarm", "label source during start")


def fits(action, mark):
    return action.label == mark.label and mark.start - NEAR < action.start < mark.end + NEAR and action.end > mark.start


def answers_of(marks, actions):
    """An action that is reported is the answer to one that happened; more than one for the same are no alarms."""
    used = set()
    for mark in marks:
        if mark.label != BACKGROUND:
            mine = [action for action in actions if fits(action, mark) and action not in used]
            used.update(mine[:1])
            late = (mine[0].start - mark.start, mine[0].end - mark.end) if mine else (np.nan, np.nan)
            yield Answer(mark.label, mark.source, bool(mine), *late)


def during(marks, time):
    """What happened: an action, even if it ended a moment ago, else background, else None: nobody knows."""
    acting = [mark for mark in marks if mark.label != BACKGROUND and mark.start <= time < mark.end + NEAR]
    quiet = [mark for mark in marks if mark.label == BACKGROUND and mark.start <= time < mark.end]
    return (acting[:1] or quiet[:1] or [None])[0]


def alarms_of(marks, actions):
    for action in actions:
        if not any(fits(action, mark) for mark in marks):
            mark = during(marks, action.start)
            if mark:
                yield Alarm(action.label, mark.source, mark.label, action.start)


def rate(alarms, marks):
    """Alarms an hour of what the marks cover -> rate, low, high, hours: by drawing their sources again.

    No alarm in H hours is compatible with up to 3 / H an hour (the rule of three).
    """
    hours = sum(mark.end - mark.start for mark in marks) / HOUR
    if not alarms:
        return 0.0, 0.0, NONE_SEEN / hours, hours
    sources = [mark.source for mark in marks] + [alarm.source for alarm in alarms]
    values = [0.0] * len(marks) + [1.0] * len(alarms)
    weights = [(mark.end - mark.start) / HOUR for mark in marks] + [0.0] * len(alarms)
    low, high, _ = interval(sources, values, weights)
    return len(alarms) / hours, low, high, hours


def share(answers):
    """Share of actions that were found -> share, low, high, number of sources"""
    found = [answer.found for answer in answers]
    return (float(np.mean(found)), *interval([answer.source for answer in answers], found))
