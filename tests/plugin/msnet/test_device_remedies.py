# SPDX-License-Identifier: LGPL-2.1-or-later
"""What messages about devices and settings tell a user to do works: each case is a pipeline with something wrong, and then the
same with what the message said, taken from its text.  Messages about drivers: test_drivers.py.

    test_device_remedies.py FAULTY POOR

FAULTY and POOR are layers (tests/layers/).
"""
import re
import sys
import tempfile

from test_drivers import SKIPPED, expect_error, expect_running, run

GPU = "Faulty 9000"
FAULTY, POOR = sys.argv[1:]


def run_here(folder, variables=None, device="auto"):
    return run(folder, {"POCL_CACHE_DIR": f"{folder}/kernels"} | (variables or {}), device)


def run_faulty(folder, device, devices="pthread basic", **variables):
    """A machine with a GPU on which nothing but the self-test builds.  @devices: pthread is the GPU, basic a CPU"""
    return run_here(folder, {"OPENCL_LAYERS": FAULTY, "MSNET_FAULT": "build", "POCL_DEVICES": devices} | variables, device)


def find(pattern, text):
    found = re.search(pattern, text)
    assert found, f"expected {pattern} in: {text}"
    return found[1]


def expect_quiet(outcome):
    expect_running(outcome)
    assert "WARNING" not in outcome[1], outcome[1]


def check_device_that_is_not_there(folder):
    """A pipeline that was written for another machine."""
    text = expect_error(run_here(folder, device="GeForce"), 'no OpenCL device fits "GeForce"', "Choose one of these")
    expect_quiet(run_here(folder, device=find(r"\n(\d+:\d+) ", text)))


def check_gpu_that_auto_passes_over(folder):
    """An old driver: the warning comes at every start."""
    outcome = run_faulty(folder, "auto")
    expect_running(outcome)
    expect_quiet(run_faulty(folder, find(rf"GPU {GPU} is not used: [^$]*; device=(\S+) starts without", outcome[1])))


def check_gpu_that_was_asked_for(folder):
    text = expect_error(run_faulty(folder, "gpu"), f"{GPU} does not run the network")
    expect_quiet(run_faulty(folder, find(r'set the property "device" to another one, such as (\S+)\)', text)))


def check_gpu_without_a_cpu_device(folder):
    """The GPU's driver is all that is installed: to be told to use the CPU would not help."""
    for device in ("auto", "gpu"):
        text = expect_error(run_faulty(folder, device, devices="pthread"), "apt-get install pocl-opencl-icd")
        assert "device=cpu" not in text and "such as cpu" not in text, text
    expect_running(run_faulty(folder, "auto", devices="pthread basic"))  # PoCL was installed


def check_processor_without_bfloat16(folder):
    poor = {"OPENCL_LAYERS": POOR}
    outcome = run_here(folder, poor, "auto precision=bf16")
    expect_running(outcome)
    used = find(r"precision=bf16: .* has no units for bfloat16 .*; (\S+) is used", outcome[1])
    expect_quiet(run_here(folder, poor, f"auto precision={used}"))


def check_plan_of_another_version(folder):
    expect_error(run_here(folder, {"MSNET_PLAN": "fastest"}), 'found "fastest"; unset it')
    expect_quiet(run_here(folder, {"MSNET_PLAN": ""}))


def check_window_in_milliseconds(folder):
    text = expect_error(run_here(folder, device="auto window=1000"), 'set the property "window"')
    shortest = find(r"expected from (\d+) ns", text)
    expect_running(run_here(folder, device=f"auto window={shortest}"))


def main():
    with tempfile.TemporaryDirectory() as folder:
        if GPU not in run_faulty(folder, "gpu")[1]:
            print("the OpenCL loader knows no layers (ocl-icd does from 2.3 on), or the CPU is not PoCL's")
            return SKIPPED
        for check in [check for name, check in globals().items() if name.startswith("check_")]:
            check(folder)
            print(check.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
