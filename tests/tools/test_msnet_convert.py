# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-convert without networks that run: names of every project, refusals, proposals.  Needs numpy."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

try:
    import numpy  # noqa: F401
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools")]
from convert_lists import KEYS, read_list  # noqa: E402
from msnet_convert import checkpoint, convert, families, network, proposals, sampling  # noqa: E402
from msnet_convert.errors import Refusal  # noqa: E402
from msnet_file import metadata  # noqa: E402

RESNET50 = {"backbone": "resnet", "depth": 50, "width": 64}
MOBILENET = {"backbone": "mobilenet-v2", "multiplier": 1.0}
# Each list of names: the layout, the network that it is, and (every, place) of the shifts that the names show.
LISTS = {
    "mit-tsm-resnet50": ("mit-resnet", RESNET50, (1, "residual")),
    "mit-tsm-resnet50-place-block": ("mit-resnet", RESNET50, (1, "block")),
    "mit-tsm-resnet101": ("mit-resnet", dict(RESNET50, depth=101), (2, "residual")),
    "mit-tsn-resnet50": ("mit-resnet", RESNET50, None),
    "mit-tsm-mobilenetv2": ("mit-mobilenet-v2", MOBILENET, (1, "residual")),
    "mit-online-mobilenetv2": ("mit-online", MOBILENET, None),
    "mmaction2-tsm-resnet50": ("mmaction2-resnet", RESNET50, (1, "residual")),
    "mmaction2-tsn-resnet50": ("mmaction2-resnet", RESNET50, None),
    "mmaction2-tsm-mobilenetv2": ("mmaction2-mobilenet-v2", MOBILENET, (1, "residual")),
    "torchvision-resnet18": ("torchvision-resnet", dict(RESNET50, depth=18), None),
    "torchvision-resnet50": ("torchvision-resnet", RESNET50, None),
    "torchvision-mobilenet_v2": ("torchvision-mobilenet-v2", MOBILENET, None),
    "timm-resnet18": ("torchvision-resnet", dict(RESNET50, depth=18), None),
    "timm-resnet50": ("torchvision-resnet", RESNET50, None),
    "timm-mobilenetv2-100": ("timm-mobilenet-v2", MOBILENET, None),
    "timm-efficientnet-lite0": ("timm-tf-efficientnet-lite", {"backbone": "efficientnet-lite0"}, None),
}
# What other lists hold under other names is the same network, and torchvision's names are the engine's.
CLASSIFIERS = {"fc": "new_fc", "classifier.1": "new_fc"}


class Shape:
    """A tensor of which only the shape matters."""

    def __init__(self, shape):
        self.shape = shape


def source_of(shapes, **options):
    opened = checkpoint.Checkpoint(pathlib.Path("x.pth"), {name: Shape(shape) for name, shape in shapes.items()}, {})
    return network.Source(opened, **options)


def refused(shapes):
    """The message."""
    try:
        source = source_of(shapes)
        source.renamed(network.measure(source))
    except Refusal as problem:
        return str(problem)
    raise AssertionError("not refused")


