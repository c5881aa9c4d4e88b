# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures models on clips through the element: see docs/evaluate.md."""


class Problem(Exception):
    """What the user has to hear: what, where, expected, found, and what to do."""
