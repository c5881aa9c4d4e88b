# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the `motion` model tells apart, and from which speed on.

Speeds are in fractions of the picture's width or height a second; rates of
growth in natural logarithm a second; roll in degrees a second; shake is the
deviation of the position.  A camera slower than STILL_BELOW is still; training
makes nothing between that and the least speed.  STATED: what users may rely on.
"""

LABELS = ["still", "pan-left", "pan-right", "tilt-up", "tilt-down", "zoom-in", "zoom-out", "roll-left",
          "roll-right", "shake", "object-left", "object-right", "object-up", "object-down", "approaching", "receding"]
CAMERA = LABELS[:10]
OBJECT = LABELS[10:]
CLASS = {label: index for index, label in enumerate(LABELS)}

SLIDE, ZOOM, ROLL, SHAKE, OBJECT_SLIDE, OBJECT_GROWTH = "slide", "zoom", "roll", "shake", "object-slide", "object-growth"
KIND = {"pan": SLIDE, "tilt": SLIDE, "zoom": ZOOM, "roll": ROLL, "shake": SHAKE, "object": OBJECT_SLIDE,
        "approaching": OBJECT_GROWTH, "receding": OBJECT_GROWTH}
TRAINED = {SLIDE: (0.10, 0.80), ZOOM: (0.10, 0.60), ROLL: (8.0, 55.0), SHAKE: (0.012, 0.045),
           OBJECT_SLIDE: (0.14, 0.50), OBJECT_GROWTH: (0.45, 0.90)}
STATED = dict(TRAINED, **{SLIDE: (0.15, 0.80), ZOOM: (0.14, 0.60), ROLL: (12.0, 55.0), SHAKE: (0.015, 0.045),
                          OBJECT_SLIDE: (0.18, 0.50), OBJECT_GROWTH: (0.60, 0.90)})
STILL_BELOW = {SLIDE: 0.03, ZOOM: 0.03, ROLL: 2.0, SHAKE: 0.003}


def kind(label):
    """Which speed a label is about; `still` has none."""
    return KIND.get(label.split("-")[0])
