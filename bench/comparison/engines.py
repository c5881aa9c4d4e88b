# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engines, all with one face: `precision`, `run ()`, `sample (meter)` and `logits ()`.

A sample is (milliseconds, GFLOP/s of the cores' peak taken just before it).  Each has as many threads as there are
cores, which do not spin while they wait.
"""

import pathlib
import subprocess
import time

import numpy as np
import onnxruntime

from . import machine

try:
    import openvino
except ImportError:
    openvino = None

TITLES = {"msnet": "msnet", "before": "before", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}


def cpu_clock():
    """Seconds that the cores spent on this process, on average."""
    return time.process_time() / machine.cores()


def program_of(build):
    return pathlib.Path(build) / "bench" / "network"


def our_precisions(build):
    """Those that the program offers."""
    text = subprocess.run([str(program_of(build)), "--help"], capture_output=True, text=True, check=True).stdout
    return ["f32", "bf16"] if "--precision" in text else ["f32"]


class Ours:
    """bench/network, which does what it is told line by line; also the meter of the machine's peak."""

    def __init__(self, name, build, model, frames, precision, input_path, cpu_time):
        self.name = name
        self.precision = precision
        self.program = program_of(build)
        self.logits_path = input_path.parent / ("logits-%s-%s-%s" % (name, model.stem, precision))
        command = [str(self.program), str(model), "--follow", "--frames=%d" % frames, "--input=%s" % input_path,
                   "--logits=%s" % self.logits_path] + ["--cpu-time"] * cpu_time
        command += ["--precision=%s" % precision] * ("bf16" in our_precisions(build))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.device = self.ask("device")  # answered once kernels are chosen, by timing: nobody may work meanwhile

    def ask(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("%s ended with status %s" % (" ".join(self.process.args), self.process.wait()))
        return line.strip()

    def peak(self):
        return float(self.ask("peak"))

    def run(self):
        self.ask("sample")

    def sample(self, meter):
        milliseconds, peak = self.ask("sample").split()
        return float(milliseconds), float(peak)

    def logits(self):
        return np.fromfile(self.logits_path, np.float32)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Peer:
    """An engine in this process.  infer: takes nothing, returns the logits."""

    def __init__(self, name, precision, infer, cpu_time):
        self.name = name
        self.precision = precision
        self.infer = infer
        self.clock = cpu_clock if cpu_time else time.monotonic

    def run(self):
        self.infer()

    def sample(self, meter):
        peak = meter.peak()
        start = self.clock()
        self.infer()
        return (self.clock() - start) * 1e3, peak

    def logits(self):
        return np.array(self.infer()).ravel()

    def close(self):
        self.infer = None


def open_onnxruntime(path, values):
    """-> a function that runs the network on `values`."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = machine.cores()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"input": values})[0]


def open_openvino(path, values, precision):
    """-> a function that runs the network on `values`."""
    hints = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": machine.cores(),
             "INFERENCE_PRECISION_HINT": precision}
    request = openvino.Core().compile_model(str(path), "CPU", hints).create_infer_request()
    return lambda: request.infer([values], share_inputs=True, share_outputs=True)[0]


def peer_precisions():
    """Of OpenVINO on this machine; none where it is not installed."""
    if openvino is None:
        return []
    offered = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ["f32"] + ["bf16"] * ("BF16" in offered)


def open_all(model, graph, frames, values, input_path, cpu_time, before):
    """Every engine on one network, ours first.  values: [T, 3, S, S]; input_path: the same as [T, S, S, 3]; before: the
    build folder of another version, or None."""
    builds = {"msnet": machine.ROOT / "build"} | ({"before": before} if before else {})
    engines = [Ours(name, build, model, frames, precision, input_path, cpu_time)
               for name, build in builds.items() for precision in our_precisions(build)]
    engines.append(Peer("onnxruntime", "f32", open_onnxruntime(graph, values), cpu_time))
    engines += [Peer("openvino", precision, open_openvino(graph, values, precision), cpu_time)
                for precision in peer_precisions()]
    return engines


def versions():
    """Of the peers."""
    found = {"ONNX Runtime": onnxruntime.__version__}
    if openvino is not None:
        found["OpenVINO"] = openvino.__version__.partition("-")[0]
    return found
