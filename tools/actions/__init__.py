# SPDX-License-Identifier: LGPL-2.1-or-later
"""How the model `actions` was trained and measured: docs/models/actions.md."""
