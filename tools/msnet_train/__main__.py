# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-train"""

import sys

from msnet_evaluate import needs
from msnet_evaluate.interrupt import INTERRUPTED, Interrupt, Stopped

from . import Problem, files, options


def start(chosen, interrupt):
    needs.check("teach", "numpy", "PIL", "torch")
    from .train import run

    return run(chosen, interrupt)


def main():
    try:
        with Interrupt() as interrupt:
            return start(options.parse(), interrupt)
    except Problem as problem:
        print("msnet-train: %s" % problem, file=sys.stderr)
        return 1
    except OSError as error:
        print("msnet-train: %s" % files.describe(error), file=sys.stderr)
        return 1
    except Stopped:
        print("msnet-train: ended; the same command goes on", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
