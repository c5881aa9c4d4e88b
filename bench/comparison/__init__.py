# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times this engine and its peers on the same networks, weights and frames, turn by turn in one run.

Run it through bench/compare, which sets up what it needs.  From the bottom up: `machine` and `goals` say where we
are and what is wanted, `cases` makes the networks, `engines` runs them, `rounds` times them, `table`, `picture`
and `page` tell what came out.
"""
