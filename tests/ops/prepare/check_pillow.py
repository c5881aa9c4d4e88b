# SPDX-License-Identifier: LGPL-2.1-or-later
"""Preparation of RGB frames equals Pillow's bilinear resize within 1.5/255.  Argument: the program prepare_rgb."""
import array
import random
import subprocess
import sys

try:
    from PIL import Image
except ImportError:
    print("Pillow is not installed")
    sys.exit(77)

TOLERANCE = 1.5
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
]


def make_picture(width, height):
    """Noise over soft ramps, so that both edges and flat parts are there."""
    noise = random.Random(width * 7919 + height).randbytes(width * height * 3)
    picture = Image.frombytes("RGB", (width, height), noise)
    ramp = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    return Image.blend(picture, ramp, 0.3)


def fit_with_pillow(picture, fit, resize, size):
    if fit == "stretch":
        return picture.resize((size, size), Image.BILINEAR)
    width, height = picture.size
    shorter = min(width, height)
    resized = (int(resize * width / shorter), int(resize * height / shorter))
    left, top = (int(round((length - size) / 2.0)) for length in resized)
    return picture.resize(resized, Image.BILINEAR).crop((left, top, left + size, top + size))


def check(program, case):
    width, height, fit, resize, size = case
    picture = make_picture(width, height)
    expected = fit_with_pillow(picture, fit, resize, size).tobytes()
    run = subprocess.run([program, *map(str, case)], input=picture.tobytes(), capture_output=True)
    if run.returncode != 0:
        print(run.stdout.decode(errors="replace"), run.stderr.decode(errors="replace"))
        sys.exit(run.returncode)
    found = array.array("f", run.stdout)
    if len(found) != len(expected):
        print(f"{case}: expected {len(expected)} values, found {len(found)}")
        return False
    worst = max(range(len(expected)), key=lambda i: abs(expected[i] - 255.0 * found[i]))
    error = abs(expected[worst] - 255.0 * found[worst])
    print(f"{case}: worst at row {worst // 3 // size}, column {worst // 3 % size}, channel {worst % 3}: "
          f"Pillow {expected[worst]}, found {255.0 * found[worst]:.3f}: {error:.3f} of {TOLERANCE}")
    return error <= TOLERANCE


def main():
    results = [check(sys.argv[1], case) for case in CASES]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
