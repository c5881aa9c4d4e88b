# SPDX-License-Identifier: LGPL-2.1-or-later
"""One training: a network, its clips, its schedule and its checkpoint.

The classifier is fitted first (linear.py).  Then everything learns, what is pretrained with a small rate; statistics of
pretrained batch norms stay.  What counts is a running average of the weights.  A checkpoint holds all that the next step
depends on: a training that was ended goes on as if it had not been.
"""

import copy
import io
import math
import os
import pickle
import sys
import time

import torch
from torch import nn
from torch.nn import functional

from msnet_evaluate.interrupt import Stopped

from . import Problem, linear, measure
from .files import is_full, write_atomically
from .speed import autocast_of

AVERAGE = 0.995
WARM = 0.05
WEIGHT_DECAY = 0.02
SMOOTHING = 0.1
CLASSIFIER, FRESH = 3, 10  # their rates, as multiples of the pretrained rate
LARGEST_GRADIENT = 5.0
WINDOWS_WHILE_LEARNING = 3
CHECKPOINT_SECONDS = 120


def rate_at(progress):
    """A short rise, a cosine fall."""
    if progress < WARM:
        return 0.05 + 0.95 * progress / WARM
    return 0.01 + 0.495 * (1 + math.cos(math.pi * (progress - WARM) / (1 - WARM)))


def groups_of(model, fresh, rate):
    """Parameters by rate and decay."""
    found = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            times = CLASSIFIER if name.startswith("new_fc") else FRESH if name in fresh else 1
            found.setdefault((times, parameter.ndim > 1), []).append(parameter)
    return [{"params": parameters, "peak": times * rate, "weight_decay": WEIGHT_DECAY if decays else 0.0}
            for (times, decays), parameters in found.items()]


def freeze(model, stages):
    """The stem and the first stages do not learn.  stages: how many, the stem among them; 0: all learn"""
    if stages == 0:
        return
    blocks = [block for index in range(len(model.stages)) for _, block, _ in model.blocks(index)]
    learning = {id(parameter) for block in blocks for parameter in block.parameters()}
    apart = ("new_fc", "chnl_reduction", "flow_refinement", "flow_fusion")
    for name, parameter in model.named_parameters():
        if id(parameter) not in learning and not name.startswith(apart):
            parameter.requires_grad_(False)
    for index in range(min(stages - 1, len(model.stages))):
        for _, block, _ in model.blocks(index):
            block.requires_grad_(False)


def keep_statistics(model, fresh):
    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d) and name + ".running_mean" not in fresh:
            module.eval()


def mix(x, places, targets, alpha):
    """Each clip of a batch, and its classes, with another one's; alpha: 0 for none.  Zhang et al., "mixup", ICLR 2018

    places: which frames the points take; clips that repeat other frames would show other times, and stay as they are.
    """
    if alpha == 0:
        return x, targets
    share = torch.distributions.Beta(alpha, alpha).sample().to(x.device)
    other = torch.randperm(len(x), device=x.device)
    shares = torch.where((places == places[other]).all(1), share, torch.ones_like(share))
    of_x = shares.view(-1, *[1] * (x.ndim - 1))
    return of_x * x + (1 - of_x) * x[other], shares[:, None] * targets + (1 - shares[:, None]) * targets[other]