class Names(unittest.TestCase):
    def test_every_list_is_recognised_and_complete(self):
        self.assertEqual(sorted(LISTS), sorted(path.stem for path in KEYS.glob("*.txt")))
        for name, (layout, expected, shifts) in LISTS.items():
            with self.subTest(name):
                source = source_of(read_list(name))
                found = network.measure(source)
                self.assertEqual(source.layout.name, layout)
                self.assertEqual({key: found[key] for key in expected}, expected)
                shown = network.shifts_shown(source, found)
                self.assertEqual(shown[:2] if shown else None, shifts)
                renamed = source.renamed(found)
                self.assertEqual(len(renamed), len(read_list(name)))

    def test_torchvision_s_names_are_the_engine_s(self):
        for name in ("torchvision-resnet18", "torchvision-resnet50", "torchvision-mobilenet_v2"):
            with self.subTest(name):
                source = source_of(read_list(name))
                for ours, theirs in source.original.items():
                    module, _, part = theirs.rpartition(".")
                    self.assertEqual(ours, "%s.%s" % (CLASSIFIERS.get(module, module), part))

    def test_layers_keep_their_order(self):
        """A project lists its layers in the order of the network: none may be taken for another of the same shape."""
        for name in LISTS:
            with self.subTest(name):
                source = source_of(read_list(name))
                theirs = [ours for ours in source.original if ours.endswith(".weight") and len(source.tensors[ours].shape) == 4
                          and "downsample" not in ours]
                wanted = [layer.name + ".weight" for layer in families.of(network.measure(source)).layers(
                    network.measure(source)) if "downsample" not in layer.name]
                if "mmaction2" in name:  # its names come in the order of a class, not of the network
                    theirs, wanted = sorted(theirs), sorted(wanted)
                self.assertEqual(theirs, wanted)

    def test_wrappers_make_no_difference(self):
        plain = read_list("torchvision-resnet18")
        for prefix in ("module.", "_orig_mod.", "model.", "module._orig_mod."):
            source = source_of({prefix + name: shape for name, shape in plain.items()})
            self.assertEqual(source.layout.name, "torchvision-resnet")

    def test_motionsqueeze(self):
        shapes = read_list("torchvision-resnet18")
        classes, features = shapes.pop("fc.weight")
        shapes.pop("fc.bias")
        described = {"depth": 18, "width": 64, "motion": dict(after=3, directions="forward", confidence=True)}
        for layer in families.motion.layers(described, families.resnet.stages(described)):
            shapes.update(layer.tensors())
        shapes.update({"bn2.running_mean": (128,), "bn2.weight": (128,)})
        for classifier in ("fc1", "new_fc"):
            with self.subTest(classifier):
                source = source_of(dict(shapes, **{classifier + ".weight": (classes, features, 1), classifier + ".bias": (classes,)}))
                found = network.measure(source)
                self.assertEqual(source.layout.name, "motionsqueeze")
                self.assertEqual((found["motion"]["after"], found["motion"]["directions"]), (3, "forward"))
                source.renamed(found)


class Refusals(unittest.TestCase):
    def test_other_networks_are_named(self):
        resnet = read_list("mit-tsm-resnet50")
        backbone = read_list("mmaction2-tsm-resnet50")
        others = [
            (resnet, "module.base_model.layer2.0.nl.g.weight", (256, 512, 1, 1, 1), "non-local"),
            (backbone, "backbone.layer2.0.non_local_block.g.conv.weight", (256, 512, 1, 1, 1), "non-local"),
            (backbone, "backbone.layer1.0.conv1.conv.net1.offset_net.conv.weight", (1, 16, 3), "TIN"),
            (backbone, "backbone.layer1.0.tam.G.0.weight", (16, 8), "TANet"),
            (resnet, "module.base_model.layer2_bak.0.conv1.weight", (64, 64, 1, 1), "TDN"),
            (backbone, "backbone.layer1.0.conv2.conv.weight", (64, 64, 3, 3, 3), "3-D"),
            (resnet, "module.base_model.layer2.net.0.conv1.weight", (128, 256, 1, 1), "temporal pooling"),
            ({}, "backbone.layers.0.blocks.0.attn.qkv.weight", (384, 128), "transformer"),
            ({}, "encoder.layers.encoder_layer_0.self_attention.in_proj_weight", (2304, 768), "transformer"),
            ({}, "class_token", (1, 1, 768), "transformer"),
            ({}, "_blocks.0._se_reduce.weight", (8, 32, 1, 1), "squeeze-and-excitation"),
        ]
        for shapes, name, shape, what in others:
            with self.subTest(name):
                message = refused(dict(shapes, **{name: shape}))
                self.assertIn(what, message)
                self.assertIn("msnet runs TSN and TSM", message)

    def test_relatives_of_resnet_are_named(self):
        shapes = read_list("timm-resnet50")
        deep = dict(shapes, **{"conv1.0.weight": (32, 3, 3, 3)})
        pooled = dict(shapes, **{"layer2.0.downsample.1.weight": (512, 256, 1, 1)})
        grouped = dict(shapes, **{"layer1.0.conv2.weight": (128, 4, 3, 3), "layer1.0.conv1.weight": (128, 64, 1, 1)})
        wide = dict(shapes, **{"layer1.0.conv2.weight": (128, 128, 3, 3), "layer1.0.conv1.weight": (128, 64, 1, 1)})
        flow = dict(shapes, **{"conv1.weight": (64, 10, 7, 7)})
        for found, what in ((deep, "variant d"), (pooled, "variant d"), (grouped, "ResNeXt"), (wide, "wide ResNet"),
                            (flow, "optical flow")):
            with self.subTest(what):
                self.assertIn(what, refused(found))

    def test_missing_left_over_and_misshapen_are_named(self):
        shapes = read_list("mit-tsm-resnet50")
        name = "module.base_model.layer3.1.bn2.running_var"
        short = {key: shape for key, shape in shapes.items() if key != name}
        self.assertRegex(refused(short), r"missing of a resnet .*: layer3\.1\.bn2\.running_var \[256\]")
        self.assertRegex(refused(dict(shapes, **{"module.extra.weight": (3, 4)})), r"left over.*extra\.weight \[3, 4\]")
        self.assertRegex(refused(dict(shapes, **{name: (255,)})), r"layer3\.1\.bn2\.running_var is \[255\], expected \[256\]")
        source = source_of(dict(shapes, **{"module.extra.weight": (3, 4)}), ignored=["extra.*"])
        source.renamed(network.measure(source))

    def test_a_shift_that_fits_no_rule(self):
        shapes = read_list("mit-tsm-resnet50")
        name = "module.base_model.layer3.1.conv1.net.weight"
        shapes[name.replace(".net", "")] = shapes.pop(name)
        source = source_of(shapes)
        with self.assertRaisesRegex(Refusal, "these blocks shift"):
            network.shifts_shown(source, network.measure(source))

    def test_what_is_not_known_is_listed(self):
        self.assertRegex(refused({"encoder.weight": (3, 3)}), r"no known network.*encoder\.weight \[3, 3\].*expected one of")


