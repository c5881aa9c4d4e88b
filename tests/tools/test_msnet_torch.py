# SPDX-License-Identifier: LGPL-2.1-or-later
"""The PyTorch twin against plain loops written from the network's description."""

import json
import math
import os
import sys
import tempfile
import unittest

try:
    import numpy as np
    import torch
    from torch import nn
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "tools"))

import msnet_torch
from msnet_file import network as rules
from msnet_torch import motion as network_motion
from msnet_torch import depthwise, layers, network, safetensors

PATCH, SIGMA, TEMPERATURE = 15, 5.0, 0.05


def configuration(shift="causal", directions="past", depth=18, motion=True):
    config = {"backbone": "resnet", "depth": depth, "width": 16, "shift": shift, "shift_every": 1, "classes": 5}
    if motion:
        config["motion"] = {"after": 2, "patch": PATCH, "sigma": SIGMA, "temperature": TEMPERATURE,
                            "directions": directions, "softargmax": "kernel", "confidence": True}
    return config


def make(*arguments, **options):
    return msnet_torch.randomise(msnet_torch.build(configuration(*arguments, **options)), 5)


def make_other(backbone, **options):
    """Of another backbone than ResNet."""
    config = {"backbone": backbone, "shift": "causal", "classes": 1000, **options}
    return msnet_torch.randomise(msnet_torch.build(config), 5)


def frames(count=4, size=64):
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(2))


def naive_scores(searching, searched):
    """Correlation of two [C, H, W] maps by its definition."""
    _, height, width = searching.shape
    scores = np.zeros((PATCH * PATCH, height, width))
    for y in range(height):
        for x in range(width):
            for p in range(PATCH * PATCH):
                row, column = y + p // PATCH - 7, x + p % PATCH - 7
                if 0 <= row < height and 0 <= column < width:
                    scores[p, y, x] = max(0.0, float(searching[:, y, x] @ searched[:, row, column]))
    return scores


