# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is wanted: time of this engine over that of the best peer at the same precision, and of MSNet over its TSM."""

# Of inverted residuals, on any machine.
MOBILE_F32 = {"mobilenet-8": 0.80, "lite0-8": 0.80, "mobilenet-1": 0.90, "lite0-1": 0.90}
MOBILE_BF16 = dict.fromkeys(MOBILE_F32, 1.00)

RATIOS = {
    ("avx2", "f32"): {"r50-8": 0.80, "r18-8": 0.52, "r50-1": 0.95, "r18-1": 0.80, **MOBILE_F32},
    ("avx512", "f32"): {"r50-8": 0.82, "r18-8": 0.55, "r50-1": 1.00, "r18-1": 0.75, **MOBILE_F32},
    ("zen4", "f32"): {"r50-8": 0.80, "r18-8": 0.52, "r50-1": 0.88, "r18-1": 0.68, **MOBILE_F32},
    ("amx", "f32"): {"r50-8": 0.50, "r18-8": 0.40, "r50-1": 0.60, "r18-1": 0.50, **MOBILE_F32},
    ("amx", "bf16"): {"r50-8": 1.00, "r18-8": 1.00, "r50-1": 1.10, "r18-1": 1.10, **MOBILE_BF16},
    ("zen4", "bf16"): {"r50-8": 1.00, "r18-8": 0.90, "r50-1": 1.10, "r18-1": 1.00, **MOBILE_BF16},
}
OF_BACKBONE = {"r50-8": 1.06, "r50-1": 1.06, "r18-8": 1.10, "r18-1": 1.10}  # MSNet over TSM, f32
ERROR = 1e-3  # of the logits in f32, relative to the largest: beyond it the engines do not run the same network


def ratio(kind, precision, case):
    """-> the goal, None where there is none."""
    return RATIOS.get((kind, precision), {}).get(case)


def of_backbone(network, precision, case):
    return OF_BACKBONE.get(case) if (network, precision) == ("msnet", "f32") else None
