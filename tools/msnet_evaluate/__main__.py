# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-evaluate"""

import sys

from . import Problem, needs, options
from .interrupt import INTERRUPTED, Interrupt, Stopped


def start(chosen):
    needs.check("evaluate", "PIL", "gi")
    from .evaluate import run

    return run(chosen)


def main():
    try:
        with Interrupt():
            return start(options.parse())
    except Problem as problem:
        print("msnet-evaluate: %s" % problem, file=sys.stderr)
        return 1
    except OSError as error:
        print("msnet-evaluate: %s: %s" % (error.filename or "a file", error.strerror or error), file=sys.stderr)
        return 1
    except Stopped:
        print("msnet-evaluate: ended; the same command with --resume goes on", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
