# SPDX-License-Identifier: LGPL-2.1-or-later


class Refusal(Exception):
    """What a file or an option is refused for, in words for the user: what, where, expected, found, remedy."""
