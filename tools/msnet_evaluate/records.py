# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was found so far, one line of JSON a clip, so that a run can be ended at any time and go on."""

import json
import os

from . import Problem


def read_lines(path):
    """Objects up to the first line that is none, such as a last one that was cut off while it was written."""
    found = []
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                values = json.loads(line)
            except ValueError:
                break
            if not isinstance(values, dict):
                break
            found.append(values)
    return found


class Records:
    """path: of the lines; about: what was asked, the first line; resume: go on with the lines that are there."""

    def __init__(self, path, about, resume):
        self.path, self.by_clip = path, {}
        lines = read_lines(path) if os.path.exists(path) else []
        if any("scores" in line for line in lines):
            if not resume:
                raise Problem("%s: there are results of another run; --resume goes on with them, --out names another folder" % path)
            self.take(lines, about)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in [about, *self.by_clip.values()])
        self.file = open(path, "a", encoding="utf-8")

    def take(self, lines, about):
        """Keep what was answered; what failed is tried again."""
        if lines[0] != about:
            differ = sorted(key for key in {*lines[0], *about} if lines[0].get(key) != about.get(key))
            raise Problem("%s: these are results of another question (%s); ask the same, or name another folder by --out"
                          % (self.path, ", ".join(differ)))
        self.by_clip = {line["clip"]: line for line in lines[1:] if "scores" in line}

    def add(self, record):
        self.by_clip[record["clip"]] = record
        self.file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.file.flush()

    def close(self):
        self.file.close()

    def answered(self, clips):
        """Records of these clips, with what the data set says of them by now."""
        found = [(clip, self.by_clip.get(clip.name, {})) for clip in clips]
        return [dict(record, **{"class": clip.label, "source": clip.source}) for clip, record in found if "scores" in record]

    def failed(self, clips):
        found = [self.by_clip.get(clip.name, {}) for clip in clips]
        return [(record["clip"], record["problem"]) for record in found if "problem" in record]
