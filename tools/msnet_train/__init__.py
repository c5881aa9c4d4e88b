# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trains a model on clips: see docs/train.md."""

from msnet_evaluate import Problem

__all__ = ["Problem"]