def naive_displacement(scores):
    """x, y and confidence of one cell from its 225 scores."""
    best = int(np.argmax(scores))
    total = x = y = 0.0
    for p, score in enumerate(scores):
        distance = (p // PATCH - best // PATCH) ** 2 + (p % PATCH - best % PATCH) ** 2
        weight = math.exp(score * math.exp(-distance / (2 * SIGMA ** 2)) / TEMPERATURE)
        total += weight
        x += weight * (p % PATCH - 7)
        y += weight * (p // PATCH - 7)
    return x / total / 7, y / total / 7, scores[best]


class MotionSqueeze(unittest.TestCase):
    def check_pair(self, found, frame, searching, searched):
        features = found["reduction"].numpy()
        expected = naive_scores(features[searching], features[searched])
        np.testing.assert_allclose(found["scores"][frame].numpy(), expected, atol=1e-5)
        field = found["displacement"][frame].numpy()
        for y, x in ((0, 0), (3, 4), (7, 7), (7, 0)):
            np.testing.assert_allclose(field[:, y, x], naive_displacement(expected[:, y, x]), atol=1e-4)

    def test_past_searches_the_frame_before(self):
        found = msnet_torch.stages(make(), frames())
        self.check_pair(found, 0, 0, 0)
        self.check_pair(found, 2, 2, 1)

    def test_forward_searches_the_next_and_repeats_the_last(self):
        found = msnet_torch.stages(make(directions="forward"), frames())
        self.check_pair(found, 1, 1, 2)
        self.assertEqual(len(found["scores"]), 3)
        self.assertTrue(torch.equal(found["displacement"][3], found["displacement"][2]))

    def test_both_compares_each_pair_both_ways(self):
        found = msnet_torch.stages(make(directions="both"), frames())
        self.assertEqual(len(found["scores"]), 6)
        features = found["reduction"].numpy()
        np.testing.assert_allclose(found["scores"][1].numpy(), naive_scores(features[1], features[2]), atol=1e-5)
        np.testing.assert_allclose(found["scores"][4].numpy(), naive_scores(features[2], features[1]), atol=1e-5)
        forward = msnet_torch.stages(make(directions="forward"), frames())["displacement"]
        self.assertTrue(torch.allclose(found["displacement"][:, :3], forward, atol=1e-5))
        for channel in range(3, 6):
            self.assertTrue(torch.equal(found["displacement"][3, channel], found["displacement"][2, channel]))

    def test_backward_is_forward_of_reversed_time(self):
        found = msnet_torch.stages(make(directions="both"), frames())["displacement"]
        reduced = msnet_torch.stages(make(directions="both"), frames())["reduction"]
        squeeze = make(directions="forward").modules_after[2]
        pair, = squeeze.pairs(reduced.flip(0)[None], {})
        scores = torch.relu(network_motion.correlate(pair[0][0], pair[1][0], PATCH))
        backward = squeeze.field(scores[None])[0, :3].flip(0)  # pairs (1, 0), (2, 1), (3, 2)
        torch.testing.assert_close(found[:3, 3:], backward)

    def test_dilation_multiplies_displacements(self):
        features = frames(2, 12)
        narrow = network_motion.correlate(features[:1], features[1:], 9)
        wide = network_motion.correlate(features[:1], features[1:], 5, 2)
        torch.testing.assert_close(wide.reshape(5, 5, 12, 12), narrow.reshape(9, 9, 12, 12)[::2, ::2])

    def test_plain_is_the_mean_over_all_displacements(self):
        scores = torch.rand(1, 25, 2, 3, generator=torch.Generator().manual_seed(3))
        field = network_motion.displacement(scores, 5, None, 0.1)[0, :, 1, 2]
        weights = [math.exp(float(score) / 0.1) for score in scores[0, :, 1, 2]]
        x = sum(weight * (p % 5 - 2) for p, weight in enumerate(weights)) / sum(weights) / 2
        y = sum(weight * (p // 5 - 2) for p, weight in enumerate(weights)) / sum(weights) / 2
        np.testing.assert_allclose(field.numpy(), [x, y, float(scores[0, :, 1, 2].max())], atol=1e-6)

    def test_fusions(self):
        for fusion, expected in (("add", lambda x, y: x + y), ("multiply", lambda x, y: x * y), ("replace", lambda x, y: y)):
            config = configuration()
            config["motion"]["fusion"] = fusion
            found = msnet_torch.stages(msnet_torch.randomise(msnet_torch.build(config), 5), frames())
            torch.testing.assert_close(found["fused"], expected(found["layer2"], found["transformation"]))

    def test_concatenation_goes_through_a_convolution(self):
        config = configuration()
        config["motion"]["fusion"] = "concat"
        model = msnet_torch.randomise(msnet_torch.build(config), 5)
        self.assertEqual(tuple(model.state_dict()["flow_fusion.0.weight"].shape), (32, 64, 1, 1))
        found = msnet_torch.stages(model, frames())
        with torch.no_grad():
            expected = model.flow_fusion(torch.cat([found["layer2"], found["transformation"]], 1))
        torch.testing.assert_close(found["fused"], expected)

    def test_several_modules_have_names_of_their_own(self):
        config = configuration()
        config["motion"]["after"] = [1, 3]
        names = msnet_torch.build(config).state_dict()
        for name in ("chnl_reduction_1.0.weight", "flow_refinement_3.conv4.3.weight"):
            self.assertIn(name, names)
        self.assertFalse([name for name in names if name.startswith(("chnl_reduction.", "flow_refinement."))])

    def test_features_are_normalised_inside_the_root(self):
        model = make()
        found = msnet_torch.stages(model, frames())
        with torch.no_grad():
            plain = model.chnl_reduction(found["layer2"])
        expected = plain / torch.sqrt((plain ** 2).sum(1, keepdim=True) + 1e-6)
        torch.testing.assert_close(found["reduction"], expected)

    def test_motion_is_added_before_layer3(self):
        found = msnet_torch.stages(make(), frames())
        torch.testing.assert_close(found["fused"], found["layer2"] + found["transformation"])


class Shift(unittest.TestCase):
    def test_bidirectional(self):
        x = torch.arange(1.0, 1 + 3 * 16).view(1, 3, 16, 1, 1)
        y = network.temporal_shift(x, "bidirectional")[0, :, :, 0, 0]
        x = x[0, :, :, 0, 0]
        self.assertTrue(torch.equal(y[:2, :2], x[1:, :2]) and not y[2, :2].any())
        self.assertTrue(torch.equal(y[1:, 2:4], x[:2, 2:4]) and not y[0, 2:4].any())
        self.assertTrue(torch.equal(y[:, 4:], x[:, 4:]))

    def test_causal(self):
        x = torch.arange(1.0, 1 + 3 * 16).view(1, 3, 16, 1, 1)
        y = network.temporal_shift(x, "causal")[0, :, :, 0, 0]
        x = x[0, :, :, 0, 0]
        self.assertTrue(torch.equal(y[1:, :2], x[:2, :2]) and not y[0, :2].any())
        self.assertTrue(torch.equal(y[:, 2:], x[:, 2:]))

    def test_a_causal_network_never_looks_ahead(self):
        model, x = make(), frames()
        changed = x.clone()
        changed[3] += 1
        one, other = (msnet_torch.stages(model, y)["logits_per_frame"] for y in (x, changed))
        self.assertTrue(torch.equal(one[:3], other[:3]))
        self.assertFalse(torch.equal(one[3], other[3]))


class Shapes(unittest.TestCase):
    def test_all_depths_have_the_official_names(self):
        expected = {18: "layer4.1.conv2.weight", 34: "layer3.5.conv2.weight", 50: "layer3.5.conv3.weight",
                    101: "layer3.22.conv3.weight", 152: "layer3.35.conv3.weight"}
        for depth, name in expected.items():
            names = msnet_torch.build(configuration(depth=depth)).state_dict()
            for other in (name, "conv1.weight", "layer2.0.downsample.1.running_var", "chnl_reduction.1.bias",
                          "flow_refinement.conv4.3.weight", "new_fc.bias"):
                self.assertIn(other, names)
            self.assertEqual(names["new_fc.weight"].ndim, 3)

    def test_without_motion(self):
        found = msnet_torch.stages(make(motion=False), frames())
        self.assertNotIn("fused", found)
        self.assertEqual(found["logits"].shape, (5,))


def count_parameters(model):
    return sum(value.numel() for value in model.parameters())


def list_shifts(model):
    return [name for index in range(len(model.stages)) for name, _, shifts in model.blocks(index) if shifts]


class InvertedResiduals(unittest.TestCase):
    def test_parameters_are_as_many_as_published(self):
        # torchvision's page of mobilenet_v2 and TensorFlow's of EfficientNet-Lite, for 1000 classes
        published = {"mobilenet-v2": 3504872, "efficientnet-lite0": 4652008, "efficientnet-lite1": 5416680,
                     "efficientnet-lite2": 6092072, "efficientnet-lite3": 8197096, "efficientnet-lite4": 13006568}
        self.assertEqual({name: count_parameters(make_other(name)) for name in published}, published)

    def test_names(self):
        names = make_other("mobilenet-v2").state_dict()
        for name in ("features.0.0.weight", "features.1.conv.1.weight", "features.17.conv.3.running_mean",
                     "features.18.1.bias", "new_fc.weight"):
            self.assertIn(name, names)
        names = make_other("efficientnet-lite0").state_dict()
        for name in ("_conv_stem.weight", "_bn0.bias", "_blocks.1._expand_conv.weight", "_blocks.15._bn2.running_var",
                     "_conv_head.weight", "_bn1.weight"):
            self.assertIn(name, names)

    def test_blocks_with_residual_and_expansion_shift(self):
        numbers = (3, 5, 6, 8, 9, 10, 12, 13, 15, 16)
        self.assertEqual(list_shifts(make_other("mobilenet-v2")), ["features.%d" % number for number in numbers])
        half = list_shifts(make_other("mobilenet-v2", shift_every=2))
        self.assertEqual(half, ["features.%d" % number for number in (3, 5, 8, 10, 13, 15)])

    def test_stages_have_strides_of_powers_of_two(self):
        for backbone in ("mobilenet-v2", "efficientnet-lite0"):
            for size in (64, 65):
                found = msnet_torch.stages(make_other(backbone), frames(2, size))
                for name, stride in zip(("stem", "stage1", "stage2", "stage3", "stage4", "last"), (2, 4, 8, 16, 32, 32)):
                    self.assertEqual(found[name].shape[2:], 2 * (-(-size // stride),))

    def test_same_padding_puts_the_odd_pixel_last(self):
        layer = msnet_torch.efficientnet_lite.SameConvolution(1, 1, 3, 2)
        torch.nn.init.ones_(layer.weight)
        even, odd = (layer(torch.ones(1, 1, size, size)).detach()[0, 0] for size in (4, 5))
        self.assertEqual(even.tolist(), [[9, 6], [6, 4]])
        self.assertEqual(odd.tolist(), [[4, 6, 4], [6, 9, 6], [4, 6, 4]])

    def test_shifted_blocks_see_the_frame_before(self):
        for backbone in ("mobilenet-v2", "efficientnet-lite0"):
            model, x = make_other(backbone), frames()
            one, other = msnet_torch.stages(model, x), msnet_torch.stages(model, x[1:])
            self.assertTrue(torch.allclose(one["stem"][1], other["stem"][0], atol=1e-5))
            self.assertFalse(torch.allclose(one["stage1"][1], other["stage1"][0], atol=1e-2))


class DepthwiseGradients(unittest.TestCase):
    def test_they_are_those_of_pytorch(self):
        rng = np.random.default_rng(4)
        for _ in range(40):
            channels, size, stride = int(rng.integers(1, 9)), int(rng.choice([3, 5, 7])), int(rng.integers(1, 4))
            x = torch.randn(2, channels, *(int(side) for side in rng.integers(size, 16, 2)), dtype=torch.float64)
            layer = nn.Conv2d(channels, channels, size, stride, groups=channels, bias=False).double()
            found = []
            for convolve in (layer, lambda x: depthwise.convolve(layer, x)):
                given = x.clone().requires_grad_()
                layer.zero_grad()
                result = convolve(given)
                result.square().sum().backward()
                found.append((result.detach(), given.grad, layer.weight.grad.clone()))
            for one, other in zip(*found):
                torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)

    def test_layers_that_do_not_learn_are_left_out(self):
        layer = layers.convolution(4, 4, 3, groups=4).requires_grad_(False)
        x = torch.randn(1, 4, 6, 6, requires_grad=True)
        layer(x).sum().backward()
        self.assertIsNone(layer.weight.grad)
        self.assertIsNotNone(x.grad)


class Rules(unittest.TestCase):
    def test_what_a_file_may_say(self):
        """tests/model/test_network_parse.c holds the element's reader to the same list."""
        with open(os.path.join(os.path.dirname(__file__), "..", "data", "networks.json")) as file:
            networks = json.load(file)
        for config in networks["good"]:
            rules.check(config)
        for config in networks["bad"]:
            with self.assertRaises(ValueError, msg=config):
                rules.check(config)

    def test_pairs_need_two_frames(self):
        rules.check(configuration(), 1)
        rules.check(configuration(directions="both"), 2)
        for directions in ("forward", "both"):
            with self.assertRaisesRegex(ValueError, "at least 2"):
                rules.check(configuration(directions=directions), 1)

    def test_a_network_that_no_file_may_have_is_not_built(self):
        with self.assertRaisesRegex(ValueError, "motion: directions: expected one of forward, past, both, found 'future'"):
            make(directions="future")


class ModelFile(unittest.TestCase):
    def test_round_trip(self):
        model = make()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.safetensors")
            strings = msnet_torch.metadata(model, list("abcde"), 64, background=["a"], card={"name": "test"})
            msnet_torch.save_model(path, model, strings)
            again, values = msnet_torch.load_model(path)
        self.assertEqual(values["labels"], list("abcde"))
        self.assertEqual(values["network"], configuration())
        one, other = (msnet_torch.stages(m, frames())["logits"] for m in (model, again))
        self.assertTrue(torch.equal(one, other))

    def test_narrow_types_round_to_nearest(self):
        array = np.array([[1.0, 1 + 2 ** -9, 1 + 3 * 2 ** -8, -0.15625]], np.float32)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.safetensors")
            for dtype, expected in (("F32", array), ("F16", array), ("BF16", [[1.0, 1.0, 1 + 2 ** -6, -0.15625]])):
                safetensors.write(path, {"x": array}, {}, dtype)
                np.testing.assert_array_equal(safetensors.read(path)[0]["x"], np.array(expected, np.float32))


if __name__ == "__main__":
    torch.set_num_threads(1)
    unittest.main()
