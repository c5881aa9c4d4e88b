# SPDX-License-Identifier: LGPL-2.1-or-later
"""From models and clips to a report, step by step."""

import datetime
import os
import shlex
import sys
import tempfile
import time

from . import Problem, answer, dataset, gst, measures, options, report
from .interrupt import INTERRUPTED, Stopped
from .model_file import ModelFile
from .progress import Progress
from .protocol import Recogniser, protocol_of
from .records import Records
from .views import ThreeCrops, Whole


def load_models(names):
    """The models, which must be about the same classes."""
    models = [ModelFile(name) for name in names]
    for model in models[1:]:
        if sorted(model.labels) != sorted(models[0].labels) or model.independent != models[0].independent:
            raise Problem("%s and %s: expected the same labels and the same kind of output, found others; models whose answers "
                          "are averaged must be about the same classes" % (models[0].name, model.name))
    return models


def make_recogniser(model, chosen, span, folder):
    """folder: for the model's copy that takes crops as they are"""
    properties = {"device": chosen.device, "precision": chosen.precision}
    if span != "window":
        properties["span"] = span
    if chosen.crops == 1:
        return Recogniser(model, Whole(), **properties)
    view = ThreeCrops(model, chosen.crop_size)
    path = os.path.join(tempfile.mkdtemp(dir=folder), os.path.basename(model.path))
    model.save_resized(path, view.size)
    return Recogniser(ModelFile(path), view, **properties)


def measure(clip, protocol, recognisers, chosen):
    """-> the record of one clip"""
    began = time.monotonic()
    spent = [recogniser.element.seconds for recogniser in recognisers]
    found = protocol.results(clip.path, recognisers)
    scores = answer.of_models(found, [recogniser.model for recogniser in recognisers], chosen.average, chosen.average_models)
    every = [result for results in found for result in results]
    return {"clip": clip.name, "class": clip.label, "source": clip.source, "results": len(every),
            "partial": all(result.partial for result in every), "seconds": round(time.monotonic() - began, 4),
            "element_seconds": round(sum(r.element.seconds for r in recognisers) - sum(spent), 4), "scores": scores.tolist()}


def measure_all(clips, records, protocol, recognisers, chosen):
    """-> whether every clip was tried"""
    left = [clip for clip in clips if clip.name not in records.by_clip]
    progress = Progress(len(clips), len(clips) - len(left))
    try:
        for clip in left:
            try:
                records.add(measure(clip, protocol, recognisers, chosen))
            except Problem as problem:
                records.add({"clip": clip.name, "problem": str(problem)})
            progress.advance()
    except Stopped:
        if not records.by_clip:
            raise
        return False
    finally:
        progress.end()
    return True


def describe_question(chosen, models, background):
    """What a run's results are about: those of another question cannot be added to them."""
    keys = ("span", "segments", "dense", "clips", "crops", "crop_size", "average", "average_models", "precision")
    return {"msnet-evaluate": 1, **{key: getattr(chosen, key) for key in keys}, "labels": models[0].labels,
            "background": background, "models": [{"name": model.name, "sha256": model.digest()} for model in models]}


def name_of(data):
    """That of a folder, or of a table with its folder."""
    parts = os.path.abspath(data).split(os.sep)
    return parts[-1] if os.path.isdir(data) else os.path.join(*parts[-2:])


def make_report(chosen, models, data, records, about, complete, elements):
    answered = measures.judge(records.answered(data.clips), models[0].labels, about["background"])
    if not answered:
        why = records.failed(data.clips)
        raise Problem("no clip was measured" + (": %s: %s" % why[0] if why else ""))
    figures = measures.summarise(answered, models[0].labels)
    figures["answers"] = len(models[0].labels) - len(about["background"])
    left_out = [{"clip": clip, "why": why} for clip, why in [*data.left_out, *records.failed(data.clips)]]
    paths = {clip.name: clip.path for clip in data.clips}
    return {"protocol": options.describe(chosen, models, about["background"]), "models": about["models"],
            "data": name_of(chosen.data), "command": shlex.join(["msnet-evaluate", *sys.argv[1:]]),
            "device": elements[0].device, "precision": elements[0].precision, "date": datetime.date.today().isoformat(), "complete": complete, "asked": len(data.clips),
            "figures": figures, "notes": data.notes + [text for element in elements for text in element.warnings], "left_out": left_out,
            "worst": report.worst(answered, paths, chosen.worst)}


def make_folder(path):
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as problem:
        raise Problem("--out: expected a folder, or a place for one, found neither: %s: %s; name another"
                      % (path, problem.strerror)) from problem


def run(chosen):
    protocol = protocol_of(chosen)
    models = load_models(chosen.models)
    background = [] if chosen.with_background else sorted({label for model in models for label in model.background})
    data = dataset.read(chosen.data, chosen.root, models[0].labels, background)
    about = describe_question(chosen, models, background)
    make_folder(chosen.out)
    records = Records(os.path.join(chosen.out, "results.jsonl"), about, chosen.resume)
    gst.start(chosen.build)
    with tempfile.TemporaryDirectory() as folder:
        print("Starting %s" % ", ".join(model.name for model in models), file=sys.stderr, flush=True)
        recognisers = [make_recogniser(model, chosen, protocol.span, folder) for model in models]
        try:
            complete = measure_all(data.clips, records, protocol, recognisers, chosen)
        finally:
            records.close()
            for recogniser in recognisers:
                recogniser.element.close()
    found = make_report(chosen, models, data, records, about, complete, [recogniser.element for recogniser in recognisers])
    report.write(chosen.out, found)
    print("\n".join(report.lines(found)))
    print("Wrote %s" % os.path.join(chosen.out, "report.html"))
    return 0 if complete else INTERRUPTED
