# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sums up meson's test logs in one line: a check suite counts its cases, any other test counts one."""
import json
import re
import sys

CHECKS = re.compile(r"(\d+)%: Checks: (\d+), Failures: (\d+), Errors: (\d+)")


def count(test):
    """(passed, failed, skipped) of one executable."""
    if test["result"] == "SKIP":
        return 0, 0, 1
    bad = test["result"] not in ("OK", "EXPECTEDFAIL")
    suites = CHECKS.findall(test.get("stdout") or "")
    if not suites:
        return (0, 1, 0) if bad else (1, 0, 0)
    total = sum(int(checks) for _, checks, _, _ in suites)
    failed = sum(int(failures) + int(errors) for _, _, failures, errors in suites)
    if bad and failed == 0:
        failed, total = 1, total + 1  # passed its cases, then crashed, leaked or timed out
    return total - failed, failed, 0


def main():
    counts = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as log:
            counts += [count(json.loads(line)) for line in log if line.strip()]
    passed, failed, skipped = (sum(column) for column in zip(*counts)) if counts else (0, 0, 0)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not counts else 0


if __name__ == "__main__":
    sys.exit(main())
