# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows the lines of msnetjson to people.

    ... msnetjson ! fdsink | show_results.py VIDEO LINES     one printed line a result, kept in the file LINES,
                                                             and at the end when each action started and ended
    show_results.py --picture LINES VIDEO PNG                the picture of VIDEO at the clearest result

Needs nothing but Python and GStreamer's command line tools.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

BAR = 24


def duration(video):
    """Seconds that the video lasts, or None."""
    found = subprocess.run(["gst-discoverer-1.0", video], capture_output=True, text=True, errors="replace", check=False)
    match = re.search(r"Duration: (\d+):(\d+):(\d+)\.(\d{3})", found.stdout)
    if not match:
        return None
    hours, minutes, seconds, milliseconds = map(int, match.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def describe(result, total):
    """One line for people: when, what, how sure, how far through the video."""
    bar = "█" * round(result["score"] * BAR)
    progress = f"{min(100, round(100 * result['stream-end'] / total)):3d} %" if total else ""
    return (f"{result['stream-start']:7.3f} s to {result['stream-end']:7.3f} s  "
            f"{result['label']:<14} {result['score']:.2f} {bar:<{BAR}} {progress}")


def describe_action(action):
    return f"{action['stream-start']:7.3f} s to {action['stream-end']:7.3f} s  {action['label']:<14} {action['score']:.2f}"


def follow(video, path):
    total = duration(video)
    count, actions = 0, []
    with open(path, "w", encoding="utf-8") as lines:
        for line in sys.stdin:
            lines.write(line)
            record = json.loads(line)
            if record["type"] == "result":
                count += 1
                print(describe(record, total), flush=True)
            elif record["type"] == "action-end":
                actions.append(record)
    print(f"{count} results, {len(actions)} actions" + (":" if actions else ""))
    for action in sorted(actions, key=lambda action: action["stream-start"]):
        print(describe_action(action))
    return 0 if count else 1


def clearest(path):
    """The surest result whose label is not the video's most frequent one, if there is one."""
    with open(path, encoding="utf-8") as lines:
        results = [record for record in map(json.loads, lines) if record["type"] == "result"]
    labels = [result["label"] for result in results]
    common = max(set(labels), key=labels.count)
    return max([r for r in results if r["label"] != common] or results, key=lambda r: r["score"])


def picture(path, video, png):
    # A result rides on the frame at its end, so that is where the overlay shows it.
    time = clearest(path)["stream-end"]
    with tempfile.TemporaryDirectory() as folder:
        # gst-launch-1.0 takes UTF-8 alone; names of files may be any bytes.
        pathlib.Path(folder, "video").symlink_to(pathlib.Path(video).resolve())
        pipeline = ["gst-launch-1.0", "-q", "filesrc", f"location={folder}/video", "!", "decodebin", "!", "videoconvert", "!",
                    "videorate", "!", "video/x-raw,framerate=8/1", "!", "pngenc", "compression-level=3", "!",
                    "multifilesink", f"location={folder}/%06d.png"]
        subprocess.run(pipeline, check=True)
        frames = sorted(pathlib.Path(folder).glob("*.png"))
        pathlib.Path(png).write_bytes(frames[min(round(time * 8), len(frames) - 1)].read_bytes())


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(errors="replace")
    if sys.argv[1:2] == ["--picture"] and len(sys.argv) == 5:
        return picture(*sys.argv[2:])
    if len(sys.argv) == 3:
        return follow(*sys.argv[1:])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
