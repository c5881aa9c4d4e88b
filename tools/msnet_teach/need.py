# SPDX-License-Identifier: LGPL-2.1-or-later
"""Says what is missing of all that is not part of Python, before anything else needs it."""

import sys

try:
    import gi  # noqa: F401
    import numpy  # noqa: F401
    import PIL  # noqa: F401
    import torch  # noqa: F401
except ImportError as missing:
    sys.exit("msnet-teach: %s; it needs PyTorch, NumPy, Pillow and GStreamer for Python: tools/install-packages teach" % missing)
