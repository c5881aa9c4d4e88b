/* Sets the border of a tensor to zero: the halo around each frame, and of the frames before the first and after
 * the last the first `shift_channels` of each pixel, which are all that a temporal shift reads.
 *
 * One work-item clears a row: dimension 0 is the row, the upper halo's first; dimension 1 the frame, that
 * before the first included.
 *
 * ELEMENT: an integer type as wide as a value: uint (float32) or ushort (bfloat16) */
#ifndef ELEMENT
#define ELEMENT uint
#endif

static inline void
clear_run (__global ELEMENT *run, int n)
{
  for (int i = 0; i < n; i++)
    run[i] = 0;
}

__kernel void
clear_border (__global ELEMENT *restrict tensor, int row_stride, int frame_stride, int frames, int height,
    int width, int channels, int halo, int frame_halo, int shift_channels)
{
  const int row = get_global_id (0);
  const int frame = get_global_id (1);
  __global ELEMENT *values = tensor + frame * frame_stride + row * row_stride;

  if (row < halo || row >= halo + height) {
    clear_run (values, row_stride);
    return;
  }
  clear_run (values, halo * channels);
  clear_run (values + (halo + width) * channels, halo * channels);
  if (frame_halo == 0 || (frame > 0 && frame <= frames))
    return;
  for (int column = 0; column < width; column++)
    clear_run (values + (halo + column) * channels, shift_channels);
}
