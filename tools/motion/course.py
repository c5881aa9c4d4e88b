# SPDX-License-Identifier: LGPL-2.1-or-later
"""Long paths of a camera that does something else every few seconds."""

import numpy as np

from .paths import TIME_STEP, camera_rates, tremor
from .taxonomy import CAMERA, TRAINED

ROOM = np.array([0.6, 0.6, 0.45, np.inf])
ATTEMPTS = 4


def follow(rates, pose, aspect):
    """A camera that moves along its own picture, however it has turned and zoomed.

    rates: [steps, 4] of x, y in pictures, log zoom, roll a second; pose: from where on -> poses [steps, 4]
    """
    poses = pose + np.cumsum(rates * TIME_STEP, 0)
    angle, scale = np.deg2rad(poses[:, 3]), np.exp(-poses[:, 2]) * TIME_STEP
    x, y = rates[:, 0] * aspect * scale, rates[:, 1] * scale
    poses[:, 0] = pose[0] + np.cumsum(np.cos(angle) * x - np.sin(angle) * y) / aspect
    poses[:, 1] = pose[1] + np.cumsum(np.sin(angle) * x + np.cos(angle) * y)
    return poses


class Course:
    """Labels with the times at which they begin, and poses of x, y, log zoom, roll every TIME_STEP, as `View` takes them.

    lengths: (least, most) seconds of a leg; each ends where the pose is within ROOM.
    """

    def __init__(self, rng, seconds, lengths, aspect, speeds=TRAINED):
        self.aspect, self.speeds = aspect, speeds
        self.begins, self.labels, self.poses, deviations = [], [], np.zeros((1, 4)), [0.0]
        while len(self.poses) * TIME_STEP < seconds:
            steps = int(round(rng.uniform(*lengths) / TIME_STEP))
            self.begins.append((len(self.poses) - 1) * TIME_STEP)
            label, leg, deviation = self.next_leg(rng, steps)
            self.labels.append(label)
            self.poses = np.concatenate([self.poses, leg])
            deviations += [deviation] * steps
        for axis, size in ((0, 1.0), (1, 1.0), (3, rng.uniform(0, 30))):
            self.poses[:, axis] += deviations * tremor(rng, len(deviations)) * size

    def wanted(self, rng):
        """All labels but the last one, those seen least first."""
        shuffled = [CAMERA[index] for index in rng.permutation(len(CAMERA))]
        return sorted((label for label in shuffled if label not in self.labels[-1:]), key=self.labels.count)

    def next_leg(self, rng, steps):
        """The first wanted label for which there is room in a few attempts, its poses and its tremor."""
        while True:
            for label in np.repeat(self.wanted(rng), ATTEMPTS).tolist():
                rates, deviation = camera_rates(rng, label, steps, self.speeds)
                leg = follow(rates, self.poses[-1], self.aspect)
                if (np.abs(leg[-1]) <= ROOM).all():
                    return label, leg, deviation

    def which(self, times):
        """Number of the leg that each time is in; what happens between two frames is in the newer one's."""
        return np.maximum(np.searchsorted(np.array(self.begins), times, "left") - 1, 0)
