# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command: measures the cases, prints the table, writes the page."""

import argparse
import datetime
import os
import pathlib
import sys
import tempfile

import numpy as np

from . import cases, engines, machine, onnx_network, page, rounds, table
from .progress import Progress

QUICK = 3  # samples
SHORT = 3  # times as many samples of a single frame


def parse():
    parser = argparse.ArgumentParser(prog="bench/compare", description="Times msnet, ONNX Runtime and OpenVINO on the "
                                     "same networks, turn by turn, and writes docs/performance.md.")
    names = ",".join(case.name for case in cases.ALL)
    parser.add_argument("--cases", default=names, help="some of %s; or model files" % names)
    parser.add_argument("--samples", type=int, default=12,
                        help="of each engine (12); of a single frame three times as many")
    parser.add_argument("--quick", action="store_true", help="three samples; writes nothing")
    parser.add_argument("--cpu-time", action="store_true", help="count the time of the cores, not of the clock, for a "
                        "machine that does other work as well; writes nothing")
    parser.add_argument("--no-write", action="store_true", help="only print the table")
    parser.add_argument("--before", metavar="FOLDER", help="a build folder of another version, which is timed beside this "
                        "one; writes nothing")
    return parser.parse_args()


def open_engines(case, folder, cpu_time, before):
    """-> (network, its engines) of a case; every engine is ready to run."""
    model = case.make(folder / "model.safetensors")
    opened = []
    for network, path in cases.variants(model, folder).items():
        graph = folder / (network + ".onnx")
        size = onnx_network.export(str(path), str(graph), case.frames)
        values = np.random.default_rng(1).standard_normal((case.frames, 3, size, size)).astype(np.float32)
        (folder / "input").write_bytes(np.ascontiguousarray(values.transpose(0, 2, 3, 1)).tobytes())
        opened.append((network, engines.open_all(path, graph, case.frames, values, folder / "input", cpu_time, before)))
    return opened


def compare_logits(members):
    """-> the largest difference to ONNX Runtime's, relative to the largest logit, by (engine, precision)."""
    expected = next(engine for engine in members if engine.name == "onnxruntime").logits()
    return {(engine.name, engine.precision): float(np.abs(engine.logits() - expected).max() / np.abs(expected).max())
            for engine in members if engine.name != "onnxruntime"}


def make_rows(opened, times):
    """A row for each network and precision.  times: of the engines in the order in which they were opened."""
    rows, remaining = [], iter(times)
    for network, members in opened:
        errors = compare_logits(members)
        found = [(engine, next(remaining)) for engine in members]
        for precision in ("f32", "bf16"):
            taken = {engine.name: time for engine, time in found if engine.precision == precision}
            if taken:
                rows.append({"network": network, "precision": precision, "times": taken,
                             "errors": {name: error for (name, of), error in errors.items() if of == precision}})
    return rows


def measure_case(case, samples, cpu_time, before, progress):
    """-> the figures of a case, and the device that msnet ran on."""
    progress.begin(case.title)
    with tempfile.TemporaryDirectory() as name:
        opened = open_engines(case, pathlib.Path(name), cpu_time, before)
        members = [engine for _, group in opened for engine in group]
        meter = members[0]
        times, peak = rounds.measure(members, meter, samples, lambda share: progress.advance(case.seconds * share))
        rows, device = make_rows(opened, times), meter.device
        for engine in members:
            engine.close()
    return {"name": case.name, "title": case.title, "date": datetime.date.today().isoformat(),
            "commit": machine.commit(), "peak": peak, "samples": samples, "rows": rows}, device


def measure_all(chosen, samples, cpu_time, before):
    progress = Progress(sum(case.seconds for case in chosen))
    found = []
    for case in chosen:
        figures, device = measure_case(case, samples * (SHORT if case.frames == 1 else 1), cpu_time,
                                       before, progress)
        found.append(figures)
    progress.close()
    return found, device


def is_complete(figures):
    return all(time is not None for row in figures["rows"] for time in row["times"].values())


def write_page(kind, found, device):
    """Cases that were measured in full; what the page has of others stays."""
    names = [case.name for case in cases.ALL]
    complete = [figures for figures in found if figures["name"] in names and is_complete(figures)]
    if not complete:
        return
    page.write(kind, {"machine": machine.describe(), "versions": {"OpenCL device": device, **engines.versions()},
                      "command": "bench/compare", "cases": complete})
    print("wrote %s" % os.path.relpath(page.PAGE))


def main():
    arguments = parse()
    if engines.openvino is None:
        print("OpenVINO is not installed: ONNX Runtime is the only peer", file=sys.stderr)
    chosen = cases.choose(arguments.cases.split(","))
    samples = QUICK if arguments.quick else arguments.samples
    found, device = measure_all(chosen, samples, arguments.cpu_time, arguments.before)
    kind = machine.kind()
    print(table.text(kind, found))
    if not (arguments.no_write or arguments.quick or arguments.cpu_time or arguments.before):
        write_page(kind, found, device)
    disturbed = [figures["name"] for figures in found if not is_complete(figures)]
    if disturbed:
        print("other work slowed the cores: repeat with --cases=%s" % ",".join(disturbed), file=sys.stderr)
    if any(table.differs(row) for figures in found for row in figures["rows"]):
        sys.exit("logits differ by more than %.0e: the engines do not run the same network" % table.goals.ERROR)


if __name__ == "__main__":
    main()
