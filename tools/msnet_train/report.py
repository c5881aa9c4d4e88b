# SPDX-License-Identifier: LGPL-2.1-or-later
"""The training as one HTML file that needs nothing else: curves, classes, confusions, worst mistakes."""

import os

from msnet_evaluate import page, strip

from .files import write_atomically

WIDTH, HEIGHT, LEFT, BOTTOM = 520, 190, 44, 26
STEPS = 4
WORST = 12
FRAMES = 4
COLOURS = {"held out": "rgb(var(--right))", "learnt from": "rgb(var(--wrong))", "loss": "var(--quiet)"}


def scaled(points, most_x, most_y):
    for x, y in points:
        yield LEFT + x / most_x * (WIDTH - LEFT - 8), HEIGHT - BOTTOM - y / most_y * (HEIGHT - BOTTOM - 8)


def line(name, points, most_x, most_y):
    places = ["%.1f,%.1f" % place for place in scaled(points, most_x, most_y)]
    dots = "".join('<circle cx="%s" cy="%s" r="2.5" fill="%s"/>' % (*place.split(","), COLOURS[name]) for place in places)
    return '<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>%s' % (" ".join(places), COLOURS[name], dots)


def axes(most_x, most_y):
    shown = []
    for step in range(STEPS + 1):
        ((x, y),) = scaled([(round(most_x * step / STEPS), most_y * step / STEPS)], most_x, most_y)
        shown.append('<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="var(--line)"/>' % (LEFT, WIDTH - 8, y, y))
        shown.append('<text x="%d" y="%.1f" text-anchor="end">%.2g</text>' % (LEFT - 6, y + 4, most_y * step / STEPS))
        shown.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x, HEIGHT - 8, round(most_x * step / STEPS)))
    return "".join(shown)


def chart(title, curves, most_y=None):
    """curves: name -> [(epoch, value)]"""
    curves = {name: points for name, points in curves.items() if points}
    if not curves:
        return ""
    most_x = max(1, max(x for points in curves.values() for x, _ in points))
    most_y = most_y or max(1e-6, max(y for points in curves.values() for _, y in points))
    key = "".join('<span><i style="background:%s"></i>%s</span>' % (COLOURS[name], page.text(name)) for name in curves)
    lines = "".join(line(name, points, most_x, most_y) for name, points in curves.items())
    return ('<figure class="curve"><figcaption>%s by epochs</figcaption><div class="key">%s</div>'
            '<svg viewBox="0 0 %d %d" role="img">%s%s</svg></figure>' % (
                page.text(title), key, WIDTH, HEIGHT, axes(most_x, most_y), lines))


def curves_of(run):
    """run: name and history of one training"""
    history = run["history"]
    shares = {name: [(past["epoch"], past[key]) for past in history if past[key] is not None]
              for name, key in (("held out", "held"), ("learnt from", "train"))}
    losses = {"loss": [(past["epoch"], past["loss"]) for past in history if past["loss"] is not None]}
    return '<h3>%s</h3><div class="curves">%s%s</div>' % (
        page.text(run["name"]), chart("Share of right answers", shares, 1.0), chart("Loss", losses))


def tiles(report):
    figures, shown = report["figures"], []
    if figures:
        trust = figures["top1_interval"]
        about = ["95 %% interval %s to %s" % tuple(map(page.percent, trust))] if trust else []
        shown.append(page.tile(page.percent(figures["top1"]), "of %d clips right" % figures["clips"], *about))
        shown.append(page.tile(page.percent(figures["mean_class_top1"]), "mean over %d classes" % len(figures["classes"]),
                               "%d sources that were held out" % figures["sources"]))
    shown.append(page.tile(report["clips"], "clips", "of %d classes" % report["classes"]))
    shown.append(page.tile(report["time"], "of training", report["device"]))
    return '<section class="tiles">%s</section>' % "".join(shown)


def film(kept):
    """Four frames of a kept clip."""
    return strip.join([kept.frames[index * (len(kept.frames) - 1) // (FRAMES - 1)] for index in range(FRAMES)])


def worst(judged, load):
    """The surest mistakes.  load: a clip's name to its kept frames"""
    wrong = sorted((record for record in judged if record["place"] > 0), key=lambda record: -record["margin"])[:WORST]
    return [dict(record, strip=film(load(record["clip"]))) for record in wrong]


STYLE = """
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 16px; }
.curve { margin: 12px 0 0; } .curve text { font-size: 11px; fill: var(--quiet); }
figcaption { font-weight: 600; } h3 { font-size: 15px; margin: 20px 0 0; } .curve svg { width: 100%; }
"""


def make(report):
    figures = report["figures"]
    measured = [page.classes(figures), page.confusions(figures), page.mistakes(report)] if figures else [
        '<div class="warning">Nothing was measured: no source could be held out.</div>']
    card = "".join("<tr><td>%s</td><td>%s</td></tr>" % (page.text(key), page.text(value))
                   for key, value in report["card"].items())
    body = "".join([tiles(report), page.warnings(report), "<h2>Curves</h2>", *map(curves_of, report["runs"]), *measured,
                    '<h2>Card</h2><table class="classes">%s</table>' % card])
    return page.whole("Training of %s" % report["card"]["name"], report["card"]["trained_on"], body, STYLE)


def write(path, report):
    text = make(report)
    write_atomically(path, lambda file: file.write(text.encode("utf-8", "replace")))
    return os.path.abspath(path)
