# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-plan with options that do not fit the model: it says so, and what it says to do works.

    test_msnet_plan.py PROGRAM      exit 77 without an OpenCL device
"""
import os
import pathlib
import subprocess
import sys

MODELS = pathlib.Path(os.environ["MSNET_TEST_MODELS"])


def run(name, *options):
    return subprocess.run([sys.argv[1], *options, MODELS / f"tiny-{name}.safetensors"], capture_output=True, text=True,
                          check=False)


def expect_plan(name, *options):
    found = run(name, *options)
    assert found.returncode == 0, found
    assert "layer1.0.conv1" in found.stdout and "all in one run" in found.stdout, found
    assert "inf" not in found.stdout.split(), found


def main():
    if "no OpenCL" in run("tsm", "--rounds=1").stderr:
        sys.exit(77)
    # A model whose frames depend on later ones.
    refused = run("tsm", "--rounds=1", "--stream")
    assert refused.returncode == 1, refused
    assert "tiny-tsm.safetensors: --stream: expected a model that runs frame by frame" in refused.stderr, refused
    assert "leave --stream out" in refused.stderr and "CRITICAL" not in refused.stderr, refused
    expect_plan("tsm", "--rounds=1")
    expect_plan("causal", "--rounds=1", "--stream")
    # Nothing is timed in no rounds: at least one is run.
    expect_plan("causal", "--rounds=0")


main()
