# SPDX-License-Identifier: LGPL-2.1-or-later
"""The report as one HTML file that needs nothing else: figures, classes, confusions, worst mistakes."""

import base64
import html
import io
import os

import numpy as np
from PIL import Image

from . import measures

MOST_ROWS = 24
MOST_IN_TABLE = 32
MOST_PAIRS = 15
RIGHT, WRONG = (37, 99, 235), (217, 95, 14)
STRONG = 0.7


def text(value):
    return html.escape(str(value), quote=True)


def percent(value):
    return "%.1f %%" % (100 * value)


def tile(value, *about):
    return '<div class="tile"><b>%s</b>%s</div>' % (text(value), "".join("<span>%s</span>" % text(line) for line in about))


def tiles(figures):
    seconds, interval = figures["seconds"], figures["top1_interval"]
    trust = ["95 %% interval %s to %s" % tuple(map(percent, interval))] if interval else []
    shown = [tile(percent(figures["top1"]), "of %d clips right (top-1)" % figures["clips"], *trust)]
    if figures["answers"] > 5:
        shown.append(tile(percent(figures["top5"]), "have the right class in the best five"))
    shown.append(tile(percent(figures["mean_class_top1"]), "mean over %d classes" % len(figures["classes"]),
                      "%d sources of clips" % figures["sources"]))
    shown.append(tile("%.2f s" % seconds["mean"], "a clip, %.2f s in the element" % seconds["element_mean"],
                      "median %.2f s" % seconds["median"]))
    return '<section class="tiles">%s</section>' % "".join(shown)


def warnings(report):
    """What is missing."""
    shown = []
    if not report["complete"]:
        shown.append('<div class="warning">Ended early: %d of %d clips were measured. <code>--resume</code> goes on.</div>' % (
            report["figures"]["clips"], report["asked"]))
    notes = ["<li>%s</li>" % text(note) for note in measures.notes_of(report)]
    if notes:
        shown.append('<div class="warning"><ul>%s</ul></div>' % "".join(notes))
    if report["left_out"]:
        rows = "".join("<li>%s: %s</li>" % (text(entry["clip"]), text(entry["why"])) for entry in report["left_out"])
        shown.append('<details class="warning"><summary>%d clips were left out</summary><ul>%s</ul></details>' % (
            len(report["left_out"]), rows))
    return "".join(shown)


def bar(share):
    return '<div class="groove"><span class="bar" style="width:%.1f%%"></span></div>' % (100 * share)


def class_row(found, five):
    return ('<tr><td>%s</td><td class="track">%s</td><td class="number">%s</td>%s<td class="number">%d</td>'
            '<td class="quiet">%s</td></tr>' % (
                text(found["class"]), bar(found["top1"]), percent(found["top1"]),
                '<td class="number">%s</td>' % percent(found["top5"]) if five else "", found["clips"],
                text(found["taken_for"] or "")))


def class_table(entries, five):
    head = ('<tr><th>class</th><th class="track"></th><th class="number">top-1</th>%s<th class="number">clips</th>'
            "<th>mostly taken for</th></tr>" % ('<th class="number">top-5</th>' if five else ""))
    rows = "".join(class_row(found, five) for found in entries)
    return '<div class="wide"><table class="classes">%s%s</table></div>' % (head, rows)


def classes(figures):
    five, entries = figures["answers"] > 5, sorted(figures["classes"], key=lambda entry: entry["top1"])
    shown = ['<h2>Classes</h2><p class="quiet">The least right first.</p>', class_table(entries[:MOST_ROWS], five)]
    if len(entries) > MOST_ROWS:
        shown.append("<details><summary>%d more</summary>%s</details>" % (
            len(entries) - MOST_ROWS, class_table(entries[MOST_ROWS:], five)))
    return "".join(shown)


def cell(count, total, kind):
    if not count:
        return "<td></td>"
    share = 0.12 + 0.88 * count / total
    return '<td class="%s%s" style="--share:%.2f">%d</td>' % (kind, " strong" if share > STRONG else "", share, count)


