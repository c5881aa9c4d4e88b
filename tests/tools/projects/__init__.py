# SPDX-License-Identifier: LGPL-2.1-or-later
"""Networks in the structure, and so with the names, of other projects' code: written anew for tests, small, random.

Each has `forward (frames)`: [T, 3, S, S] -> logits of each frame [T, classes].
"""
