# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every header compiles alone: whoever includes it needs to include nothing before it."""
import pathlib
import subprocess
import sys

PACKAGES = ["gstreamer-video-1.0", "json-glib-1.0", "pangocairo"]


def main():
    root = pathlib.Path(sys.argv[1])
    flags = subprocess.run(["pkg-config", "--cflags", *PACKAGES], check=True, capture_output=True, text=True)
    command = ["cc", "-std=gnu11", "-fsyntax-only", "-Werror", "-I", str(root / "src"), "-I", str(root / "plugin"),
               "-I", str(root / "kernels"), *flags.stdout.split(),
               "-x", "c", "/dev/null", "-include"]
    headers = sorted([*root.glob("src/**/*.h"), *root.glob("plugin/**/*.h"),
                      *root.glob("kernels/arguments/*.h")])
    failures = [header for header in headers if subprocess.run([*command, str(header)]).returncode != 0]
    print(f"{len(headers) - len(failures)} of {len(headers)} headers compile alone")
    return 1 if failures or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
