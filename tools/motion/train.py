# SPDX-License-Identifier: LGPL-2.1-or-later
"""Train the `motion` network on generated sequences, with checkpoints and resume.

    tools/train-motion --minutes 106          (sets up Python and photographs, then runs this)
    tools/train-motion --start models/motion.safetensors --rate 2e-4 --sizes 0:160 --minutes 40    (goes on with a model)

The network sees what it sees in a live stream: each sampled frame once, state carried on, points that repeat a frame
repeating its logits.

The schedule is in minutes, not steps, so that a busy machine ends in time too.
"""

import argparse
import copy
import multiprocessing
import os
import queue
import signal
import time

import cv2
import numpy as np
import torch
from torch import nn

from msnet_evaluate.interrupt import INTERRUPTED, Interrupt, Stopped
from msnet_torch import MEAN, STD, build, load_model

from .clips import sequence
from .losses import figures, total_loss
from .source import Source
from .taxonomy import LABELS

NETWORK = {"backbone": "resnet", "depth": 18, "width": 32, "shift": "causal", "shift_every": 1, "classes": len(LABELS),
           "motion": {"after": 2, "patch": 15, "sigma": 5.0, "temperature": 0.05, "directions": "past",
                      "softargmax": "kernel", "confidence": True}}
PATCH = NETWORK["motion"]["patch"]
SEQUENCES = 8
AVERAGE = 0.998
DROPOUT = 0.3
WEIGHT_DECAY = 0.02
WARM = 0.04
REPORT = 25
CHECKPOINT_SECONDS = 150
GUIDES = 6


