# SPDX-License-Identifier: LGPL-2.1-or-later
"""Model files without PyTorch: what their metadata says, and the safetensors format."""
