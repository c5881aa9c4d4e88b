/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* output[i] = 2 i + 1: what a device computes before it is trusted.
 *
 * A work-item makes one value.  Global size: (values).
 *
 * MSNET_BREAK_BUILD   defined by a test, to see how a kernel that does not build is reported */

#ifdef MSNET_BREAK_BUILD
#error this kernel was asked not to build
#endif

kernel void
self_test (global float *restrict output, int n_values)
{
  const int index = get_global_id (0);

  if (index >= n_values)
    return;
  output[index] = fma ((float)index, 2.0f, 1.0f);
}
