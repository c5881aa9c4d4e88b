# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/performance.md, put together from one file of figures for each kind of machine."""

import json
import textwrap

from . import cases, machine, picture, table
from .machine import ROOT

FIGURES = ROOT / "docs" / "performance"
PAGE = ROOT / "docs" / "performance.md"
WIDTH = 109
PICTURE = ROOT / "docs" / "images" / "performance.svg"

HEAD = """# Performance

How long the network takes, from prepared frames to logits, beside ONNX Runtime and OpenVINO with the same
weights and frames on the same cores. `bench/compare` measures this and writes this page. Each kind of
machine keeps the figures of its last run. What a whole pipeline costs is on [another page](costs.md).

![Time of msnet over time of the fastest peer](images/performance.svg)

- *TSN* is the backbone alone, *TSM* the backbone with temporal shift, *MSNet* with shift and MotionSqueeze.
  All but `motion` have random weights and see 224 x 224. `motion` is the shipped model, a ResNet-18
  with half the channels that sees 160 x 160.
- In clips the peers must copy for the shift. The rows of TSN show the ratio without these copies.
- Networks that see one frame are causal. msnet runs them as live streams: it reads what it kept of the frame
  before, and keeps what the next frame needs. The peers compute a first frame, to which the shift brings
  zeros; weights of zero stand for these, which costs the peers nothing.
- Engines take turns in one run, three samples each. Each has one thread a core, which sleeps while others
  work, and an untimed run wakes it. Before each sample the peak of the cores is measured (multiply-adds,
  through OpenCL). Samples at less than 0.8 of the best peak do not count. Of the others the best one does.
- Profile of the mobile networks on one core of the Zen 4 (`bench/kernels --cpu-time --only=mb`, or `lite`,
  with `POCL_MAX_PTHREAD_COUNT=1`; 8 frames, f32), as shares of the peak: the stem 0.57; blocks at 112 x 112
  0.52 and 0.71, at 56 x 56 0.73 to 0.80, at 28 x 28 and 14 x 14 0.81 to 0.88; 1x1 layers at 7 x 7 0.80 to
  0.94. A single frame takes one core about as long as an eighth of a clip (`bench/network --cpu-time`).
- `ratio` is the time of msnet over that of the fastest peer at the same precision. `of its TSM` is the time
  of MSNet over that of TSM, both in msnet. `!` marks a missed goal. `logits` is the largest difference to
  the logits of ONNX Runtime (f32), relative to the largest logit.
"""


def load():
    """-> what was measured, by kind of machine, in the order of KINDS."""
    paths = {kind: FIGURES / (kind + ".json") for kind in machine.KINDS}
    return {kind: json.loads(path.read_text()) for kind, path in paths.items() if path.exists()}


def merge(old, new):
    """The cases of `new`, and those of `old` that were not measured again, unless machine or versions are others."""
    if old is None or (old["machine"], old["versions"]) != (new["machine"], new["versions"]):
        return new
    measured = {case["name"]: case for case in [*old["cases"], *new["cases"]]}
    return dict(new, cases=[measured[case.name] for case in cases.ALL if case.name in measured])


def group(measured, describe):
    """What `describe` says of the cases, with their names where it says different things."""
    found = {}
    for case in measured:
        found.setdefault(describe(case), []).append(case["name"])
    if len(found) == 1:
        return next(iter(found))
    return ", ".join("%s (%s)" % (words, ", ".join(names)) for words, names in found.items())


def fill(text):
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def section(kind, record):
    measured = record["cases"]
    versions = ", ".join("%s %s" % item for item in record["versions"].items())
    peak = max(case["peak"] for case in measured)
    when = group(measured, lambda case: "%s at commit %s" % (case["date"], case["commit"]))
    samples = group(measured, lambda case: str(case["samples"]))
    return "\n".join([
        "## " + machine.KINDS[kind][1], "",
        fill("%s; peak %.0f GFLOP/s. %s." % (record["machine"], peak, versions)),
        fill("Measured %s with `%s`; best of %s." % (when, record["command"], samples)), "",
        table.markdown(kind, measured), ""])


def write(kind, record):
    """Adds the figures of this machine and writes everything anew."""
    merged = merge(load().get(kind), record)
    FIGURES.mkdir(parents=True, exist_ok=True)
    (FIGURES / (kind + ".json")).write_text(json.dumps(merged, indent=1) + "\n")
    records = load()
    PAGE.write_text("\n".join([HEAD, *(section(kind, record) for kind, record in records.items())]))
    picture.draw(records, PICTURE)
