# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ratios as bars, a panel for each kind of machine, with marks where the goals are."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

from . import goals, machine, table  # noqa: E402
from .cases import NETWORKS  # noqa: E402

COLOURS = {"f32": "#0072b2", "bf16": "#d98200"}
INK, PALE = "#1f2933", "#7b8794"
BAR = 0.8  # of the room of a row
GAP = 0.6  # rows between cases
ROW = 0.21  # inches
WIDTH = 8  # inches
EDGES = 1.0  # inches above and below the rows of a panel


def layout(cases):
    """-> (place, case, row) of every bar, from the top down."""
    place, bars = 0.0, []
    for case in cases:
        for row in case["rows"]:
            if table.ratio(row) is not None:
                bars.append((place, case, row))
                place += 1
        place += GAP
    return bars


def label(case, row, precisions):
    words = [case["title"], NETWORKS[row["network"]]] + ([row["precision"]] if len(precisions) > 1 else [])
    return ", ".join(words)


def draw_bars(axes, kind, bars):
    for place, case, row in bars:
        value = table.ratio(row)
        axes.barh(place, value, BAR, color=COLOURS[row["precision"]])
        axes.text(0.01, place, "%.2f" % value, va="center", ha="left", color="white", fontsize=7.5)
        goal = goals.ratio(kind, row["precision"], case["name"])
        if goal is not None:
            axes.plot([goal, goal], [place - 0.5, place + 0.5], color=INK, linewidth=2.2)


def draw_panel(axes, kind, record):
    bars = layout(record["cases"])
    precisions = {row["precision"] for _, _, row in bars}
    draw_bars(axes, kind, bars)
    axes.axvline(1, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_yticks([place for place, _, _ in bars], [label(case, row, precisions) for _, case, row in bars],
                    fontsize=8)
    axes.set_ylim(bars[-1][0] + 0.8, -0.8)
    axes.set_xlim(0, max(1.1, *(table.ratio(row) + 0.05 for _, _, row in bars)))
    axes.set_title(machine.KINDS[kind][1], fontsize=9, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=8, colors=PALE)
    axes.spines[["top", "right", "left"]].set_visible(False)


def add_legend(figure, records):
    found = {row["precision"] for record in records.values() for case in record["cases"] for row in case["rows"]
             if table.ratio(row) is not None}
    handles = [plt.Rectangle((0, 0), 1, 1, color=colour, label=precision)
               for precision, colour in COLOURS.items() if precision in found]
    handles.append(plt.Line2D([], [], color=INK, linewidth=2.2, label="goal"))
    handles.append(plt.Line2D([], [], color=INK, linewidth=0.8, linestyle=(0, (4, 3)), label="the best peer"))
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=8)


def draw(records, path):
    """records: by kind of machine; those without a ratio have no panel."""
    shown = {kind: record for kind, record in records.items() if layout(record["cases"])}
    if not shown:
        return
    matplotlib.rcParams.update({"svg.hashsalt": "msnet", "font.family": "DejaVu Sans"})
    heights = [EDGES + ROW * layout(record["cases"])[-1][0] for record in shown.values()]
    figure, panels = plt.subplots(len(shown), 1, figsize=(WIDTH, EDGES + sum(heights)), squeeze=False,
                                  height_ratios=heights, layout="constrained")
    for axes, (kind, record) in zip(panels[:, 0], shown.items()):
        draw_panel(axes, kind, record)
    figure.suptitle("Time of msnet over time of the faster of ONNX Runtime and OpenVINO", fontsize=10, color=INK)
    add_legend(figure, shown)
    figure.savefig(path, metadata={"Date": None} if str(path).endswith(".svg") else None, dpi=110)
