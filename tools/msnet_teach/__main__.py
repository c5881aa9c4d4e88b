# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-teach"""

import os
import sys

from msnet_evaluate import Problem, needs
from msnet_evaluate.interrupt import INTERRUPTED, Interrupt, Stopped

from . import options


def start(chosen):
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the solver's matrices are small: threads would wait for each other
    options.check_out(chosen)
    needs.check("teach", "numpy", "PIL", "torch", "gi")
    from .teach import run

    run(chosen)


def main():
    try:
        with Interrupt():
            start(options.parse())
    except Problem as problem:
        print("msnet-teach: %s" % problem, file=sys.stderr)
        return 1
    except OSError as error:
        print("msnet-teach: %s: %s" % (error.filename or "a file", error.strerror or error), file=sys.stderr)
        return 1
    except Stopped:
        print("msnet-teach: interrupted; nothing was written", file=sys.stderr)
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
