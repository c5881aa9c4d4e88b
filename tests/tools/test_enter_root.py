# SPDX-License-Identifier: LGPL-2.1-or-later
"""tools/enter-root finds Debian's own repository among others, and takes along what the network needs.

Nothing is installed: what would touch the system only says how it was called.

    test_enter_root.py ENTER_ROOT
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
STUBS = {
    "id": "echo 0",
    "unshare": 'while [ "$1" != sh ] && [ "$1" != true ]; do shift; done; exec "$@"',
    "mount": ":",
    "apt-get": 'cat "$STUBS/repositories"',
    "apt-config": 'echo "Acquire::http::Proxy \\"http://apt:1\\""',
    "mmdebstrap": 'printf "%s\\n" "$@" >"$STUBS/mmdebstrap.txt"; mkdir -p "$STUBS/../.root-trixie/etc"',
    "chroot": 'printf "%s\\n" "$@" >"$STUBS/chroot.txt"',
}


def write_program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def make_tree(folder, enter_root):
    """A source tree that holds the program alone, and all that it calls as stubs."""
    for name in ("tools", "stubs"):
        (folder / name).mkdir()
    shutil.copy(enter_root, folder / "tools")
    write_program(folder / "tools" / "install-packages", ":")
    for name, text in STUBS.items():
        write_program(folder / "stubs" / name, text)


def make_repository(folder, name, origin):
    release = folder / name / "dists" / "trixie"
    release.mkdir(parents=True)
    (release / "InRelease").write_text(f"Origin: {origin}\nCodename: trixie\n", encoding="utf-8")
    return f"file:{folder}/{name}/"


def enter(folder, repositories, **environment):
    """Returns: exit status and what the program says."""
    (folder / "stubs" / "repositories").write_text("".join(f"{name}\n" for name in repositories), encoding="utf-8")
    variables = {"PATH": f"{folder}/stubs:{os.environ['PATH']}", "STUBS": f"{folder}/stubs"} | environment
    done = subprocess.run([folder / "tools" / "enter-root", "trixie", "build", "true"], env=variables, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    return done.returncode, done.stdout


def read_call(folder, name):
    return (folder / "stubs" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def check_debian_is_found_among_others(folder):
    """The repository of Docker, too, has a release trixie, and comes first."""
    others = [make_repository(folder, name, origin) for name, origin in (("a", "Docker"), ("b", "Debian Backports"))]
    status, said = enter(folder, others)
    assert status == SKIPPED and "Debian's trixie" in said, said
    status, said = enter(folder, [*others, make_repository(folder, "c", "Debian")])
    assert status == 0, said
    assert f"file:{folder}/c" in read_call(folder, "mmdebstrap"), said


def check_proxies_are_taken_along(folder):
    status, said = enter(folder, [make_repository(folder, "c", "Debian")], http_proxy="http://a b:1", NO_PROXY="localhost")
    assert status == 0, said
    assert '--aptopt=Acquire::http::Proxy "http://apt:1"' in read_call(folder, "mmdebstrap")
    call = read_call(folder, "chroot")
    assert "http_proxy=http://a b:1" in call and "NO_PROXY=localhost" in call, call
    assert not [word for word in call if word.startswith("https_proxy=")], call
    assert call[-2:] == ["sh", "true"], call


def check_certificates_come_with_https(folder):
    write_program(folder / "stubs" / "grep", ":")  # nothing answers by https here
    shutil.copy("/bin/true", folder / "stubs" / "timeout")
    status, said = enter(folder, ["https://mirror.invalid/debian/"])
    assert status == 0, said
    assert "--include=ca-certificates" in read_call(folder, "mmdebstrap")
    shutil.rmtree(folder / ".root-trixie")
    assert enter(folder, ["http://mirror.invalid/debian/"])[0] == 0
    assert "--include=ca-certificates" not in read_call(folder, "mmdebstrap")


def main():
    if not os.path.exists("/usr/lib/apt/apt-helper"):
        print("this is no Debian")
        return SKIPPED
    for check in [check for name, check in globals().items() if name.startswith("check_")]:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name).resolve()
            make_tree(folder, sys.argv[1])
            check(folder)
        print(check.__name__)
    return 0


sys.exit(main())
