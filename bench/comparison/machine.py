# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine, by what its cores can do, and the versions of what runs on it."""

import os
import pathlib
import platform
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

# By what decides the speed of a network, best first: a flag of /proc/cpuinfo, and how the pages call such a machine.
KINDS = {
    "amx": ("amx_tile", "AMX"),
    "zen4": ("avx512_bf16", "Zen 4 (AVX512-BF16 without AMX)"),
    "avx512": ("avx512f", "AVX-512"),
    "avx2": ("avx2", "AVX2"),
    "other": ("", "Neither AVX2 nor AVX-512"),
}


def cpu_field(name):
    """What /proc/cpuinfo says of the first core."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def kind():
    """-> a key of KINDS."""
    flags = cpu_field("flags").split()
    return next(key for key, (flag, _) in KINDS.items() if not flag or flag in flags)


def cores():
    """How many cores this process may use; every engine gets as many threads."""
    return len(os.sched_getaffinity(0))


def describe():
    return "%s, %d cores, Linux %s" % (cpu_field("model name"), cores(), platform.release())


def git(*words):
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)


def commit():
    """The last commit that changed the engine; `+` where its files were changed since."""
    engine = ["--", "src", "kernels"]
    found = git("log", "-1", "--format=%h", "--abbrev=10", *engine).stdout.strip()
    return (found or "unknown") + "+" * (git("diff", "--quiet", "HEAD", *engine).returncode == 1)
