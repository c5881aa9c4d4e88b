/* output[i] = 2 i + 1: what a device computes before it is trusted.  One work-item a value.
 *
 * MSNET_BREAK_BUILD: defined by a test to see how a kernel that does not build is told. */

#ifdef MSNET_BREAK_BUILD
#error this kernel was asked not to build
#endif

__kernel void
self_test (__global float *restrict output, int n_values)
{
  int index = get_global_id (0);

  if (index >= n_values)
    return;
  output[index] = fma ((float) index, 2.0f, 1.0f);
}
