# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a file's name, and the configuration that MMAction2 saves beside the weights, say of the training."""

import re

DATA_SETS = [
    ("kinetics-400", r"kinetics(?!-?_?[67]00)|k400"), ("kinetics-600", r"kinetics-?_?600|k600"),
    ("kinetics-700", r"kinetics-?_?700|k700"), ("something-v2", r"something-?_?v2|ssv2|sthv2"),
    ("something-v1", r"something|ssv1|sthv1"), ("jester", r"jester"), ("ucf101", r"ucf-?_?101"), ("hmdb51", r"hmdb-?_?51"),
    ("imagenet", r"imagenet(?!-pretrained)|in1k"),
]
CLASSES = {400: "kinetics-400", 600: "kinetics-600", 700: "kinetics-700", 174: "something-v2", 27: "jester",
           101: "ucf101", 51: "hmdb51", 1000: "imagenet"}
# torchvision's second weights of ResNet-50, -101, -152 and MobileNetV2, which it tests after resizing to 232.
RESIZED_TO_232 = r"-(11ad3fa6|cd907fc2|f82ba261|7ebf99e0)"
NAME, CONFIGURATION = "the file's name", "the training's configuration in the file"


def first(pattern, text, convert=int):
    match = re.search(pattern, text)
    return convert(match.group(1)) if match else None


def from_name(name):
    """-> proposals by what they are about; reads, for instance, TSM_kinetics_RGB_resnet50_shift8_blockres_avg_segment8."""
    text = name.lower()
    trained = re.sub(r"(imagenet|kinetics\d*|k400)-?_?pretrained", "", text)
    found = {
        "data_set": next((data for data, pattern in DATA_SETS if re.search(pattern, trained)), None),
        "frames": first(r"segment(\d+)", text) or first(r"\dx\dx(\d+)", text),
        "sampling": "dense" if re.search(r"(^|[_.-])dense([_.-]|$)", text) else None,
        "shift_div": first(r"shift(\d+)", text),
        "resize": 232 if re.search(RESIZED_TO_232, text) else None,
        "is_tensorflow": "tf_efficientnet" in text or None,
    }
    return {key: value for key, value in found.items() if value is not None}


def texts(value, depth=0):
    """Every text in what was saved beside the weights, a few levels deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth < 3:
        for item in value.values():
            yield from texts(item, depth + 1)


def from_configuration(beside):
    """-> proposals like `from_name`; the configuration is text, and is read as such."""
    meta = beside.get("meta")
    text = "\n".join(texts(meta)) if isinstance(meta, dict) else ""
    pipeline = re.search(r"train_pipeline\s*=\s*\[(.*?)\n\]", text, re.S)
    sampled = pipeline.group(1) if pipeline else text
    found = {
        "frames": first(r"num_clips=(\d+)", sampled),
        "sampling": "dense" if "DenseSampleFrames" in sampled else None,
        "shift_div": first(r"shift_div=(\d+)", text),
    }
    return {key: value for key, value in found.items() if value is not None}


def classes_beside(beside):
    """Names of classes that the file itself holds, or None."""
    meta = beside.get("meta")
    places = [meta, meta.get("dataset_meta")] if isinstance(meta, dict) else []
    for place in places:
        for key in ("CLASSES", "classes"):
            names = place.get(key) if isinstance(place, dict) else None
            if isinstance(names, (list, tuple)) and names and all(isinstance(name, str) for name in names):
                return list(names)
    return None