def matrix(table):
    head = "".join("<th><span>%s</span></th>" % text(label) for label in table["labels"])
    rows = []
    for index, (label, counts) in enumerate(zip(table["labels"], table["counts"])):
        if not any(counts):
            continue
        cells = (cell(count, sum(counts), "right" if column == index else "wrong") for column, count in enumerate(counts))
        rows.append("<tr><th>%s</th>%s</tr>" % (text(label), "".join(cells)))
    return '<div class="wide"><table class="matrix"><thead><tr><th></th>%s</tr></thead><tbody>%s</tbody></table></div>' % (
        head, "".join(rows))


def map_of(table):
    """The same for many classes: one pixel a pair."""
    counts = np.array(table["counts"], float)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    pixels = np.zeros((*shares.shape, 4), np.uint8)
    pixels[..., :3] = WRONG
    pixels[np.arange(len(shares)), np.arange(len(shares)), :3] = RIGHT
    pixels[..., 3] = np.where(shares > 0, 40 + 215 * np.sqrt(shares), 0)
    data = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(data, "PNG")
    return '<img class="map" alt="confusion matrix" src="data:image/png;base64,%s">' % base64.b64encode(data.getvalue()).decode()


def confusions(figures):
    table = figures["confusion"]
    few = len(table["labels"]) <= MOST_IN_TABLE
    shown = ["<h2>Which class is taken for which</h2>", '<div class="key"><span>rows: right class; columns: answer</span>'
             '<span><i style="background:rgb(var(--right))"></i>right</span>'
             '<span><i style="background:rgb(var(--wrong))"></i>wrong; the fuller, the larger the share of its row</span></div>',
             matrix(table) if few else map_of(table)]
    pairs = measures.confused_most(table)[:MOST_PAIRS]
    if pairs and not few:
        rows = "".join('<tr><td>%s</td><td>%s</td><td class="number">%d</td></tr>' % (text(a), text(b), n) for a, b, n in pairs)
        shown.append('<table class="classes"><tr><th>right</th><th>answer</th><th class="number">clips</th></tr>%s</table>' % rows)
    return "".join(shown)


def score(label, value, right, answer):
    kind = "right" if label == right else "wrong" if label == answer else "other"
    return '<div class="score %s"><span title="%s">%s</span>%s<span>%.2f</span></div>' % (
        kind, text(label), text(label), bar(value), value)


def mistake(entry):
    shown = dict(entry["best"][:3])
    shown.setdefault(entry["class"], entry["right_score"])
    picture = '<img alt="four frames of the clip" src="%s">' % entry["strip"] if entry.get("strip") else ""
    rows = "".join(score(label, value, entry["class"], entry["answer"]) for label, value in shown.items())
    return '<div class="mistake">%s<div><p class="said">%s, answered %s</p>%s<p class="quiet">%s</p></div></div>' % (
        picture, text(entry["class"]), text(entry["answer"]), rows, text(entry["clip"]))


def mistakes(report):
    if not report["worst"]:
        return "<h2>Mistakes</h2><p>None.</p>"
    return '<h2>Worst mistakes</h2><p class="quiet">Those in which the score of the answer lies farthest above that of the ' \
           'right class: its bar is <span style="color:rgb(var(--right))">blue</span>.</p>' \
           '<section class="mistakes">%s</section>' % "".join(map(mistake, report["worst"]))


def footer(report):
    models = ", ".join("%s (SHA-256 %s)" % (model["name"], model["sha256"][:16]) for model in report["models"])
    return "<footer><p>Models: %s. Device: %s, %s. %s.</p><p><code>%s</code></p></footer>" % (
        text(models), text(report["device"]), text(report["precision"]), text(report["date"]), text(report["command"]))


def whole(title, about, body, more_style=""):
    """The page around its sections."""
    with open(os.path.join(os.path.dirname(__file__), "page.css"), encoding="utf-8") as style:
        style = style.read() + more_style
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            '<title>%s</title><style>%s</style></head>\n<body><main><h1>%s</h1><p class="quiet">%s</p>%s</main></body></html>\n' % (
                text(title), style, text(title), text(about), body))


def make(report):
    title = "%s on %s" % (" + ".join(model["name"] for model in report["models"]), report["data"])
    figures = report["figures"]
    body = "".join([tiles(figures), warnings(report), classes(figures), confusions(figures), mistakes(report), footer(report)])
    return whole(title, report["protocol"], body)
