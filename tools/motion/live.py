# SPDX-License-Identifier: LGPL-2.1-or-later
"""Long streams over real videos: a virtual camera that does something else every few seconds, and when its frames come."""

import zlib

import cv2
import numpy as np

from .benchmark import CAMERA_SPEEDS, Clip, confirmed, held_videos, read_video
from .cadence import CADENCES, INTERVAL, Points
from .course import Course
from .paths import DIRECTION, at
from .pictures import pyramid
from .source import play
from .views import View, has_texture, warp

PICTURE = (320, 240)
LENGTHS = (2.0, 4.0)
SHORT_SIDE = 480
EXTENT = (0.45, 0.6)
SCENES = 2
PAN_POINTS = 24
PAN_SPEED, PAN_ROOM = 0.2, 0.3  # picture widths a second, picture widths
NOISE = 3.0


class Stream:
    """One long stream: its frames, the labels of its legs, and which of these tracked corners confirm."""

    def __init__(self, rng, source, video, seconds, cadence):
        make_times, rate = CADENCES[cadence]
        frames, video_rate = video
        aspect = PICTURE[0] / PICTURE[1]
        self.source, self.duration = source, 1 / rate
        self.times = make_times(rng, seconds, rate)
        self.course = Course(rng, seconds, LENGTHS, aspect, CAMERA_SPEEDS)
        view = View(rng, PICTURE, aspect, rng.uniform(*EXTENT), frames[0].shape)
        self.matrices = [view.matrix(pose) for pose in at(self.course.poses, self.times)]
        order = play(int(rng.integers(len(frames))) + np.floor(self.times * video_rate).astype(int), len(frames))
        self.frames = np.stack([warp(pyramid(frames[index], 2), matrix, PICTURE)
                                for index, matrix in zip(order, self.matrices)])
        self.points = Points(self.times, self.duration)
        self.sampled = self.frames[self.points.frames]
        self.legs = self.course.which(self.times)
        self.confirmed = [self.confirm(leg) for leg in range(len(self.course.labels))]

    def confirm(self, leg):
        """Whether most steps of the leg are what they should be, to tracked corners."""
        mine = [index for index in self.points.frames if self.legs[index] == leg]
        if len(mine) < 4:
            return False
        clip = Clip(self.frames[mine], 1 / INTERVAL, self.course.labels[leg], self.source,
                    [self.matrices[index] for index in mine])
        return has_texture(clip.frames[0]) and confirmed(clip)


def shrink(frames):
    scale = SHORT_SIDE / min(frames[0].shape[:2])
    return frames if scale >= 1 else [cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                                      for frame in frames]


def streams(index, data, each, seconds, cadence, seed):
    """`each` streams a source that training never saw."""
    for source, paths in held_videos(index, data).items():
        for number in range(each):
            rng = np.random.default_rng([seed, number, zlib.crc32(source.encode()), list(CADENCES).index(cadence)])
            frames, rate = read_video(paths[int(rng.integers(len(paths)))])
            yield Stream(rng, source, (shrink(frames), rate), seconds, cadence)


class Scene:
    """A still camera that pans in the end, its frames counted back from there: the last is -1, the pan PAN_POINTS long.

    people: the video goes on, else its first frame is seen with the noise of a sensor.
    """

    def __init__(self, rng, source, video, people):
        video, self.video_rate = video
        self.name = "%s, %s" % (source, "people move" if people else "one picture, noise")
        self.label = "pan-right" if rng.random() < 0.5 else "pan-left"
        self.video = [pyramid(frame, 2) for frame in (video if people else video[:1])]
        self.people, self.seed = people, int(rng.integers(1 << 30))
        self.view = View(rng, PICTURE, PICTURE[0] / PICTURE[1], EXTENT[0], video[0].shape)

    def frame(self, number):
        moved = max(0, number + PAN_POINTS + 1) * INTERVAL * PAN_SPEED * DIRECTION[self.label][0]
        index = play(int(np.floor(number * INTERVAL * self.video_rate)), len(self.video)) if self.people else 0
        seen = warp(self.video[index], self.view.matrix((moved - DIRECTION[self.label][0] * PAN_ROOM, 0, 0, 0)), PICTURE)
        if self.people:
            return seen
        noise = np.random.default_rng([self.seed, -number]).normal(0, NOISE, seen.shape)
        return np.clip(seen + noise, 0, 255).astype(np.uint8)

    def frames(self, numbers):
        return np.stack([self.frame(number) for number in numbers])


def scenes(index, data, seed):
    """Still scenes of the first sources that training never saw, without and with people who move."""
    for source, paths in list(held_videos(index, data).items())[:SCENES]:
        frames, rate = read_video(paths[0])
        for people in (False, True):
            rng = np.random.default_rng([seed, zlib.crc32(source.encode())])
            yield Scene(rng, source, (shrink(frames), rate), people)
