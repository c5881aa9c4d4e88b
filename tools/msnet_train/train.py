# SPDX-License-Identifier: LGPL-2.1-or-later
"""From clips to a model file, step by step."""

import copy
import hashlib
import json
import os
import statistics
import sys
import time

import torch

from msnet_evaluate import measures
from msnet_evaluate.progress import Progress, span
from msnet_teach import options as file_options
from msnet_torch import save_model
from msnet_file import metadata as model_metadata

from . import card, clips, flips, linear, measure, plan, report, settings, speed, start, views
from .bar import Bar
from .cache import MOST_WINDOWS, Cache, keep_all
from .files import read_json, remove_if_there, write_atomically
from .learn import Learner, freeze
from .loader import Loader

WINDOWS = 2 * MOST_WINDOWS
FROZEN_ON_CPU = 2
FEATURES_SECONDS = 60
CLIPS_TIMED = 2
SHORT = 0.75  # of a window


def say(text):
    print(text, file=sys.stderr, flush=True)


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:16]


class Training:
    """What all runs share."""

    def __init__(self, options):
        self.options = options
        self.device = speed.choose_device(options.device)
        options.freeze = options.freeze if options.freeze is not None else 0 if self.device.type == "cuda" else FROZEN_ON_CPU
        path = start.find_model(options)
        self.old_model, self.old = start.read(path)
        self.name = os.path.splitext(os.path.basename(path))[0]
        self.found = clips.read(options.data, options.root)
        say("Starting from %s; %d clips of %d classes" % (path, len(self.found.clips), len(self.found.labels)))
        self.resumed = settings.settle(options, settings.describe(options, self.found, digest_of(path)))

    def path(self, name):
        return os.path.join(self.options.work, name)

    def decode(self):
        """Keep small frames of all clips; what cannot be decoded is left out from here on."""
        self.cache = Cache(self.options.cache, start.view_of(self.old, self.options))
        torch.set_num_threads(1)
        progress = Progress(len(self.found.clips))
        keep_all(self.cache, self.found, progress, self.options.threads)
        progress.end()
        torch.set_num_threads(self.options.threads)
        clips.check(self.found, self.options.data)
        settings.settle_clips(self.options, self.found.clips)
        clips.note_thin(self.found)
        self.note_length()
        for name, why in self.found.left_out:
            say("left out: %s: %s" % (name, why))
        for note in self.found.notes:
            say("note: " + note)

    def note_length(self):
        """Where most clips end before a window does, its end is a picture that stands still."""
        view = self.cache.values
        window, points = view["sampling"]["window"], 2 * view["input"]["frames"]
        lengths = [len(self.cache.load(clip).halves) / points for clip in self.found.clips]
        usual, long = statistics.median(lengths) * window, sum(length >= MOST_WINDOWS for length in lengths)
        if long:
            self.found.notes.append("of %d clips only the first %g s are used: give their actions' start and end in a table, or "
                                    "cut them" % (long, MOST_WINDOWS * window))
        if usual < SHORT * window:
            self.found.notes.append("half of the clips are shorter than %.1f s, and a window is %g s long: --window %.1f sees "
                                    "more of what moves" % (usual, window, usual))

    def begin(self):
        """The network, and what follows from the clips that are left."""
        torch.manual_seed(self.options.seed)
        self.labels = self.found.labels
        file_options.check(self.options, self.labels)
        self.start = start.begin(self.old_model, self.old, self.name, self.options, self.labels)
        if self.options.views:
            views.check(self.start.model, self.options.freeze)
        self.mirror = [flips.NEVER] * len(self.labels) if self.options.no_flip else flips.mirrored(self.labels)
        self.runs, self.folds, self.place = plan.make(self.found.clips, self.options)
        self.causal = self.start.model.causal
        self.everything = self.loader(self.found.clips)
        say(plan.describe(self.runs, self.folds))
        say(flips.describe(self.labels, self.mirror) if not self.options.no_flip else "Never mirrored")

    def loader(self, chosen, kept=None):
        """kept: views, or None"""
        arguments = chosen, self.cache, self.start.values, self.mirror, self.causal, self.options, self.device
        return views.ViewLoader(kept, *arguments) if kept else Loader(*arguments)

    def views(self, interrupt, autocast):
        """Make those that are missing; None if every step renders its own windows."""
        if not self.options.views:
            return None
        stages = min(self.options.freeze - 1, len(self.start.model.stages))
        found = views.Views(self.path("views"), self.everything, self.place, self.options.views, stages, autocast)
        missing = found.missing()
        if missing:
            say("Computing the stages that stay: %d windows of each clip" % self.options.views)
            model = self.start.model.to(self.device, memory_format=torch.channels_last).eval()
            total = self.options.views * len(self.found.clips)
            progress = Progress(total, total - len(missing))
            for index, view in missing:
                interrupt.check()
                found.make(model, index, view)
                progress.advance()
            progress.end()
        return found

    def choose_precision(self):
        """Once, as a training that goes on should compute as before."""
        path = self.path("precision")
        if os.path.exists(path):
            with open(path, encoding="ascii", errors="replace") as text:
                name = text.read()
            if name in speed.PRECISIONS:
                return name
        model = copy.deepcopy(self.start.model).to(self.device, memory_format=torch.channels_last)
        freeze(model, self.options.freeze)
        batch = [part[:CLIPS_TIMED] for part in self.everything.batch(0)]
        name, seconds = speed.choose_precision(self.options.precision, model, batch, self.device)
        say("%s on %s, %d threads: about %.1f s a step of %d clips" % (
            name, self.device, self.options.threads, seconds / len(batch[0]) * self.options.batch, self.options.batch))
        write_atomically(path, lambda file: file.write(name.encode()))
        return name

    def features(self, interrupt, autocast):
        """Of all clips, by the network as it is."""
        found = linear.Features(self.path("features.npz"))
        left = [clip for clip in self.found.clips if clip.name not in found.by_clip]
        model = self.start.model.to(self.device).eval()
        if left:
            say("Fitting the classifier to features of the network as it is")
        progress, saved = Progress(len(self.found.clips), len(self.found.clips) - len(left)), time.monotonic()
        for clip in left:
            if interrupt.asked:
                found.save()
                interrupt.check()
            found.by_clip[clip.name] = linear.clip_features(model, self.everything, clip, autocast)
            progress.advance()
            if time.monotonic() - saved > FEATURES_SECONDS:
                found.save()
                saved = time.monotonic()
        if left:
            progress.end()
            found.save()
        return found.by_clip


