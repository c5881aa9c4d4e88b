# SPDX-License-Identifier: LGPL-2.1-or-later
import dataclasses


@dataclasses.dataclass(frozen=True)
class Layer:
    """A convolution with its batch norm.  shape: of the weights; halvings: how often the picture was halved before its output."""

    name: str
    shape: tuple
    halvings: int
    norm: str

    def tensors(self):
        """-> shapes by the names that the engine reads"""
        parts = ("weight", "bias", "running_mean", "running_var")
        return dict({self.name + ".weight": self.shape}, **{"%s.%s" % (self.norm, part): self.shape[:1] for part in parts})
