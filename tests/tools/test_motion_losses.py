# SPDX-License-Identifier: LGPL-2.1-or-later
"""Losses of the training reward what they should."""

import os
import sys
import unittest

try:
    import torch
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

from motion import losses

PATCH, GRID = 15, 10


def flow_of(x, y):
    return torch.tensor([float(x), float(y)]).expand(1, GRID, GRID, 2).clone()


def cosine_at(x, y):
    """A correlation that is 1 at one displacement and 0 elsewhere."""
    cosine = torch.zeros(1, PATCH * PATCH, GRID, GRID)
    cosine[:, (y + 7) * PATCH + x + 7] = 1
    return cosine


class Matching(unittest.TestCase):
    def test_the_true_displacement_costs_least(self):
        flow = flow_of(2, -1)
        costs = {(x, y): float(losses.matching_loss(cosine_at(x, y), flow, PATCH))
                 for x in range(-3, 4) for y in range(-3, 4)}
        self.assertEqual(min(costs, key=costs.get), (2, -1))

    def test_half_a_cell_lies_between_two(self):
        both = cosine_at(1, 0) + cosine_at(2, 0)
        flow = flow_of(1.5, 0)
        self.assertLess(losses.matching_loss(both, flow, PATCH), losses.matching_loss(cosine_at(1, 0), flow, PATCH))

    def test_cells_that_left_the_map_do_not_count(self):
        counts = losses.counted_cells(flow_of(3, 0), PATCH // 2)
        self.assertEqual(int(counts.sum()), (GRID - 3) * GRID)


class Classes(unittest.TestCase):
    def test_any_accepted_answer_will_do(self):
        right = torch.tensor([[[1.0, 0, 1]]])
        good = [losses.class_loss(torch.tensor([[logits]]), right) for logits in ([4.0, 0, 0], [0.0, 0, 4])]
        bad = losses.class_loss(torch.tensor([[[0.0, 4, 0]]]), right)
        self.assertAlmostEqual(float(good[0]), float(good[1]), places=5)
        self.assertGreater(float(bad), float(good[0]) + 2)

    def test_where_nothing_is_asked_nothing_is_lost(self):
        right = torch.tensor([[[1.0, 0], [0, 0]], [[0.0, 0], [0, 0]]])
        logits = torch.tensor([[[4.0, 0], [0, 9]], [[5.0, 1], [2, 2]]])
        alone = losses.class_loss(logits[:1, :1], right[:1, :1])
        torch.testing.assert_close(losses.class_loss(logits, right), alone / 2)

    def test_a_point_repeats_the_logits_of_its_frame(self):
        """Frame 1 serves nine points: an answer over eight of them is its logits alone."""
        logits = torch.randn(1, 3, 2, generator=torch.Generator().manual_seed(1))
        found = losses.answers(logits, torch.tensor([[0] + 9 * [1] + [2]]))
        self.assertEqual(found.shape, (1, 4, 2))
        first, second, last = logits[0]
        expected = torch.stack([(first + 7 * second) / 8, second, second, (7 * second + last) / 8])
        torch.testing.assert_close(found[0], expected)


class AffinePart(unittest.TestCase):
    def test_each_motion_has_its_own_sign(self):
        ramp = torch.linspace(-1, 1, GRID)
        zoom = torch.stack(torch.meshgrid(ramp, ramp, indexing="xy"), -1).unsqueeze(0) * 0.1
        x, y, xx, yx, xy, yy = losses.affine_part(zoom)[0].tolist()
        self.assertGreater(min(xx, yy), 0.1)
        self.assertLess(max(abs(value) for value in (x, y, yx, xy)), 1e-5)
        self.assertGreater(float(losses.affine_part(flow_of(0.2, 0))[0, 0]), 0.5)


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
