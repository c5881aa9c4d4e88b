/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/prepare/random_frame.h"

#include <string.h>

/* plane, offset, stride (filled in later), step, shift_x, shift_y */
const TestLayout test_layouts[TEST_N_LAYOUTS] = {
  { "RGB", MSNET_PIXELS_RGB, 1, { { 0, 0, 0, 3 }, { 0, 1, 0, 3 }, { 0, 2, 0, 3 } } },
  { "BGR", MSNET_PIXELS_RGB, 1, { { 0, 2, 0, 3 }, { 0, 1, 0, 3 }, { 0, 0, 0, 3 } } },
  { "RGBx", MSNET_PIXELS_RGB, 1, { { 0, 0, 0, 4 }, { 0, 1, 0, 4 }, { 0, 2, 0, 4 } } },
  { "xRGB", MSNET_PIXELS_RGB, 1, { { 0, 1, 0, 4 }, { 0, 2, 0, 4 }, { 0, 3, 0, 4 } } },
  { "BGRx", MSNET_PIXELS_RGB, 1, { { 0, 2, 0, 4 }, { 0, 1, 0, 4 }, { 0, 0, 0, 4 } } },
  { "xBGR", MSNET_PIXELS_RGB, 1, { { 0, 3, 0, 4 }, { 0, 2, 0, 4 }, { 0, 1, 0, 4 } } },
  { "GBR planar", MSNET_PIXELS_RGB, 3, { { 2, 0, 0, 1 }, { 0, 0, 0, 1 }, { 1, 0, 0, 1 } } },
  { "I420", MSNET_PIXELS_YUV, 3, { { 0, 0, 0, 1 }, { 1, 0, 0, 1, 1, 1 }, { 2, 0, 0, 1, 1, 1 } } },
  { "YV12", MSNET_PIXELS_YUV, 3, { { 0, 0, 0, 1 }, { 2, 0, 0, 1, 1, 1 }, { 1, 0, 0, 1, 1, 1 } } },
  { "Y41B", MSNET_PIXELS_YUV, 3, { { 0, 0, 0, 1 }, { 1, 0, 0, 1, 2, 0 }, { 2, 0, 0, 1, 2, 0 } } },
  { "NV12", MSNET_PIXELS_YUV, 2, { { 0, 0, 0, 1 }, { 1, 0, 0, 2, 1, 1 }, { 1, 1, 0, 2, 1, 1 } } },
  { "NV21", MSNET_PIXELS_YUV, 2, { { 0, 0, 0, 1 }, { 1, 1, 0, 2, 1, 1 }, { 1, 0, 0, 2, 1, 1 } } },
  { "YUY2", MSNET_PIXELS_YUV, 1, { { 0, 0, 0, 2 }, { 0, 1, 0, 4, 1, 0 }, { 0, 3, 0, 4, 1, 0 } } },
  { "UYVY", MSNET_PIXELS_YUV, 1, { { 0, 1, 0, 2 }, { 0, 0, 0, 4, 1, 0 }, { 0, 2, 0, 4, 1, 0 } } },
  { "GRAY8", MSNET_PIXELS_GRAY, 1, { { 0, 0, 0, 1 } } },
};

static guint
count_samples (guint length, guint shift)
{
  return (length + (1 << shift) - 1) >> shift;
}

/* Gives @frame a plane of random bytes that ends with the last sample, behind a random offset, with a random
 * stride. */
static void
fill_plane (GRand *random, MsnetFrame *frame, guint index)
{
  guint n_components = frame->pixels == MSNET_PIXELS_GRAY ? 1 : 3;
  gsize offset = g_rand_int_range (random, 0, 40);
  gsize padding = g_rand_int_range (random, 0, 20);
  gsize row_size = 0;
  guint rows = 0;
  guint8 *data;

  for (guint i = 0; i < n_components; i++) {
    const MsnetComponent *component = &frame->components[i];
    if (component->plane != index)
      continue;
    row_size = MAX (row_size,
        component->offset + (count_samples (frame->width, component->shift_x) - 1) * component->step + 1);
    rows = count_samples (frame->height, component->shift_y);
  }
  for (guint i = 0; i < n_components; i++)
    if (frame->components[i].plane == index) {
      frame->components[i].offset += offset;
      frame->components[i].stride = row_size + padding;
    }
  frame->planes[index].size = offset + (rows - 1) * (row_size + padding) + row_size;
  frame->planes[index].data = data = g_malloc (frame->planes[index].size);
  for (gsize i = 0; i < frame->planes[index].size; i++)
    data[i] = g_rand_int (random);
}

/* All planes one behind the other in one block of memory. */
static void
merge_planes (MsnetFrame *frame)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint plane = 0; plane < frame->n_planes; plane++) {
    for (guint i = 0; i < 3; i++)
      if (frame->components[i].plane == plane)
        frame->components[i].offset += all->len;
    g_byte_array_append (all, frame->planes[plane].data, frame->planes[plane].size);
    g_free ((gpointer)frame->planes[plane].data);
  }
  for (guint i = 0; i < 3; i++)
    frame->components[i].plane = 0;
  frame->n_planes = 1;
  frame->planes[0].size = all->len;
  frame->planes[0].data = g_byte_array_free (g_steal_pointer (&all), FALSE);
}

static void
choose_colors (GRand *random, MsnetFrame *frame)
{
  const gboolean bt709 = g_rand_boolean (random);
  const gboolean limited = g_rand_boolean (random);

  frame->kr = bt709 ? 0.2126 : 0.299;
  frame->kb = bt709 ? 0.0722 : 0.114;
  for (guint i = 0; i < 3; i++) {
    const gboolean chroma = frame->pixels == MSNET_PIXELS_YUV && i > 0;
    frame->offsets[i] = chroma ? 128 : limited ? 16 : 0;
    frame->scales[i] = !limited ? 255 : chroma ? 224 : 219;
  }
}

MsnetFrame
test_frame_new (GRand *random, const TestLayout *layout, guint width, guint height)
{
  MsnetFrame frame
      = { .pixels = layout->pixels, .width = width, .height = height, .n_planes = layout->n_planes };

  memcpy (frame.components, layout->components, sizeof frame.components);
  choose_colors (random, &frame);
  frame.turn = (MsnetTurn){ g_rand_boolean (random), { g_rand_boolean (random), g_rand_boolean (random) } };
  for (guint i = 0; i < frame.n_planes; i++)
    fill_plane (random, &frame, i);
  if (g_rand_boolean (random))
    merge_planes (&frame);
  return frame;
}

void
test_frame_clear (MsnetFrame *frame)
{
  for (guint i = 0; i < frame->n_planes; i++)
    g_free ((gpointer)frame->planes[i].data);
}
