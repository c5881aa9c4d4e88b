# SPDX-License-Identifier: LGPL-2.1-or-later
"""A camera over a texture: matrices from output pixels to texture pixels, and what they say of motion."""

import cv2
import numpy as np

CELL = 8
FLAT_BELOW = 4.0
TEXTURED_SHARE = 0.4
CORNER_ABOVE = 0.4
CORNER_SHARE = 0.3


class View:
    """A virtual camera; the picture it takes may be squeezed (`fit: stretch`)."""

    def __init__(self, rng, picture, aspect, extent, texture_shape):
        """picture: (width, height) in pixels; aspect: of what the camera sees; extent: how much of the texture's
        largest fitting box it covers at zoom 1."""
        height, width = texture_shape[:2]
        self.picture, self.aspect = np.array(picture, float), aspect
        self.high = extent * min(height, width / aspect)
        self.centre = np.array([width, height]) * rng.uniform(0.4, 0.6, 2)
        self.turn = rng.uniform(-3, 3)

    def matrix(self, pose):
        """pose: x, y in fractions of the picture, log zoom, roll in degrees -> 3x3."""
        angle = np.deg2rad(pose[3] + self.turn)
        rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        box = np.array([self.high * self.aspect, self.high])
        linear = rotation * (box * np.exp(-pose[2]) / self.picture)
        offset = self.centre + pose[:2] * box - linear @ ((self.picture - 1) / 2)
        return np.vstack([np.column_stack([linear, offset]), [0, 0, 1]])


def level_for(matrix, levels):
    """The pyramid level whose pixels are nearest to the output's."""
    step = np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    return int(np.clip(np.floor(np.log2(max(step, 1e-3)) + 0.3), 0, levels - 1))


def warp(pyramid, matrix, picture):
    """Sample a texture's pyramid -> uint8 [height, width, 3]."""
    level = level_for(matrix, len(pyramid))
    scaled = matrix[:2] / 2 ** level
    scaled[:, 2] += 0.5 / 2 ** level - 0.5
    return cv2.warpAffine(pyramid[level], scaled, picture, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                          borderMode=cv2.BORDER_REFLECT_101)


def cells(picture):
    """Homogeneous centres of the correlation's cells, in pixels: [rows, columns, 3]."""
    x, y = (np.arange(length // CELL) * float(CELL) + (CELL - 1) / 2 for length in picture)
    x, y = np.meshgrid(x, y)
    return np.stack([x, y, np.ones_like(x)], -1)


def displacements(matrices, picture):
    """Where the cell of each frame was in the frame before, in cells: [T, rows, columns, 2]."""
    points = cells(picture)
    flow = np.zeros((len(matrices),) + points.shape[:2] + (2,), np.float32)
    for index in range(1, len(matrices)):
        back = np.linalg.inv(matrices[index - 1]) @ matrices[index]
        flow[index] = (points @ back.T - points)[..., :2] / CELL
    return flow


def has_texture(frame):
    """Whether motion can be seen in much of a picture: enough patches that are not flat."""
    grey = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.float32)
    count = (max(1, frame.shape[1] // (2 * CELL)), max(1, frame.shape[0] // (2 * CELL)))
    mean = cv2.resize(grey, count, interpolation=cv2.INTER_AREA)
    square = cv2.resize(grey * grey, count, interpolation=cv2.INTER_AREA)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    return (deviation > FLAT_BELOW).mean() > TEXTURED_SHARE


def has_corners(frame):
    """Whether motion can be told in both directions in much of a picture: stripes and gradients show one alone.

    The smaller eigenvalue of the structure tensor of each patch, in grey levels a pixel.
    """
    grey = cv2.GaussianBlur(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.float32), (0, 0), 1)
    dx, dy = (cv2.Sobel(grey, cv2.CV_32F, *order, ksize=3, scale=1 / 8) for order in ((1, 0), (0, 1)))
    count = (max(1, frame.shape[1] // (2 * CELL)), max(1, frame.shape[0] // (2 * CELL)))
    xx, xy, yy = (cv2.resize(product, count, interpolation=cv2.INTER_AREA) for product in (dx * dx, dx * dy, dy * dy))
    smaller = (xx + yy - np.sqrt((xx - yy) ** 2 + 4 * xy * xy)) / 2
    return (np.sqrt(np.maximum(smaller, 0)) > CORNER_ABOVE).mean() > CORNER_SHARE
