"""Times this engine and ONNX Runtime on the same network, weights and frames, turn by turn in one run.

Run it through bench/compare, which sets up what it needs.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import onnxruntime

import onnx_network

FULL_SPEED = 0.8  # samples at less of the best peak do not count
REST = 0.04  # seconds in which the other engine's threads fall asleep


def cpu_clock():
    """Seconds that the cores spent on this process, on average."""
    return time.process_time() / len(os.sched_getaffinity(0))


class Engine:
    """bench/network, which takes a sample for each line that it is sent."""

    def __init__(self, program, model, frames, folder, values, cpu_time):
        self.logits_path = folder / "logits"
        (folder / "input").write_bytes(np.ascontiguousarray(values.transpose(0, 2, 3, 1)).tobytes())
        command = [program, model, "--follow", "--frames=%d" % frames, "--input=%s" % (folder / "input"),
                   "--logits=%s" % self.logits_path] + ["--cpu-time"] * cpu_time
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def sample(self):
        """-> milliseconds, peak in GFLOP/s."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("the engine ended with status %s" % self.process.wait())
        return [float(word) for word in line.split()]

    def logits(self):
        return np.fromfile(self.logits_path, np.float32)


class Runtime:
    """ONNX Runtime on as many threads as there are cores, which do not spin while they wait."""

    def __init__(self, path, values, cpu_time):
        options = onnxruntime.SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.values = {"input": values}
        self.clock = cpu_clock if cpu_time else time.monotonic

    def sample(self):
        start = self.clock()
        self.session.run(None, self.values)
        return (self.clock() - start) * 1e3

    def logits(self):
        return self.session.run(None, self.values)[0]


def measure(engine, runtime, samples):
    """-> best milliseconds of both, and the best peak; a pair counts where its peak was near the best."""
    rows = []
    for _ in range(samples):
        time.sleep(REST)
        milliseconds, peak = engine.sample()
        time.sleep(REST)
        rows.append((milliseconds, runtime.sample(), peak))
    best = max(row[2] for row in rows)
    kept = [row for row in rows if row[2] >= FULL_SPEED * best]
    return min(row[0] for row in kept), min(row[1] for row in kept), best


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--samples", type=int, default=15)
    parser.add_argument("--cpu-time", action="store_true", help="count the time of the cores, not of the clock")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        size = onnx_network.export(arguments.model, str(folder / "model.onnx"), arguments.frames)
        shape = (arguments.frames, 3, size, size)
        values = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
        runtime = Runtime(folder / "model.onnx", values, arguments.cpu_time)
        engine = Engine(arguments.program, arguments.model, arguments.frames, folder, values,
                        arguments.cpu_time)
        engine.sample()
        runtime.sample()
        ours, theirs, peak = measure(engine, runtime, arguments.samples)
        expected, found = runtime.logits(), engine.logits()
    error = np.abs(expected - found).max() / np.abs(expected).max()
    print("peak %.0f GFLOP/s; engine %.1f ms, ONNX Runtime %.1f ms: ratio %.2f; logits differ by %.1e of the largest"
          % (peak, ours, theirs, ours / theirs, error))


if __name__ == "__main__":
    main()
