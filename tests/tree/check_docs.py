# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pages lead where they say: README stays short, lines are readable, links, paths and names of code exist.

    check_docs.py ROOT
"""
import pathlib
import re
import sys

MOST_LINES = 119
LONGEST_LINE = 110
FOLDERS = "bench|docs|examples|kernels|models|plugin|src|tests|tools"
PATH = re.compile(rf"(?<![\w/.-])((?:{FOLDERS})/[\w./-]*\w)")
LINK = re.compile(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)")
NAME = re.compile(r"\b(?:msnet|MSNET)_\w+|\bMsnet[A-Z]\w*")
PLACEHOLDER = re.compile(r"\b[A-Z]{4,}\b|_NAME|\.\.\.")


def prose(page):
    """(number, line) of what is neither code, nor a table, nor a picture."""
    fenced = False
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fenced ^= line.startswith("```")
        if not fenced and not line.lstrip().startswith(("|", "!", "```")) and not line.startswith("    "):
            yield number, line


def anchor(heading):
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page):
    return {anchor(line.lstrip("#")) for _, line in prose(page) if line.startswith("#")}


def exists(path):
    """Whether @path is there, or a source from which it is built."""
    return path.exists() or any(path.parent.glob(path.name.replace("-", "_") + ".*"))


def faults_of_links(page):
    for target, section in LINK.findall(page.read_text(encoding="utf-8")):
        file = page.parent / target if target else page
        if not file.exists():
            yield f"links to {target}, which does not exist"
        elif section and section not in anchors(file):
            yield f"links to {target}#{section}: there is no such heading"


def faults_of_paths(root, page):
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        for path in PATH.findall(line):
            if not PLACEHOLDER.search(path) and not exists(root / path) and not exists(page.parent / path):
                yield f"line {number} names {path}, which does not exist"


def read_sources(root):
    paths = [path for folder in FOLDERS.split("|") if folder != "docs" for path in (root / folder).rglob("*")]
    texts = [path for path in paths if path.suffix in (".c", ".h", ".cl", ".py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in texts)


def faults_of_names(page, known):
    for name in sorted(set(NAME.findall(page.read_text(encoding="utf-8"))) - known):
        yield f"names {name}, which no source has"


def faults(root):
    known = set(NAME.findall(read_sources(root)))
    pages = [root / "README.md", root / "HACKING.md", *sorted((root / "docs").rglob("*.md"))]
    lines = len(pages[0].read_text(encoding="utf-8").splitlines())
    if lines > MOST_LINES:
        yield f"README.md: expected {MOST_LINES} lines at most, found {lines}; move what is not for a first visit to docs/"
    for page in pages:
        name = page.relative_to(root)
        yield from (f"{name}: {fault}" for fault in [*faults_of_links(page), *faults_of_paths(root, page),
                                                     *faults_of_names(page, known)])
        for number, line in prose(page):
            if len(line) > LONGEST_LINE:
                yield f"{name}:{number}: expected {LONGEST_LINE} characters at most, found {len(line)}; break the line"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1]).resolve()))
    print("\n".join(found) or "the pages are in order")
    sys.exit(1 if found else 0)