class Learner:
    """start: where it begins; loader: what it learns from; held: clips to be asked, perhaps none; path: of the checkpoint"""

    def __init__(self, start, loader, held, options, precision, path, minutes):
        self.loader, self.held, self.options, self.path, self.fresh = loader, held, options, path, start.fresh
        self.minutes, self.labels, self.autocast = minutes, start.values["labels"], autocast_of(loader.device, precision)
        self.model = copy.deepcopy(start.model).to(loader.device, memory_format=torch.channels_last)
        freeze(self.model, options.freeze)
        self.average = copy.deepcopy(self.model).eval()
        self.optimiser = torch.optim.AdamW(groups_of(self.model, start.fresh, options.rate), lr=options.rate)
        self.step, self.elapsed, self.history, self.best, self.best_at = 0, 0.0, [], None, -1
        self.log, self.saved, self.ready = [], time.monotonic(), False

    # Checkpoints

    def save(self):
        kept = {"model": self.model.state_dict(), "average": self.average.state_dict(), "optimiser": self.optimiser.state_dict(),
                **{key: getattr(self, key) for key in ("step", "elapsed", "history", "best", "best_at", "log", "ready")}}
        data = io.BytesIO()
        torch.save(kept, data)
        self.saved = time.monotonic()
        try:
            write_atomically(self.path, lambda file: file.write(data.getbuffer()))
        except OSError as error:
            what = "the disk is full" if is_full(error) else error.strerror
            print("\nmsnet-train: %s: the checkpoint cannot be written, %s; training goes on, and tries again in %d s"
                  % (self.path, what, CHECKPOINT_SECONDS), file=sys.stderr, flush=True)

    def resume(self):
        """-> whether there was something to go on with"""
        if not os.path.exists(self.path):
            return False
        try:
            kept = torch.load(self.path, map_location=self.loader.device, weights_only=False)
            for name in ("model", "average", "optimiser"):
                getattr(self, name).load_state_dict(kept.pop(name))
        except (RuntimeError, EOFError, KeyError, pickle.UnpicklingError) as error:
            raise Problem("%s: expected a checkpoint, found a damaged file (%s); put a copy there, or remove it to begin this "
                          "training anew" % (self.path, error)) from error
        for key, value in kept.items():
            setattr(self, key, value)
        return True

    # Schedule

    def total(self):
        return self.options.epochs * self.loader.steps()

    def progress(self):
        return min(1.0, self.elapsed / (60 * self.minutes) if self.minutes else self.step / self.total())

    def stops_early(self):
        """No better answer for some epochs."""
        return bool(self.held) and bool(self.history) and self.history[-1]["epoch"] - self.best_at >= self.options.patience

    # Learning

    def fit_classifier(self, features, mirror):
        """The first stage; only the classifier changes.  features: by clip's name, or None"""
        if features is not None:
            linear.fit_classifier(self.model, features, self.loader.clips, self.labels, mirror)
            self.average.load_state_dict(self.model.state_dict())
            right = linear.accuracy(self.model, features, self.held, self.labels) if self.held else None
            self.note(0, None, linear.accuracy(self.model, features, self.loader.clips, self.labels), right)
        self.ready = True
        self.save()

    def note(self, epoch, loss, train, held):
        self.history.append({"epoch": epoch, "seconds": round(self.elapsed, 1), "loss": loss, "train": train, "held": held})
        if held is not None and held > max([past["held"] for past in self.history[:-1]], default=-1):
            self.best, self.best_at = copy.deepcopy(self.average.state_dict()), epoch

    def learn(self):
        """One step."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["peak"] * rate_at(self.progress())
        torch.manual_seed(self.options.seed * 1000003 + self.step)
        x, places, labels = self.loader.batch(self.step)
        x, targets = mix(x, places, functional.one_hot(labels, len(self.labels)).float(), self.options.mixup)
        self.model.train()
        keep_statistics(self.model, self.fresh)
        with self.autocast():
            logits = self.loader.logits(self.model, x, places)
        loss = functional.cross_entropy(logits, targets, label_smoothing=SMOOTHING)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_GRADIENT)
        self.optimiser.step()
        self.update_average()
        self.step += 1
        self.log.append((float(loss.detach()), float((logits.argmax(1) == labels).float().mean())))

    def update_average(self):
        state, kept = self.model.state_dict(), self.average.state_dict()
        part = max(1 - AVERAGE, 1 / (2 + self.step))
        with torch.no_grad():
            for name, value in state.items():
                if value.dtype.is_floating_point:
                    kept[name].lerp_(value, part)

    def end_epoch(self, interrupt):
        epoch, held = math.ceil(self.step / self.loader.steps()), None
        if self.held:
            found = measure.records(self.average, self.loader, self.held, WINDOWS_WHILE_LEARNING, self.autocast, interrupt.check)
            held = measure.accuracy(found, self.labels)
        loss, train = (sum(part) / len(self.log) for part in zip(*self.log))
        self.note(epoch, loss, train, held)
        self.log = []

    def run(self, interrupt, tell):
        """Until the schedule ends.  tell: called after each step, and with the epoch's figures after each epoch"""
        while self.progress() < 1 and not self.stops_early():
            try:
                interrupt.check()
                began = time.monotonic()
                if self.log and self.step % self.loader.steps() == 0:
                    self.end_epoch(interrupt)
                    self.elapsed += time.monotonic() - began
                    tell(self, self.history[-1])
                else:
                    self.learn()
                    self.elapsed += time.monotonic() - began
                    tell(self, None)
            except Stopped:
                self.save()
                raise
            if time.monotonic() - self.saved > CHECKPOINT_SECONDS:
                self.save()
        if self.log:
            self.end_epoch(interrupt)
            tell(self, self.history[-1])
        self.save()

    def result(self):
        """The network to keep: the best one on the clips that were held out, else the last average."""
        if self.best is not None:
            self.average.load_state_dict(self.best)
        return self.average
