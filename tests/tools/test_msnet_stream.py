# SPDX-License-Identifier: LGPL-2.1-or-later
"""The PyTorch twin as a stream: whole, in parts and frame by frame it says the same, and as clips at first."""

import os
import sys
import unittest

try:
    import torch
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

import msnet_torch
from msnet_torch import stream

T = 4
CLASSES = 5


def make(depth=18, shift="causal", directions="past", **more):
    config = {"backbone": "resnet", "depth": depth, "width": 8, "shift": shift, "shift_every": 1, "classes": CLASSES, **more}
    if directions:
        config["motion"] = {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.05, "directions": directions,
                            "softargmax": "kernel", "confidence": True}
    return msnet_torch.randomise(msnet_torch.build(config), 5)


def make_frames(count, streams=1):
    return torch.randn(streams, count, 3, 64, 64, generator=torch.Generator().manual_seed(2))


def close(one, other):
    """Rounding may move the displacement of a cell whose best scores are nearly equal."""
    torch.testing.assert_close(one, other, atol=1e-3 * float(other.abs().max()), rtol=0)


@torch.no_grad()
def answers(model, frames, serving):
    return stream.whole(model, frames, serving, T)


class Stream(unittest.TestCase):
    def check_steps(self, model):
        """Frames 0 to 6; points 2, 3 and 8 repeat one."""
        frames, serving = make_frames(7), [0, 1, 1, 1, 2, 3, 4, 5, 5, 6]
        expected = answers(model, frames, serving)[0]
        running, found = stream.Stream(model, T), []
        for point, frame in enumerate(serving):
            again = point and frame == serving[point - 1]
            found.append(running.point(None if again else frames[0, frame]))
        self.assertTrue(all(answer is None for answer in found[: T - 1]))
        close(torch.stack(found[T - 1 :]), expected)

    def test_frame_by_frame(self):
        for depth in (18, 50):
            self.check_steps(make(depth))

    def test_without_shift_or_motion(self):
        self.check_steps(make(shift="none", directions=None))
        self.check_steps(make(directions=None))

    @torch.no_grad()
    def test_in_parts(self):
        model, frames, state = make(), make_frames(9, 2), {}
        parts = [model(part, state=state) for part in frames.split((4, 1, 3, 1), 1)]
        close(torch.cat(parts, 1), model(frames))

    def test_with_change(self):
        for head in (["change"], ["pooled", "change"]):
            self.check_steps(make(head=head))
            self.check_steps(make(shift="none", directions=None, head=head))

    @torch.no_grad()
    def test_change_is_from_frame_to_frame(self):
        """What the classifier reads, by the definition in MSNET.md."""
        frames, record = make_frames(4), {}
        make(shift="none", directions=None, head=["pooled", "change"])(frames, record)
        pooled, features = record["pooled"], record["features"]
        self.assertTrue(torch.equal(features[:, : pooled.shape[1]], pooled))
        self.assertEqual(float(features[0, pooled.shape[1] :].abs().max()), 0)
        self.assertTrue(torch.equal(features[1:, pooled.shape[1] :], (pooled[1:] - pooled[:-1]).abs()))

    @torch.no_grad()
    def test_change_in_parts(self):
        model, frames, state = make(head=["pooled", "change"]), make_frames(9, 2), {}
        parts = [model(part, state=state) for part in frames.split((4, 1, 3, 1), 1)]
        close(torch.cat(parts, 1), model(frames))

    @torch.no_grad()
    def test_the_first_window_is_the_clip(self):
        model, frames = make(), make_frames(7)
        close(answers(model, frames, range(7))[:, 0], model(frames[:, :T]).mean(1))

    @torch.no_grad()
    def test_tsn_is_exactly_its_clips(self):
        model, frames = make(shift="none", directions=None), make_frames(6)
        clips = torch.cat([model(frames[:, first : first + T]).mean(1) for first in range(3)])
        close(answers(model, frames, range(6))[0], clips)

    @torch.no_grad()
    def test_a_network_is_its_beginning_and_its_end(self):
        """Wherever it is cut, MotionSqueeze before, at or behind the cut."""
        lite = {"backbone": "efficientnet-lite0", "shift": "causal", "shift_every": 1, "shift_div": 8, "classes": CLASSES}
        models = [make(head=["pooled", "change"]), msnet_torch.randomise(msnet_torch.build(lite), 5)]
        for model in models:
            frames, record, parts = make_frames(T, 2), {}, {}
            whole = model(frames, record)
            for last in range(len(model.stages) + 1):
                parts = {}
                close(model.finish(model.begin(frames, last, parts), last, parts), whole)
                self.assertEqual(list(parts), list(record))

    @torch.no_grad()
    def test_state_is_used(self):
        model, frames = make(), make_frames(6)
        later = answers(model, frames, range(6))[0, 2]
        self.assertGreater(float((later - model(frames[:, 2:]).mean(1)[0]).abs().max()), 1e-3)

    @torch.no_grad()
    def test_memory_is_finite(self):
        """A shift reaches one frame back, a pair of MotionSqueeze one more: older frames change nothing, ever."""
        model, frames = make(), make_frames(14)
        reach = sum(msnet_torch.resnet.BLOCKS[18]) + 1
        changed = frames.clone()
        changed[:, 0] = make_frames(1)[:, 0] + 1
        one, other = model(frames), model(changed)
        self.assertTrue(torch.equal(one[:, reach + 1 :], other[:, reach + 1 :]))
        self.assertFalse(torch.equal(one[:, reach], other[:, reach]))

    def test_a_network_that_looks_ahead_has_no_state(self):
        for model in (make(shift="bidirectional"), make(directions="forward")):
            with self.assertRaisesRegex(ValueError, "looks ahead"):
                model(make_frames(3), state={})



if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
