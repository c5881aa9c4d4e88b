# SPDX-License-Identifier: LGPL-2.1-or-later
"""A linear classifier: multinomial logistic regression with an L2 penalty.  All in float64; the same data, the same weights."""

import numpy as np
import torch

MOST_STEPS = 200
FLATTEST = 0.05  # of the mean deviation: what hardly varies is not blown up to the size of the rest


class Scale:
    """Features -> standardised ones: of mean 0 and deviation 1."""

    def __init__(self, x, weights):
        self.mean = weights @ x / weights.sum()
        deviation = np.sqrt(weights @ (x - self.mean) ** 2 / weights.sum())
        self.deviation = np.maximum(deviation, max(FLATTEST * deviation.mean(), 1e-12))

    def apply(self, x):
        return (x - self.mean) / self.deviation

    def fold(self, weight, bias):
        """Weights of standardised features -> those of features as they are."""
        weight = weight / self.deviation
        return weight, bias - weight @ self.mean


def rotate(z):
    """z [N, features] -> rows [N, M] with the same products, and how weights of them come back: [M, features].

    A penalised solution lies where the rows lie, which is a small part of all if there are few.
    """
    if len(z) >= z.shape[1]:
        return z, np.eye(z.shape[1])
    basis, rows = np.linalg.qr(z.T)
    return rows.T, basis.T


def fit(x, y, weights, classes, decays):
    """Yield (weight [classes, features], bias [classes]) of each of `decays`, the largest one first.

    x: [N, features]; y: class numbers [N]; weights: how much each row counts [N]; decays: of the penalty decay / 2 |weight|^2
    beside the mean loss, descending
    """
    scale = Scale(x, weights)
    rows, back = rotate(scale.apply(x))
    z, y = torch.from_numpy(rows), torch.from_numpy(y)
    share = torch.from_numpy(weights / weights.sum())
    weight = torch.zeros(classes, z.shape[1], dtype=z.dtype, requires_grad=True)
    bias = torch.zeros(classes, dtype=z.dtype, requires_grad=True)
    for decay in decays:
        minimise(z, y, share, weight, bias, decay)
        yield scale.fold(weight.detach().numpy() @ back, bias.detach().numpy())


def minimise(z, y, share, weight, bias, decay):
    solver = torch.optim.LBFGS([weight, bias], max_iter=MOST_STEPS, tolerance_grad=1e-5, tolerance_change=1e-9,
                               line_search_fn="strong_wolfe")

    def loss():
        solver.zero_grad()
        each = torch.nn.functional.cross_entropy(z @ weight.t() + bias, y, reduction="none")
        total = (share * each).sum() + decay / 2 * (weight * weight).sum()
        total.backward()
        return total

    solver.step(loss)
