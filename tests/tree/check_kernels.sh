#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every kernel is valid OpenCL C 1.2 with what it includes, on a device without any extension: no doubles, no halves; nor
# images.  A folder of small ones is valid as one program.  Plain kernels hold nothing of one kind of device.
# Argument: the root of the tree.
set -u
cd "$1/kernels" || exit 1
if ! command -v clang > /dev/null; then
  echo "clang is not installed"
  exit 77
fi

compile () {
  clang -x cl -cl-std=CL1.2 -I . -Wall -Wno-unused-function -Werror -Xclang -finclude-default-header -Xclang -cl-ext=-all "$@"
}

checked=0
failed=0
for file in */*.cl */*/*.cl; do
  checked=$((checked + 1))
  compile -fsyntax-only "$file" || failed=$((failed + 1))
done
checked=$((checked + 1))
for file in cpu/small/*.cl; do echo "#include \"$file\""; done | compile -fsyntax-only - || failed=$((failed + 1))
for file in plain/*.cl; do
  if compile -E "$file" 2> /dev/null | grep -nE '__asm__|__builtin_(prefetch|nontemporal)'; then
    echo "$file includes what is for CPUs alone: take it from cpu/"
    failed=$((failed + 1))
  fi
done
if grep -nwE 'image[123]d\w*|sampler_t|double[0-9]*' *.h */*.h */*/*.h */*.cl */*/*.cl; then
  echo "not every device has these"
  failed=$((failed + 1))
fi
echo "$((checked - failed)) of $checked programs are valid"
[ "$checked" -gt 0 ] && [ "$failed" -eq 0 ]
