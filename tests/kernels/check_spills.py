# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sums of convolutions stay in registers: the innermost loops that PoCL makes of each candidate write no vector
to memory and read none from the stack.

    check_spills.py RUN_KERNEL      exit 77 without objdump, or where the driver leaves no x86 code to look at
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

SKIPPED = 77
# Of convolutions, by the first word of a candidate's name.
KERNELS = {"amx": "conv2d_amx", "bf16": "conv2d_direct", "direct": "conv2d_direct", "fused": "conv2d_winograd_fused",
           "stem": "conv2d_stem", "winograd": "conv2d_winograd_multiply", "winograd2": "conv2d_winograd_multiply"}
# By their operation.
OTHERS = {"depthwise": "depthwise_conv2d", "inverted": "inverted_residual"}
DEPTHWISE_TAPS = 5  # in a row of the filter that is tried
LEAST_ROWS = 5  # of all tiles
TILES = 4  # of sums, in AMX
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S.*)$")
JUMP = re.compile(r"^j\w+\s+(?:\*)?([0-9a-f]+)\b")
VECTOR_STORE = re.compile(r"^vmov\w+\s+%[xyz]mm\d+,.*\(")
STACK_STORE = re.compile(r"^vmov\w+\s+%[xyz]mm\d+,.*\(%rsp")
STACK_LOAD = re.compile(r"\(%rsp.*%[xyz]mm")


def disassemble(path):
    """-> [(address, text)]"""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", str(path)], check=True, capture_output=True, text=True)
    found = (INSTRUCTION.match(line) for line in text.stdout.splitlines())
    return [(int(match[1], 16), match[2].strip()) for match in found if match]


def innermost_loops(instructions):
    """-> the texts of each loop that holds no other"""
    spans = {(int(jump[1], 16), address) for address, text in instructions
             if (jump := JUMP.match(text)) and int(jump[1], 16) <= address}
    inner = [span for span in spans
             if not any(other != span and span[0] <= other[0] and other[1] <= span[1] for other in spans)]
    return [[text for address, text in instructions if first <= address <= last] for first, last in inner]


def multiplies(loop, n_sums):
    """Whether each sum gets a product with a value that is spread over a vector: not a transformation of Winograd's;
    or each tile of sums, which are in registers by their names, one of tiles"""
    if sum(text.startswith("tdpbf16ps") for text in loop) >= TILES:
        return True
    n_products = sum(text.startswith(("vfmadd", "vdpbf16ps")) and "ps" in text for text in loop)
    n_spread = sum(("vbroadcastss" in text or "vpbroadcastd" in text or "{1to" in text) and "(%rip)" not in text for text in loop)
    return n_products >= n_sums and n_spread >= LEAST_ROWS


def convolves_depthwise(loop, n_sums):
    """Whether each sum gets a product for each tap of a row of the filter"""
    return sum(text.startswith("vfmadd") for text in loop) >= n_sums * DEPTHWISE_TAPS


def check(operation, name, n_sums, program):
    """-> how many loops were looked at, and complaints"""
    kernel = OTHERS.get(operation) or KERNELS[name.split("-")[0]]
    is_depthwise = operation == "depthwise"  # its innermost loops may store what they made
    counts, store = (convolves_depthwise, STACK_STORE) if is_depthwise else (multiplies, VECTOR_STORE)
    with tempfile.TemporaryDirectory(prefix="msnet-spills-") as cache:
        subprocess.run([program, operation, name], env=dict(os.environ, POCL_CACHE_DIR=cache), check=True)
        objects = list(pathlib.Path(cache).glob(f"**/{kernel}/**/*.so"))
        loops = [loop for path in objects for loop in innermost_loops(disassemble(path))]
    loops = [loop for loop in loops if counts(loop, n_sums)]
    spills = [text for loop in loops for text in loop if store.match(text) or STACK_LOAD.search(text)]
    return len(loops), [f"{name}: kernel {kernel} keeps a sum on the stack: {text}" for text in spills]


def main():
    program = sys.argv[1]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # past what removes folders
    listing = subprocess.run([program], capture_output=True, text=True)
    if listing.returncode != 0 or shutil.which("objdump") is None:
        print(listing.stdout or "objdump is missing (Debian: binutils)")
        return listing.returncode or SKIPPED
    candidates = [line.split() for line in listing.stdout.splitlines()]
    results = {f"{operation} {name}": check(operation, name, int(n_sums), program)
               for operation, name, n_sums in candidates}
    for name, (n_loops, complaints) in results.items():
        print(f"{name}: {n_loops} loops, {len(complaints)} spills", *complaints, sep="\n  ")
    if not any(n_loops for n_loops, _ in results.values()):
        print("found no loop of vector multiply-adds: not PoCL, or not an x86 with FMA")
        return SKIPPED
    return 1 if any(complaints or n_loops == 0 for n_loops, complaints in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
