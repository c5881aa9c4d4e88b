# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measure the `motion` model on clips of photographs and videos that training never saw.

    tools/evaluate-motion generated|slow|carried|camera|cutouts|people [--model motion] [--build build]

Clips go through the element as one stream (fdsrc ! matroskademux ! msnet ! msnetjson);
`--twin` asks the PyTorch twin instead (then --model is a path), and `carried` needs it.
"""

import argparse

import cv2
import numpy as np
from PIL import Image

from msnet_evaluate.interval import interval

from . import benchmark, element, robust
from .taxonomy import CAMERA, LABELS, OBJECT
from .videos import cache_videos

SEED = 7
SHOWN_ERRORS = 12
ASKED = {"generated": LABELS, "slow": LABELS, "carried": LABELS, "camera": CAMERA, "cutouts": OBJECT, "people": OBJECT}


def clips_of(what, picture, options):
    if what in ("generated", "slow", "carried"):
        return benchmark.generated(options.cache, picture, options.each, SEED, what == "slow", what == "carried")
    held = benchmark.held_videos(cache_videos(options.data, options.cache), options.data)
    if what == "people":
        return benchmark.people(held, options.people, picture, options.each, SEED)
    if what == "cutouts":
        return benchmark.cutouts(held, picture, options.each, SEED)
    return benchmark.camera(benchmark.other_videos(options.videos) if options.videos else held, picture, options.each, SEED)


def remember(clips, kept):
    """Pass clips on and keep what scoring and the error picture need."""
    for clip in clips:
        step = max(1, len(clip.frames) // 5)
        kept.append({"label": clip.label, "source": clip.source, "followed": clip.followed,
                     "strip": clip.frames[::step][:5].copy()})
        yield clip


def ask(pairs, options):
    """(number, label) of each pair of frames and rate."""
    for number, result in element.results(options.model, pairs, options.build):
        yield number, result["label"]


def through_element(clips, options):
    return ask(((clip.frames, clip.rate) for clip in clips), options)


def report_worse(options):
    """How right the answers are where the pictures are worse, for clips of one size."""
    clips = list(clips_of(options.what, benchmark.PICTURES[0], options))
    print("%s: %d clips of %d sources" % (options.what, len(clips), len({clip.source for clip in clips})))
    robust.report(clips, lambda pairs: ask(pairs, options),
                  lambda label, answer: hit({"label": label, "answer": answer}, options.what))


def through_twin(clips, options):
    from msnet_torch import load_model

    from . import twin

    model, values = load_model(options.model)
    for number, clip in enumerate(clips):
        yield number, LABELS[int(twin.scores(model, values["input"]["size"], clip).argmax())]


def collect(what, options):
    """Every clip with the answer to it."""
    answered = []
    for picture in benchmark.PICTURES[: 1 if options.small else None]:
        kept = []
        clips = remember(clips_of(what, picture, options), kept)
        for number, label in (through_twin if options.twin else through_element)(clips, options):
            kept[number].setdefault("answer", label)
        answered += kept
    missing = sum("answer" not in clip for clip in answered)
    if missing:
        raise RuntimeError("%d of %d clips got no answer" % (missing, len(answered)))
    return answered


def hit(clip, what, strict=False):
    """Among the ten camera classes an object in a still picture is a still camera."""
    if what == "camera" and not strict and clip["label"] == "still":
        return clip["answer"] == "still" or clip["answer"] in OBJECT
    return clip["answer"] == clip["label"]


def confusion(clips, labels):
    """A table of right (rows) against answered (columns)."""
    answers = [label for label in LABELS if any(clip["answer"] == label for clip in clips) or label in labels]
    width = max(len(label) for label in LABELS)
    rows = [" " * width + "".join("%4d" % LABELS.index(answer) for answer in answers) + "   right"]
    for label in labels:
        mine = [clip for clip in clips if clip["label"] == label]
        counts = [sum(clip["answer"] == answer for clip in mine) for answer in answers]
        share = sum(clip["right"] for clip in mine) / max(1, len(mine))
        cells = "".join("%4s" % (count or ".") for count in counts)
        rows.append("%-*s%s   %.3f" % (width, "%d %s" % (LABELS.index(label), label), cells, share))
    return "\n".join(rows)


def error_picture(clips, path):
    """Frames of some wrong answers, one clip a row, and what was said."""
    wrong = [clip for clip in clips if not clip["right"]]
    chosen = wrong[:: max(1, len(wrong) // SHOWN_ERRORS)][:SHOWN_ERRORS]
    rows = []
    for clip in chosen:
        row = np.concatenate([cv2.resize(frame, (160, 90), interpolation=cv2.INTER_AREA) for frame in clip["strip"]], 1)
        head = np.full((20, row.shape[1], 3), 255, np.uint8)
        said = "%s: answered %s (%s)" % (clip["label"], clip["answer"], clip["source"])
        cv2.putText(head, said, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
        rows += [head, row]
    if rows:
        Image.fromarray(np.concatenate(rows)[..., ::-1]).quantize(256).save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(prog="evaluate-motion", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=tuple(ASKED))
    parser.add_argument("--model", default="motion", help="name or path")
    parser.add_argument("--build", default="build", help="build folder of the plugin")
    parser.add_argument("--data", default="../shared/data", help="folder of real videos")
    parser.add_argument("--people", default="../shared/data/jhmdb21", help="J-HMDB as it is unpacked")
    parser.add_argument("--videos", help="camera: the still-camera videos of this folder instead of those of --data")
    parser.add_argument("--cache", default=".cache/motion", help="folder for decoded pictures and videos")
    parser.add_argument("--each", type=int, default=20, help="clips a class (and source) and picture size")
    parser.add_argument("--twin", action="store_true", help="ask the PyTorch twin, not the element")
    parser.add_argument("--small", action="store_true", help="clips of 320 x 240 alone")
    parser.add_argument("--worse", action="store_true",
                        help="the same clips with noise, in low light, with few frames, compressed, blurred")
    parser.add_argument("--errors", help="write a picture of wrong answers here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.worse:
        return report_worse(options)
    clips = collect(options.what, options)
    for clip in clips:
        clip["right"] = hit(clip, options.what)
    right = [clip["right"] for clip in clips]
    low, high, sources = interval([clip["source"] for clip in clips], right)
    print("%s: %.3f of %d clips right (95 %% interval over %d sources: %.3f to %.3f)" % (
        options.what, np.mean(right), len(clips), sources, low, high))
    if options.what == "camera":
        print("strict (an object answer for a still camera is wrong): %.3f" % np.mean(
            [hit(clip, options.what, strict=True) for clip in clips]))
        for name, hits in (("right", True), ("wrong", False)):
            followed = [clip["followed"] for clip in clips if clip["right"] == hits]
            if followed:
                print("corners that move with the camera, %s answers: median %.2f" % (name, np.median(followed)))
    print(confusion(clips, ASKED[options.what]))
    if options.errors:
        error_picture(clips, options.errors)


if __name__ == "__main__":
    main()