class Proposals(unittest.TestCase):
    def test_names(self):
        for name, expected in {
                "TSM_kinetics_RGB_resnet50_shift8_blockres_avg_segment8_e100_dense.pth":
                    {"data_set": "kinetics-400", "frames": 8, "sampling": "dense", "shift_div": 8},
                "TSM_somethingv2_RGB_resnet101_shift4_blockres_avg_segment16_e45.pth":
                    {"data_set": "something-v2", "frames": 16, "shift_div": 4},
                "TSM_something_RGB_resnet50_shift8_blockres_avg_segment8_e45.pth":
                    {"data_set": "something-v1", "frames": 8, "shift_div": 8},
                "mobilenetv2_jester_online.pth.tar": {"data_set": "jester"},
                "tsm_imagenet-pretrained-r50_8xb16-1x1x16-50e_sthv2-rgb_20221122-b1fb8264.pth":
                    {"data_set": "something-v2", "frames": 16},
                "tsm_imagenet-pretrained-r50_8xb16-dense-1x1x8-50e_kinetics400-rgb.pth":
                    {"data_set": "kinetics-400", "frames": 8, "sampling": "dense"},
                "tsm_k400_pretrained_r50_1x1x8_25e_ucf101_rgb.pth": {"data_set": "ucf101", "frames": 8},
                "resnet50-11ad3fa6.pth": {"resize": 232}, "resnet50-0676ba61.pth": {}, "model.pth": {}}.items():
            with self.subTest(name):
                self.assertEqual(proposals.from_name(name), expected)

    def test_configuration(self):
        text = ("model = dict(backbone=dict(shift_div=4))\ntrain_pipeline = [\n    dict(type='DenseSampleFrames', clip_len=1, "
                "frame_interval=1, num_clips=16),\n]\ntest_pipeline = [\n    dict(num_clips=25)\n]\n")
        for beside in ({"meta": {"config": text}}, {"meta": {"cfg": text}}):
            self.assertEqual(proposals.from_configuration(beside), {"frames": 16, "sampling": "dense", "shift_div": 4})
        self.assertEqual(proposals.from_configuration({"meta": 7}), {})

    def test_windows(self):
        self.assertEqual(sampling.window("kinetics-400", True, 8, False)[:2], (2.133333, "start"))
        self.assertEqual(sampling.window("kinetics-400", False, 8, False)[:2], (10.0, "centre"))
        self.assertEqual(sampling.window("something-v2", False, 16, False)[:2], (4.0, "centre"))
        self.assertEqual(sampling.window("jester", False, 12, True)[:2], (0.8, "start"))

    def test_a_hop_is_a_whole_number_of_intervals(self):
        """The element rounds a hop up to intervals: a hop of one must not become two."""
        for frames in (1, 3, 5, 8, 12, 16):
            for window in (0.5, 0.8, 2.133333, 3.0, 4.0, 7.0, 10.0):
                for is_stream in (False, True):
                    hop, whole = (round(seconds * 1e9) for seconds in (sampling.hop(window, frames, is_stream), window))
                    expected = 1 if is_stream else max(1, round(frames / 4))
                    self.assertEqual(-(-hop * frames // whole), expected)


class Metadata(unittest.TestCase):
    def values(self, **network_values):
        return {"network": dict({"backbone": "resnet", "depth": 18, "shift": "none", "classes": 2}, **network_values),
                "input": {"frames": 8, "fit": "crop", "resize": 256, "size": 224}, "sampling": {"window": 1.0, "hop": 0.5}}

    def test_the_lowest_version_that_suffices(self):
        strings = metadata.to_strings(self.values(shift_div=8, shift_place="residual", output="softmax"))
        self.assertEqual(strings["msnet.version"], "1")
        self.assertNotIn("msnet.requires", strings)
        self.assertNotIn("shift_div", strings["msnet.network"])

    def test_each_feature_is_listed(self):
        motion = {"after": 2, "directions": "forward", "softargmax": "kernel", "dilation": 1, "fusion": "add"}
        self.assertEqual(metadata.requirements(self.values(motion=motion)), [])
        for changed, feature in (({"after": [1, 2]}, "motion-after"), ({"directions": "both"}, "motion-both"),
                                 ({"softargmax": "plain"}, "motion-plain"), ({"dilation": 2}, "motion-dilation"),
                                 ({"fusion": "concat"}, "motion-fusion")):
            self.assertEqual(metadata.requirements(self.values(motion=dict(motion, **changed))), [feature])
        for section, key, value, feature in (
                ("network", "backbone", "mobilenet-v2", "mobilenet-v2"),
                ("network", "backbone", "efficientnet-lite3", "efficientnet-lite"),
                ("network", "shift_div", 4, "shift-div"), ("network", "shift_place", "block", "shift-place"),
                ("network", "output", "sigmoid", "output"), ("input", "fit", "pad", "fit-pad"),
                ("input", "resize", [240, 320], "resize-pair"), ("input", "resize_filter", "bilinear", "resize-filter"),
                ("input", "range", 255, "range"), ("sampling", "at", "centre", "sampling-at")):
            values = self.values()
            values[section] = dict(values[section], **{key: value})
            self.assertEqual(metadata.requirements(values), [feature])
            strings = metadata.to_strings(values)
            self.assertEqual((strings["msnet.version"], json.loads(strings["msnet.requires"])), ("2", [feature]))


class Values(unittest.TestCase):
    """What the element would refuse is not written."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        opened = checkpoint.Checkpoint(pathlib.Path(self.folder.name) / "x.pth", {
            name: Shape(shape) for name, shape in read_list("torchvision-resnet18").items()}, {})
        opened.path.write_bytes(b"x")
        self.opened = opened

    def values(self, *options):
        options = convert.parse([str(self.opened.path), "--out=x", "--numbered-labels", *options])
        return convert.Conversion(options, self.opened, network.Source(self.opened)).values()

    def test_what_the_element_takes_passes(self):
        for options in ([], ["--frames=64"], ["--fit=pad", "--size=32"], ["--resize=256x320"], ["--at=centre", "--window=3"]):
            self.values(*options)

    def test_what_it_refuses_is_named(self):
        for option, words in (("--frames=0", "msnet.input: frames: .*from 1 to 64, found 0"), ("--frames=65", "frames"),
                              ("--size=31", "size: .*found 31"), ("--resize=223", r"resize: .*from 224 \(size\)"),
                              ("--resize=223x300", "resize"), ("--set=input.mean=1", "mean: expected three times"),
                              ("--set=input.std=[0,1,1]", "std"), ("--set=input.order=1", "order"),
                              ("--window=1e-4", "msnet.sampling: window"), ("--set=sampling.hop=-1", "hop"),
                              ("--set=input=1", "msnet.input: expected an object"), ("--set=labels=[]", "expected 1000 labels"), ("--set=other=1", "msnet.other")):
            with self.subTest(option=option), self.assertRaisesRegex(ValueError, words):
                self.values(option)
        for option in ("--window=nan", "--window=-1", "--hop=0", "--resize=axb"):
            with self.subTest(option=option), self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as told:
                self.values(option)
            self.assertRegex(told.getvalue(), "expected (seconds, above 0 and up to 3600|a number, or height and width)")

    def test_where_to_write_is_checked_first(self):
        folder = pathlib.Path(self.folder.name)
        for out, words in ((folder, "found a folder"), (folder / "none" / "x", "there is no folder"), (self.opened.path, "itself")):
            with self.assertRaisesRegex(Refusal, words):
                convert.check_out(out, self.opened.path)
        convert.check_out(folder / "y", self.opened.path)


if __name__ == "__main__":
    unittest.main()