def generate(batches, seed, size, cache, data, people):
    """Worker: batches into the queue for as long as the trainer lives, which is who heeds Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    parent = os.getppid()
    batches.cancel_join_thread()
    rng = np.random.default_rng(seed)
    source = Source(rng, cache, data, people)
    while True:
        batch = [np.stack(part) for part in zip(*(sequence(rng, source, size) for _ in range(SEQUENCES)))]
        while True:
            if os.getppid() != parent:
                return
            try:
                batches.put(batch, timeout=5)
                break
            except queue.Full:
                pass


class Generator:
    """A worker process and its queue of batches."""

    def __init__(self, options, step, size):
        self.batches = multiprocessing.Queue(8)
        seed = options.seed * 1000003 + step
        self.worker = multiprocessing.Process(
            target=generate, daemon=True,
            args=(self.batches, seed, size, options.cache, options.data, options.people))

    def __enter__(self):
        self.worker.start()
        return self.batches

    def __exit__(self, *_):
        self.worker.terminate()
        self.worker.join()


def prepare(frames):
    """uint8 BGR [N, L, S, S, 3] -> normalised RGB [N, L, 3, S, S]."""
    x = frames.flip(-1).permute(0, 1, 4, 2, 3).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def learning_rate(progress, peak):
    """One cycle over progress in [0, 1]: a short rise, a cosine fall."""
    if progress < WARM:
        return peak * (0.05 + 0.95 * progress / WARM)
    return peak * (0.002 + 0.499 * (1 + np.cos(np.pi * (progress - WARM) / (1 - WARM))))


def update_average(average, model, step):
    """Move the running average of weights and statistics a little towards the model; early on, much."""
    state, kept = model.state_dict(), average.state_dict()
    names = [name for name, value in state.items() if value.dtype.is_floating_point]
    part = max(1 - AVERAGE, 4 / (4 + step))
    torch._foreach_lerp_([kept[name] for name in names], [state[name] for name in names], part)


def keep_statistics(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


class Trainer:
    """Model, its average, the guide (a helper head that is thrown away), optimiser and clock.

    A model that training starts from has no guide, and keeps its statistics.
    """

    def __init__(self, options):
        self.options = options
        self.model = build(NETWORK, DROPOUT).to(memory_format=torch.channels_last)
        if options.start:
            self.model.load_state_dict(load_model(options.start)[0].state_dict())
        self.average = copy.deepcopy(self.model).eval()
        self.guide = None if options.start else nn.Linear(self.model.new_fc.in_channels, GUIDES)
        names = [name for name, _ in self.model.named_parameters()]
        for beginning in options.fixed:
            if not any(name.startswith(beginning) for name in names):
                raise SystemExit("--fixed %s: expected how names of layers begin, such as %s, found none" % (beginning, names[0]))
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad = not name.startswith(tuple(options.fixed))
        parameters = [p for p in self.model.parameters() if p.requires_grad]
        parameters += list(self.guide.parameters() if self.guide else [])
        groups = [{"params": [p for p in parameters if p.ndim > 1]},
                  {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=options.rate, weight_decay=WEIGHT_DECAY, fused=True)
        self.step, self.elapsed, self.log = 0, 0.0, []
        self.people = bool(options.people)  # whether any part of the training has seen people of J-HMDB
        self.parts = {"model": self.model, "average": self.average, "optimiser": self.optimiser}
        if self.guide:
            self.parts["guide"] = self.guide

    def resume(self):
        if not os.path.exists(self.options.out):
            return
        kept = torch.load(self.options.out, weights_only=False)
        if ("guide" in kept) != ("guide" in self.parts):
            raise SystemExit("%s is of a training %s --start: move it away" % (
                self.options.out, "without" if "guide" in kept else "with"))
        if kept.get("fixed", self.options.fixed) != self.options.fixed:
            raise SystemExit("%s is of a training %s: move it away" % (
                self.options.out, "with --fixed " + ",".join(kept["fixed"]) if kept["fixed"] else "without --fixed"))
        for name, part in self.parts.items():
            part.load_state_dict(kept[name])
        self.people |= kept.get("people", False)
        self.step, self.elapsed = kept["step"], kept["elapsed"]
        print("resumed at step %d, after %d minutes" % (self.step, self.elapsed / 60), flush=True)

    def save(self):
        kept = {name: part.state_dict() for name, part in self.parts.items()}
        part = self.options.out + ".part"
        torch.save(dict(kept, step=self.step, elapsed=self.elapsed, size=self.size(), people=self.people,
                        fixed=self.options.fixed), part)
        os.replace(part, self.options.out)

    def progress(self):
        return min(1.0, self.elapsed / (60 * self.options.minutes))

    def size(self):
        """The picture size of this part of the training."""
        return [size for begin, size in self.options.sizes if begin <= self.progress()][-1]

    def learn(self, batch):
        """One step over what clips.sequence() gives, stacked."""
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.progress(), self.options.rate)
        self.model.train()
        if self.options.start:
            keep_statistics(self.model)
        record = {}
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = self.model(prepare(batch[0]), record).float()
        guess = self.guide(record["pooled"].float()) if self.guide else None
        loss = total_loss(record, logits, guess, batch, PATCH)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        update_average(self.average, self.model, self.step)
        self.step += 1
        self.log.append([float(loss.detach())] + figures(record, logits.detach(), batch, PATCH))

    def report(self, size, pace):
        mean = np.mean(self.log[-REPORT:], 0)
        print("%s  step %d at %d px: loss %.3f, end-point error %.3f (no motion %.3f), accuracy %.3f from zero state, "
              "%.3f carried; %.2f s a step, %d of %d minutes" % (
                  time.strftime("%H:%M"), self.step, size, *mean, pace, self.elapsed / 60, self.options.minutes), flush=True)

    def run_size(self, size, interrupt):
        """Train until the schedule wants another size or ends."""
        saved = reported = self.elapsed
        with Generator(self.options, self.step, size) as batches:
            while self.progress() < 1 and self.size() == size:
                interrupt.check()
                begin = time.time()
                self.learn([torch.from_numpy(part) for part in batches.get()])
                self.elapsed += time.time() - begin
                if self.step % REPORT == 0:
                    self.report(size, (self.elapsed - reported) / REPORT)
                    reported = self.elapsed
                if self.elapsed - saved > CHECKPOINT_SECONDS:
                    self.save()
                    saved = self.elapsed

    def run(self, interrupt):
        self.resume()
        while self.progress() < 1:
            try:
                self.run_size(self.size(), interrupt)
            finally:
                self.save()


def sizes(text):
    """"0:112,0.4:160" -> [(0.0, 112), (0.4, 160)]: from which progress on, which size."""
    return [(float(begin), int(size)) for begin, size in (part.split(":") for part in text.split(","))]


def main():
    parser = argparse.ArgumentParser(prog="train-motion", description=__doc__.splitlines()[0])
    parser.add_argument("--out", default=".cache/motion/motion.checkpoint", help="checkpoint; resumed where it exists")
    parser.add_argument("--start", metavar="MODEL", help="a model file whose weights training starts from")
    parser.add_argument("--sizes", type=sizes, default=sizes("0:112,0.47:160"), metavar="SHARE:PIXELS,...")
    parser.add_argument("--minutes", type=float, default=106)
    parser.add_argument("--rate", type=float, default=2e-3, help="peak learning rate")
    parser.add_argument("--fixed", default=[], type=lambda text: text.split(","), metavar="LAYER,...",
                        help="how the names of layers begin that do not learn")
    parser.add_argument("--cache", default=".cache/motion", help="folder for decoded pictures and videos")
    parser.add_argument("--data", default="../shared/data", help="folder of real videos; none there: photographs alone")
    parser.add_argument("--people", default="../shared/data/jhmdb21", metavar="FOLDER",
                        help="J-HMDB as it is unpacked, whose people are cut out; none there: none are")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.data = options.data if os.path.isdir(options.data) else None
    options.people = options.people if options.data and os.path.isdir(options.people) else None
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    try:
        with Interrupt() as interrupt:
            Trainer(options).run(interrupt)
    except Stopped:
        raise SystemExit(INTERRUPTED) from None


if __name__ == "__main__":
    main()
