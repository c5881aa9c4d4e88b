# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every message that a user may meet has its line in docs/troubleshooting.md, with all of its own words.

    check_messages.py ROOT

A message is each text with four words or more in a row, wherever it is put together: all texts in the code count but those of logs
(why a stream starts over is one), of descriptions for gst-inspect-1.0 and of tables.
"""
import pathlib
import re
import sys

# What checks the arguments of the library's own callers is no user's.
INTERNAL = ("src/base/", "src/ops/", "src/tensor/", "src/model/network.c", "src/clip/")
USERS = ("src/base/fork.c", "src/ops/operations.c", "src/clip/engine_base.c", "src/clip/start.c")
LOGS = re.compile(
    r"(GST_(DEBUG|LOG|INFO|WARNING|TRACE|PLUGIN_DEFINE|STATIC_PAD_TEMPLATE)(_\w+)?|g_debug|g_param_spec_\w+"
    r"|gst_element_class_set_static_metadata|msnet_stream_reset)$")
TOKEN = re.compile(r'/\*.*?\*/|"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|\w+|\S', re.S)
LEAST_WORDS = 4


def texts(source):
    """Each text with the names of the calls around it; a `{` is a call without a name."""
    calls, words, name = [], "", ""
    for token in TOKEN.findall(re.sub(r"^#.*?(?<!\\)$", "", source, flags=re.M | re.S)):
        if token.startswith("/*"):
            continue
        if token[0] == '"':
            words += token[1:-1]
            continue
        if words and re.fullmatch(r"\w+_FORMAT", token):
            words += "d"
            continue
        if words:
            yield words, calls
        words = ""
        if token in "({[":
            calls = [*calls, name if token == "(" else token]
        elif token in ")}]":
            calls = calls[:-1]
        name = token if token[0].isalpha() or token[0] == "_" else ""


def is_message(calls):
    return not any(LOGS.match(call) for call in calls) and not re.fullmatch(r"\{+", "".join(calls[-2:]))


def own_words(text):
    """The runs of words between two conversions."""
    plain = text.replace('\\"', '"').replace("\\n", " ")
    runs = (" ".join(part.split()).strip(" :;,.()\"") for part in re.split(r"%[-.\d]*[a-z]+", plain))
    return [run for run in runs if len(run.split()) >= LEAST_WORDS]


def messages(root):
    for source in sorted([*root.glob("plugin/**/*.c"), *root.glob("src/**/*.c")]):
        path = source.relative_to(root).as_posix()
        if path.startswith(INTERNAL) and path not in USERS:
            continue
        for text, calls in texts(source.read_text(encoding="utf-8")):
            if is_message(calls):
                yield from ((path, words) for words in own_words(text))


def main(root):
    page = " ".join((root / "docs" / "troubleshooting.md").read_text(encoding="utf-8").split())
    found = list(messages(root))
    faults = [f"{path}: docs/troubleshooting.md has no line for: {words}" for path, words in found if words not in page]
    if len(found) < 60:
        faults.append(f"only {len(found)} messages were found: this test looks in the wrong places")
    print("\n".join(faults) or f"each of {len(found)} messages has its line")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
