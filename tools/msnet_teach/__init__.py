# SPDX-License-Identifier: LGPL-2.1-or-later
"""Teaches a network new classes from a few clips: see docs/teach.md.

The network of a model file stays as it is; only its last layer, the classifier, is made anew.
"""
