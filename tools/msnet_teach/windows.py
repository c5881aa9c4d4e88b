# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the classifier will read of each window, as the element computes it: its times, its preparation, its numbers.

The element runs a model file whose classifier passes on what it reads: each feature is a class of its own, and one class
more is always 0.  Scores are a softmax, so the logarithm of a score, less that of the one class more, is the feature.

An answer is the mean over the points of a window, and the classifier is linear, so a window is one vector: the mean of the
features of its points.
"""

import collections
import os

import numpy as np

from msnet_evaluate import Problem, frames
from msnet_evaluate.element import Element
from msnet_evaluate.gst import Gst
from msnet_evaluate.model_file import ModelFile

SECOND = 10**9
LEAST = 1e-300  # of a score whose logarithm is taken

Window = collections.namedtuple("Window", "start end partial features")  # ns from the beginning of the file


def features_of(scores):
    """-> float64 [features]"""
    if scores.min() < LEAST:
        raise Problem("expected features that differ by less than 80 or so, found others; take another network")
    logs = np.log(scores)
    return logs[:-1] - logs[-1]


class Looker:
    """A network in the element.  folder: for its file; properties: of the element; end: seconds to a file's last frame"""

    def __init__(self, backbone, folder, **properties):
        path, count = os.path.join(folder, "features.safetensors"), backbone.n_features
        backbone.save(path, np.eye(count + 1, count), np.zeros(count + 1), ["feature-%d" % i for i in range(count + 1)])
        self.element = Element(ModelFile(path), threshold=0, **properties)

    def close(self):
        self.element.close()

    def windows(self, path):
        """-> [Window] of a recording"""
        found, began, self.end = [], False, 0.0
        for frame in frames.decode(path):
            if not began:
                self.element.begin(frame.segment, frame.tags)
            began = True
            self.end = frame.segment.to_running_time(Gst.Format.TIME, frame.buffer.pts) / SECOND
            self.element.push(frame.buffer, frame.caps)
            found += self.element.results()  # at once: they are large
        self.element.end()
        found += self.element.results()
        return [Window(result.start, result.end, result.partial, features_of(result.scores)) for result in found]


def length(span, end):
    """Seconds of a span.  end: of its file"""
    return (end if span.end is None else span.end) - (span.start or 0)


def about(span, windows):
    """-> features [windows, n] of the windows that a span is about: all of a whole clip; None: there is none"""
    if span.start is not None or span.end is not None:
        windows = inside(span, windows) or around(span, windows)
    return np.stack([window.features for window in windows]) if windows else None


def inside(span, windows):
    """The full ones between two times."""
    start, end = times(span)
    return [window for window in windows if not window.partial and start <= window.start and window.end <= end]


def around(span, windows):
    """The full one around a span that is too short for a window."""
    windows, (start, end) = [window for window in windows if not window.partial], times(span)
    if not windows or start > windows[-1].end:
        return []
    middle = (start + min(end, windows[-1].end)) / 2
    return [min(windows, key=lambda window: abs((window.start + window.end) / 2 - middle))]


def times(span):
    return (span.start or 0) * SECOND, float("inf") if span.end is None else span.end * SECOND
