# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was decided, and why."""


class Decisions:
    """Keeps (what, value, why) in order; an option overrules every proposal."""

    def __init__(self, options):
        self.options, self.made = options, []

    def note(self, what, value, why):
        self.made.append((what, value, why))
        return value

    def choose(self, what, *proposals):
        """The option of that name, else the first of the proposals (value, why) that has a value."""
        if self.options.get(what) is not None:
            return self.note(what, self.options[what], "as the option says")
        for value, why in proposals:
            if value is not None:
                return self.note(what, value, why)
        return None

    def lines(self):
        width = max((len(what) for what, _, _ in self.made), default=0)
        values = [text(value) for _, value, _ in self.made]
        column = min(28, max(map(len, values), default=0))
        return ["%-*s  %-*s  %s" % (width, what, column, value, why)
                for (what, _, why), value in zip(self.made, values)]


def text(value):
    return "%g" % value if isinstance(value, float) else str(value)
