# SPDX-License-Identifier: LGPL-2.1-or-later
"""Figures as tables, for the terminal and for the page."""

from . import goals
from .cases import NETWORKS
from .engines import TITLES

WORDS = 3  # columns that are words; the others are figures


def best_peer(row):
    """-> milliseconds, None where no peer has this precision."""
    return min((time for engine, time in row["times"].items() if engine not in ("msnet", "before") and time), default=None)


def ratio(row):
    """Time of this engine over that of the best peer; None where either is missing."""
    ours, theirs = row["times"].get("msnet"), best_peer(row)
    return ours / theirs if ours and theirs else None


def of_backbone(row, rows):
    """Time of MSNet over that of TSM, in this engine."""
    for other in rows:
        if (row["network"], other["network"]) == ("msnet", "tsm") and row["precision"] == other["precision"]:
            ours, backbone = row["times"].get("msnet"), other["times"].get("msnet")
            return ours / backbone if ours and backbone else None
    return None


def figure(value, pattern="%.2f"):
    return pattern % value if value is not None else ""


def verdict(value, goal):
    """A ratio, marked where it misses its goal."""
    missed = value is not None and goal is not None and round(value, 2) > goal
    return figure(value) + (" !" if missed else "")


def differs(row):
    """Whether an engine's logits are not those of the network."""
    return row["precision"] == "f32" and max(row["errors"].values(), default=0) > goals.ERROR


def shown(cases):
    """The engines that get a column: another version of msnet only if it was measured."""
    measured = {engine for case in cases for row in case["rows"] for engine in row["times"]}
    return [engine for engine in TITLES if engine != "before" or engine in measured]


def header(columns):
    return ["case", "network", "precision", *("%s, ms" % TITLES[engine] for engine in columns), "ratio", "goal",
            "of its TSM", "goal", "logits"]


def cells(kind, case, row, columns):
    goal, whole = goals.ratio(kind, row["precision"], case["name"]), of_backbone(row, case["rows"])
    of_goal = goals.of_backbone(row["network"], row["precision"], case["name"])
    return [case["title"], NETWORKS[row["network"]], row["precision"],
            *(figure(row["times"].get(engine), "%.1f") for engine in columns),
            verdict(ratio(row), goal), figure(goal), verdict(whole, of_goal), figure(of_goal),
            figure(row["errors"].get("msnet"), "%.0e") + (" DIFFERS" if differs(row) else "")]


def lines(kind, cases):
    """The header, and every row of every case, as lists of words."""
    columns = shown(cases)
    return [header(columns)] + [cells(kind, case, row, columns) for case in cases for row in case["rows"]]


def text(kind, cases):
    rows = lines(kind, cases)
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) if column < WORDS else cell.rjust(width)
                               for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def markdown(kind, cases):
    head, *rows = lines(kind, cases)
    rule = ["---"] * WORDS + ["---:"] * (len(head) - WORDS)
    return "\n".join("| %s |" % " | ".join(row) for row in [head, rule, *rows])
