# SPDX-License-Identifier: LGPL-2.1-or-later
"""Preparation of RGB frames equals Pillow's bilinear resize and OpenCV's, which round to 8 bits, within 1.5/255, and
tools/msnet_torch/prepare.py, which does not, within 0.05/255.  What is not installed is left out.  Argument: the program
prepare_rgb."""
import array
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tools"))

# width, height, fit, resize, size
CASES = [
    (1920, 1080, "stretch", 0, 224),
    (1280, 720, "crop", 256, 224),
    (641, 481, "crop", 128, 112),
    (333, 500, "crop", 256, 224),
    (100, 75, "stretch", 0, 160),  # enlarged
    (40, 30, "crop", 64, 56),
    (17, 900, "stretch", 0, 33),  # one way enlarged, the other reduced
    (1, 1, "stretch", 0, 16),
    (2, 1, "crop", 20, 16),
    (1, 50, "stretch", 0, 7),
    (320, 240, "crop", (128, 171), 112),  # distorted
    (90, 300, "crop", (100, 64), 64),
    (640, 360, "pad", 0, 112),
    (33, 47, "pad", 0, 64),
    (1, 300, "pad", 0, 31),  # a column of black but for one
    (150, 100, "pad", 0, 75),
]


class Case:
    def __init__(self, width, height, fit, resize, size, resize_filter):
        self.width, self.height, self.fit, self.size, self.filter = width, height, fit, size, resize_filter
        self.resize = resize

    def arguments(self):
        resize = "%dx%d" % self.resize if isinstance(self.resize, tuple) else str(self.resize)
        return [str(self.width), str(self.height), self.fit, resize, str(self.size), self.filter]

    def make_pixels(self):
        """Noise over soft ramps, so that both edges and flat parts are there."""
        noise = random.Random(self.width * 7919 + self.height).randbytes(self.width * self.height * 3)
        return bytes((2 * value + (i // 3 % self.width + i // 3 // self.width) % 256) // 3 for i, value in enumerate(noise))

    def resized(self):
        """Width and height of the whole picture among the pixels of the output."""
        if self.fit == "stretch":
            return self.size, self.size
        if self.fit == "pad":
            longer = max(self.width, self.height)
            return tuple(max(int(self.size * side / longer + 0.5), 1) for side in (self.width, self.height))
        if isinstance(self.resize, tuple):
            return self.resize[1], self.resize[0]
        shorter = min(self.width, self.height)
        return tuple(int(self.resize * side / shorter) for side in (self.width, self.height))


def random_case(generator):
    fit, size = generator.choice(["crop", "stretch", "pad"]), generator.randint(1, 60)
    shorter, height, width = (size + generator.randint(0, 20) for _ in range(3))
    resize = (height, width) if generator.random() < 0.5 else shorter
    return generator.randint(1, 150), generator.randint(1, 150), fit, resize, size


def place(picture, case):
    """A Pillow picture of the size that the case wants, of the whole one."""
    left, top = (int(round((length - case.size) / 2.0)) for length in picture.size)
    if case.fit == "pad":
        left, top = (-((case.size - length) // 2) for length in picture.size)
    return picture.crop((left, top, left + case.size, top + case.size)).tobytes()


def prepare_with_pillow(pixels, case):
    from PIL import Image
    if case.filter != "antialias":
        return None
    picture = Image.frombytes("RGB", (case.width, case.height), pixels)
    return place(picture.resize(case.resized(), Image.BILINEAR), case)


def prepare_with_opencv(pixels, case):
    import cv2
    import numpy
    from PIL import Image
    if case.filter != "bilinear":
        return None
    picture = numpy.frombuffer(pixels, numpy.uint8).reshape(case.height, case.width, 3)
    return place(Image.fromarray(cv2.resize(picture, case.resized(), interpolation=cv2.INTER_LINEAR)), case)


def prepare_with_torch(pixels, case):
    import numpy
    from msnet_torch.prepare import prepare
    picture = {"fit": case.fit, "size": case.size, "resize": case.resize, "resize_filter": case.filter, "range": 255,
               "mean": [0, 0, 0], "std": [1, 1, 1]}
    frames = numpy.frombuffer(pixels, numpy.uint8).copy().reshape(1, case.height, case.width, 3)
    return prepare(frames, picture)[0].permute(1, 2, 0).flatten().tolist()


PEERS = {"Pillow": (prepare_with_pillow, 1.5), "OpenCV": (prepare_with_opencv, 1.5), "PyTorch": (prepare_with_torch, 0.05)}


def run(program, case, pixels):
    done = subprocess.run([program, *case.arguments()], input=pixels, capture_output=True)
    if done.returncode != 0:
        print(done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
        sys.exit(done.returncode)
    return array.array("f", done.stdout)


def compare(peer, case, expected, found, tolerance):
    if len(found) != len(expected):
        print(f"{case.arguments()}: expected {len(expected)} values, found {len(found)}")
        return False
    worst = max(range(len(expected)), key=lambda i: abs(expected[i] - 255.0 * found[i]))
    error = abs(expected[worst] - 255.0 * found[worst])
    if error > tolerance:
        print(f"{' '.join(case.arguments())}: worst at row {worst // 3 // case.size}, column {worst // 3 % case.size}, "
              f"channel {worst % 3}: {peer} {expected[worst]}, found {255.0 * found[worst]:.3f}")
    return error <= tolerance


def check(program, peers):
    """-> how many comparisons were made, how many of them are good"""
    generator = random.Random(1)
    cases = CASES + [random_case(generator) for _ in range(20)]
    results = []
    for case in [Case(*values, how) for values in cases for how in ("antialias", "bilinear")]:
        pixels = case.make_pixels()
        found = run(program, case, pixels)
        for peer in peers:
            prepare, tolerance = PEERS[peer]
            expected = prepare(pixels, case)
            if expected is not None:
                results.append(compare(peer, case, expected, found, tolerance))
    return len(results), sum(results)


def find_peers():
    peers = []
    for name, modules in {"Pillow": ["PIL"], "OpenCV": ["cv2", "PIL"], "PyTorch": ["torch", "numpy"]}.items():
        try:
            for module in modules:
                __import__(module)
            peers.append(name)
        except ImportError as problem:
            print(f"{name} is left out: {problem}")
    return peers


def main():
    peers = find_peers()
    if not peers:
        return 77
    total, good = check(sys.argv[1], peers)
    print(f"{good} of {total} pictures are like those of {', '.join(peers)}")
    return 0 if good == total else 1


if __name__ == "__main__":
    sys.exit(main())
