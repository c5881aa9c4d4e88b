# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random walks of real pipelines with `msnet`: seeks, states, other pictures, the end.  At the element's pads every
buffer that nothing interrupts comes out as it came in, with what the oracle says.

    test_msnet_pipeline_walks.py DRIVER [COUNT [SEED]]
"""
import os
import subprocess
import sys

from walk_model import find_fault

ORDER = ["interrupted", "history", "buffer", "changed", "event", "eos", "message", "qos", "error", "told-action", "event-action",
         "stats"]
CONTEXT = 15


def read(text):
    """[(lines, answers)] of each walk that came to its end."""
    walks, lines, answers = [], [], []
    for line in text.splitlines():
        if line.startswith("> "):
            lines.append(line[2:])
            answers.append([])
        elif line == "end":
            walks.append((lines, answers))
            lines, answers = [], []
        elif line != ".":
            answers[-1].append(line)
    return walks


def main():
    driver = sys.argv[1]
    usual = 200 if os.environ.get("MSNET_TEST_LONG") else 20
    count, seed = [int(value) for value in sys.argv[2:4]] + [usual, 1][len(sys.argv) - 2:]
    environment = dict(os.environ, GST_TRACERS="leaks", GST_DEBUG="GST_TRACER:7", GST_DEBUG_NO_COLOR="1")
    done = subprocess.run([driver, str(seed), str(count)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, env=environment)
    walks = read(done.stdout)
    buffers = 0
    for number, (lines, answers) in enumerate(walks):
        # A message may come before or after the buffer that it is about.
        answers = [sorted(answer, key=lambda part: ORDER.index(part.split()[0])) for answer in answers]
        buffers += sum(line.startswith("buffer") for line in lines)
        fault = find_fault(lines, answers)
        if fault:
            place, expected, found = fault
            print("seed", seed + number, "line", place)
            for line in range(max(0, place - CONTEXT), place + 1):
                print(lines[line], "->", *answers[line])
            print("expected:", *expected, "\nfound:", *found)
            return 1
    leaks = [line for line in done.stderr.splitlines() if ":: object-alive" in line]
    print(f"{len(walks)} walks with {buffers} buffers agree; {len(leaks)} objects leaked")
    print("\n".join(leaks[:5]))
    if done.returncode != 0 or len(walks) < count:
        print("seed", seed + len(walks), "ended with", done.returncode, "\n", done.stderr[-2000:])
    return 0 if len(walks) == count and buffers > 50 * count and not leaks and done.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
