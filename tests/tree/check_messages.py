"""Every message that a user may meet has its line in docs/troubleshooting.md: the longest run of its own words.

    check_messages.py ROOT
"""
import pathlib
import re
import sys

# What checks the arguments of the library's own callers is no user's.
INTERNAL = ("src/base/", "src/ops/", "src/tensor/", "src/model/network.c", "src/clip/")
USERS = ("src/ops/operations.c", "src/clip/engine_base.c", "src/clip/start.c")
CALLS = re.compile(r"\b(?:GST_ELEMENT_(?:ERROR|WARNING|INFO)|g_set_error(?:_literal)?|g_prefix_error|warn|g_strdup_printf) \(")
TIMES = "plugin/msnet/time_watch.c"
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
LEAST_WORDS = 4


def calls(text):
    """What stands between the parentheses of each call."""
    for found in CALLS.finditer(text):
        depth, end, quoted = 1, found.end(), False
        while depth:
            if text[end] == '"' and text[end - 1] != "\\":
                quoted = not quoted
            depth += 0 if quoted else {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield found.group(), text[found.end():end - 1]


def words_of(call):
    """The longest run of words between two conversions of the message, which is the first string."""
    joined = re.sub(r'"\s*\w+_FORMAT\s*"', "d", call)
    message = re.search(r'(?:"(?:[^"\\]|\\.)*"\s*|\bINSTALL_HINT\b\s*)+', joined)
    if not message:
        return ""
    text = "".join(STRING.findall(message[0])).replace('\\"', '"').replace("\\n", " ")
    return max((" ".join(part.split()) for part in re.split(r"%[-.\d]*[a-z]+", text)), key=len).strip(" :;,.")


def is_for_users(path, call):
    if path == TIMES:
        return True
    if path.startswith(INTERNAL) and path not in USERS:
        return False
    return "printf" not in call and "warn" not in call


def missing(root):
    page = " ".join((root / "docs" / "troubleshooting.md").read_text(encoding="utf-8").split())
    n = 0
    for source in sorted([*root.glob("plugin/**/*.c"), *root.glob("src/**/*.c")]):
        path = source.relative_to(root).as_posix()
        for call, arguments in calls(source.read_text(encoding="utf-8")):
            words = words_of(arguments) if is_for_users(path, call) else ""
            if len(words.split()) < LEAST_WORDS:
                continue
            n += 1
            if words not in page:
                yield f"{path}: docs/troubleshooting.md has no line for: {words}"
    if n < 40:
        yield f"only {n} messages were found: this test looks in the wrong places"


if __name__ == "__main__":
    faults = list(missing(pathlib.Path(sys.argv[1])))
    print("\n".join(faults) or "each message has its line")
    sys.exit(1 if faults else 0)