class Teller:
    """Shows how far all trainings are."""

    def __init__(self, runs):
        self.runs, self.bar = runs, Bar()

    def of(self, index):
        def tell(learner, past):
            share = (index + learner.progress()) / len(self.runs)
            recent = learner.log[-50:]
            train = past["train"] if past else sum(right for _, right in recent) / max(1, len(recent))
            right = [entry["held"] for entry in learner.history if entry["held"] is not None]
            text = "%s, epoch %.1f, %.2f of what it learns from right" % (
                self.runs[index].name, learner.step / learner.loader.steps(), train)
            if right:
                text += ", held out %.3f (best %.3f)" % (right[-1], max(right))
            self.bar.show(share, text, past is not None)
        return tell


def run_one(training, index, features, kept, precision, teller, interrupt):
    """-> history and judged records of one training; its network is in its checkpoint"""
    run, options = training.runs[index], training.options
    path = training.path("run-%d.json" % index)
    result = read_json(path)
    minutes = options.minutes / len(training.runs) if options.minutes else None
    chooses = run.held if run.kept else []
    learner = Learner(training.start, training.loader(run.train, kept), chooses, options, precision,
                      training.path("run-%d.checkpoint" % index), minutes)
    if not learner.resume():
        remove_if_there(path)  # of a training whose checkpoint could never be written
        result = None
    elif learner.step > 0 and result is None:
        say("%s goes on at step %d" % (run.name, learner.step))
    if not learner.ready:
        learner.fit_classifier(features, training.mirror)
        if learner.history and learner.history[-1]["held"] is not None:
            say("The classifier alone: %.3f of the held out clips right" % learner.history[-1]["held"])
    if not options.frozen:
        learner.run(interrupt, teller.of(index))
    model = learner.result()
    if result is None:
        found = measure.records(model, learner.loader, run.held, WINDOWS, learner.autocast, interrupt.check)
        result = {"name": run.name, "history": learner.history, "records": found, "seconds": learner.elapsed}
        write_atomically(path, lambda file: file.write(json.dumps(result).encode()))
        if found:
            say("%s: %.3f of %d clips that were held out right" % (
                run.name, measure.accuracy(found, training.labels), len(found)))
    return result, model


def finish(training, results, model):
    """Write the model and its page."""
    options, found = training.options, training.found
    records = [record for run, result in zip(training.runs, results) if run.measured for record in result["records"]]
    judged = measures.judge(records, training.labels, [])
    figures = dict(measures.summarise(judged, training.labels), answers=len(training.labels)) if judged else None
    values = dict(training.start.values, card=card.make(options, found, training.name, training.old.get("card", {}), figures,
                                                        training.folds))
    proposed = file_options.actions(options)
    if proposed:
        values["actions"] = proposed
    save_model(options.out, model.cpu(), model_metadata.to_strings(values), options.dtype)
    by_name = {clip.name: clip for clip in found.clips}
    seconds = sum(result["seconds"] for result in results)
    page = report.write(options.out[: -len(".safetensors")] + ".html", {
        "figures": figures, "complete": True, "notes": found.notes, "card": values["card"], "runs": results,
        "left_out": [{"clip": name, "why": why} for name, why in found.left_out], "clips": len(found.clips),
        "classes": len(training.labels), "time": span(seconds), "device": "on %s" % training.device,
        "worst": report.worst(judged, lambda name: training.cache.load(by_name[name])) if judged else []})
    print("Accuracy: %s" % values["card"]["accuracy"])
    print("Wrote %s and %s" % (options.out, page))


def run(options, interrupt):
    training = Training(options)
    training.decode()
    training.begin()
    precision = training.choose_precision()
    interrupt.check()
    autocast = speed.autocast_of(training.device, precision)
    features, kept = training.features(interrupt, autocast), training.views(interrupt, autocast)
    teller, results = Teller(training.runs), []
    for index in range(len(training.runs)):
        result, model = run_one(training, index, features, kept, precision, teller, interrupt)
        results.append(result)
    finish(training, results, model)
    return 0
