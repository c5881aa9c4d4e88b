# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/msnet-train"""

import sys

from msnet_evaluate.interrupt import INTERRUPTED, Interrupt, Stopped

from . import Problem, options

NO_TORCH = ("msnet-train: it needs PyTorch, and this Python (%s) has none: \"tools/training-python -m msnet_train ...\" installs "
            "the fastest one (several GB), \"apt-get install python3-torch\" Debian's")


def start(chosen, interrupt):
    try:
        import torch  # noqa: F401
    except ImportError:
        print(NO_TORCH % sys.executable, file=sys.stderr)
        return 1
    from .train import run

    return run(chosen, interrupt)


def main():
    try:
        with Interrupt() as interrupt:
            return start(options.parse(), interrupt)
    except Problem as problem:
        print("msnet-train: %s" % problem, file=sys.stderr)
        return 1
    except Stopped:
        print("msnet-train: ended; the same command goes on", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
