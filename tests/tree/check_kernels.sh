#!/bin/sh
# Every kernel is valid OpenCL C 1.2 behind the prelude, as the host composes it, on a device without any extension:
# no doubles, no halves; nor images.  Argument: the root of the tree.
set -u
cd "$1/kernels" || exit 1
if ! command -v clang > /dev/null; then
  echo "clang is not installed"
  exit 77
fi

checked=0
failed=0
for file in */*.cl */*/*.cl; do
  checked=$((checked + 1))
  { printf '#line 1 "prelude.cl"\n'; cat prelude.cl; printf '#line 1 "%s"\n' "$file"; cat "$file"; } \
    | clang -x cl -cl-std=CL1.2 -fsyntax-only -I . -Wall -Wno-unused-function -Werror -Xclang -finclude-default-header -Xclang -cl-ext=-all - \
    || failed=$((failed + 1))
done
if grep -nwE 'image[123]d\w*|sampler_t|double[0-9]*' prelude.cl */*.h */*.cl */*/*.cl; then
  echo "not every device has these"
  failed=$((failed + 1))
fi
echo "$((checked - failed)) of $checked kernels are valid"
[ "$checked" -gt 0 ] && [ "$failed" -eq 0 ]
