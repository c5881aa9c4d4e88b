# SPDX-License-Identifier: LGPL-2.1-or-later
"""The picture of how soon a change is noticed."""

import matplotlib

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.hashsalt": "msnet", "font.family": "DejaVu Sans", "font.size": 10})

from matplotlib import pyplot  # noqa: E402

WAYS = (("isolated windows", "#d98200", "o"), ("stream", "#0072b2", "s"))
TITLES = {"25": "25 frames a second", "12-irregular": "12 a second, irregular, with gaps",
          "25-stalls": "25 a second, stalls of a third of a second", "5": "5 a second: fewer than points"}


def draw(path, curves):
    """curves: cadence -> (seconds since the change [S], shares of right answers [S, 2] of isolated windows and streams)."""
    rows = -(-len(curves) // 2)
    figure, panels = pyplot.subplots(rows, 2, figsize=(8.6, 3.1 * rows), sharex=True, sharey=True, squeeze=False)
    for panel, (cadence, (times, shares)) in zip(panels.flat, curves.items()):
        for (name, colour, marker), share in zip(WAYS, shares.T):
            panel.plot(times, share, color=colour, marker=marker, markersize=3.5, label=name)
        panel.set_title(TITLES[cadence], fontsize=10)
        panel.set_xlim(0, times[-1] + times[0])
        panel.set_ylim(0, 1.02)
        panel.grid(color="#d9dee4")
        panel.spines[["top", "right"]].set_visible(False)
    for panel in panels[-1]:
        panel.set_xlabel("seconds since the change")
    for panel in panels[:, 0]:
        panel.set_ylabel("share of right answers")
    panels[0][0].legend(loc="lower right", frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None, dpi=100)
