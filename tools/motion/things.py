# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cut-outs that move over a picture."""

import cv2
import numpy as np

from .paths import TIME_STEP, DIRECTION, envelope, log_uniform, path_length, speed
from .taxonomy import OBJECT_GROWTH, OBJECT_SLIDE, TRAINED, kind
from .views import CELL, cells, level_for

SLIDING_RADIUS = (0.10, 0.28)
GROWING_RADIUS = (0.12, 0.22)


def outline(rng):
    """A closed shape of radius about 1: a blob or a rounded one, perhaps stretched."""
    count = int(rng.integers(6, 14))
    irregular = rng.random() < 0.5
    angle = np.sort(rng.uniform(0, 2 * np.pi, count)) if irregular else np.linspace(0, 2 * np.pi, 24, False)
    radius = rng.uniform(0.6, 1, len(angle)) if rng.random() < 0.6 else np.ones(len(angle))
    stretch = np.array([1, rng.uniform(0.5, 1.8)]) if rng.random() < 0.6 else np.ones(2)
    return np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None] * stretch / np.sqrt(stretch[1])


def object_rates(rng, label, count, speeds):
    """Velocities of x, y and log size of one thing: [count, 3]."""
    rates = np.zeros((count, 3))
    if kind(label) == OBJECT_SLIDE:
        along = speed(rng, speeds[OBJECT_SLIDE])
        direction = np.array(DIRECTION[label], float)
        rates[:, :2] = direction * along + direction[::-1] * along * rng.uniform(-0.35, 0.35)
        rates[:, 2] = rng.uniform(-0.08, 0.08)
    elif kind(label) == OBJECT_GROWTH:
        rates[:, 2] = DIRECTION[label] * speed(rng, speeds[OBJECT_GROWTH])
        rates[:, :2] = rng.uniform(-0.03, 0.03, 2)
    return rates * envelope(rng, count)[:, None]


class Thing:
    """A piece of a texture inside an outline."""

    def __init__(self, rng, pyramid, picture, label, windows, aspect, speeds=TRAINED):
        self.picture, self.pyramid = np.array(picture, float), pyramid
        self.outline = outline(rng) * np.array([1, aspect])
        self.radius = log_uniform(rng, *(GROWING_RADIUS if kind(label) == OBJECT_GROWTH else SLIDING_RADIUS))
        self.inside = rng.uniform(0.3, 0.7, 2) * np.array(pyramid[0].shape[1::-1])
        self.step = rng.uniform(0.4, 1.2) * min(pyramid[0].shape[:2]) / min(picture)
        self.path = np.cumsum(object_rates(rng, label, path_length(windows), speeds) * TIME_STEP, 0)
        middle = self.path[len(self.path) // 2].copy()
        middle[:2] -= rng.uniform(0.36, 0.64, 2)
        self.path -= middle

    def draw(self, frame, pose, index=0):
        """Blend the thing into the frame, number `index` of its scene; returns its mask, 0 to 255."""
        centre, scale = pose[:2] * self.picture, np.exp(pose[2])
        mask = np.zeros(frame.shape[:2], np.uint8)
        points = self.outline * self.radius * scale * self.picture + centre
        cv2.fillPoly(mask, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        left, top, wide, high = cv2.boundingRect(mask)
        if wide == 0:
            return mask
        linear = np.eye(2) * self.step / scale
        matrix = np.column_stack([linear, self.inside - linear @ (centre - [left, top])])
        level = level_for(matrix, len(self.pyramid))
        piece = cv2.warpAffine(self.pyramid[level], matrix / 2 ** level, (wide, high),
                               flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT_101)
        part = np.s_[top : top + high, left : left + wide]
        weight = mask[part][..., None].astype(np.uint16)
        frame[part] = ((frame[part] * (255 - weight) + piece * weight + 127) // 255).astype(np.uint8)
        return mask

    def displace(self, flow, mask, pose, before):
        """Put the thing's own displacement where it covers a cell."""
        points = cells(self.picture.astype(int))[..., :2]
        covered = mask[CELL // 2 :: CELL, CELL // 2 :: CELL][: flow.shape[0], : flow.shape[1]] > 127
        back = before[:2] * self.picture + (points - pose[:2] * self.picture) * np.exp(before[2] - pose[2])
        flow[covered] = ((back - points) / CELL)[covered]
