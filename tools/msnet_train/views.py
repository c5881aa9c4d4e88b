# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the stages that stay make of some varied windows of every clip, computed once and kept.

On a CPU these stages cost most of a step.  A training then sees the same N windows of a clip again and again, in another
order, in place of a new one each time.  A view depends on the seed, its number and its clip alone.
"""

import hashlib
import io
import os
import zipfile

import numpy as np
import torch

from msnet_torch.prepare import normalise

from . import Problem
from .files import write_atomically
from .loader import Loader, answers


def check(model, freeze):
    """Only what stays can be kept.  freeze: how many stages stay, the stem among them"""
    if freeze == 0:
        raise Problem("--views: expected stages that stay (--freeze 1 or more), found --freeze 0, which is what a GPU has if it is "
                      "left out")
    learning = min(model.modules_after, default=freeze)
    if learning < freeze - 1:
        raise Problem("--views: expected --freeze %d or less, as the MotionSqueeze after stage %d learns, found --freeze %d"
                      % (learning + 1, learning, freeze))


class Views:
    """folder: of the files; loader: of all clips; place: the fold of each; count: of each clip; stages: that stay."""

    def __init__(self, folder, loader, place, count, stages, autocast):
        self.folder, self.loader, self.count, self.stages, self.autocast = folder, loader, count, stages, autocast
        self.mates = {fold: [index for index, mine in enumerate(place) if mine == fold] for fold in place}
        self.place = place
        os.makedirs(folder, exist_ok=True)

    def path(self, clip, view):
        name = hashlib.sha256(clip.name.encode("utf-8", "surrogateescape")).hexdigest()[:24]
        return os.path.join(self.folder, "%s-%d.npz" % (name, view))

    def missing(self):
        """(index of the clip, number of the view), view by view; also of those that were cut off"""
        return [(index, view) for view in range(self.count) for index, clip in enumerate(self.loader.clips)
                if not zipfile.is_zipfile(self.path(clip, view))]

    def make(self, model, index, view):
        """Only clips of the same fold lend their background: what is held out stays so."""
        loader = self.loader
        clip = loader.clips[index]
        rng = np.random.default_rng([loader.seed, 4, view, index])
        x, places, label = loader.vary(rng, index, loader.labels.index(clip.label), self.mates[self.place[index]])
        with torch.no_grad(), self.autocast():
            # A frame at a time: the first stages' maps then stay in a CPU's cache.
            state, parts = {}, normalise(x, loader.values["input"]).split(1 if loader.causal else len(x))
            made = torch.cat([model.begin(part[None], self.stages, state=state)[0] for part in parts])
        data = io.BytesIO()
        np.savez(data, x=made.permute(0, 2, 3, 1).half().cpu().numpy(), places=places, label=label)
        write_atomically(self.path(clip, view), lambda file: file.write(data.getbuffer()))


class ViewLoader(Loader):
    """Batches of these views, for the rest of the network."""

    def __init__(self, views, *arguments):
        super().__init__(*arguments)
        self.views = views

    def example(self, number):
        index, _ = self.choose(number)
        view = int(np.random.default_rng([self.seed, 5, number]).integers(self.views.count))
        path = self.views.path(self.clips[index], view)
        try:
            with np.load(path) as kept:
                x, places, label = (kept[name] for name in ("x", "places", "label"))
        except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise Problem("%s: expected a view of a clip, found a damaged file (%s); remove it, and the same command makes it anew"
                          % (path, error)) from error
        return torch.from_numpy(x).to(self.device).permute(0, 3, 1, 2).float(), places.tolist(), int(label)

    def logits(self, model, x, places):
        return answers(lambda made: model.finish(made, self.views.stages), x, places)
