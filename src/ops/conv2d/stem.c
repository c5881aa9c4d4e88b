/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "launch.h"
#include "ops/operation.h"
#include "winograd_groups.h"

#include <string.h>

/* F(5x5, 4x4): kernels/cpu/conv2d/stem.cl */
#define KERNEL 7
#define CHANNELS 3
#define PIECE MSNET_STEM_PIECE
#define POINTS MSNET_STEM_POINTS
#define POSITIONS (POINTS * POINTS)
#define TAPS 4
#define DEPTH MSNET_STEM_DEPTH

/* V and M of a group, beside U, in the cache of one core. */
#define GROUP_BYTES (128 * 1024)

#define CACHE_LINE_BYTES 64

gboolean
msnet_conv2d_stem_may_use (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer data)
{
  const MsnetConv2dParams *params = data;
  return device->is_cpu && params->kernel == KERNEL && params->stride == 2
         && params->padding == MSNET_PADDING_CENTRED && params->shift == MSNET_SHIFT_NONE
         && params->input->shape.channels == CHANNELS && params->residual == NULL
         && params->output->shape.channels % kernel->columns == 0;
}

/* Tap (@y, @x) of the filter of 4 x 4 for value @value of 12: an eighth row and column are zero. */
static gdouble
get_tap (const gfloat *filter, guint value, guint y, guint x)
{
  const guint row = 2 * y + value / (2 * CHANNELS);
  const guint column = 2 * x + value / CHANNELS % 2;

  return row < KERNEL && column < KERNEL ? filter[(value % CHANNELS * KERNEL + row) * KERNEL + column] : 0.0;
}

/* G g G^T of value @value of @filter; in double, so that the transformation adds no error of its own */
static void
transform_filter (const gfloat *filter, guint value, gdouble transformed[POINTS][POINTS])
{
  static const gdouble G[POINTS][TAPS] = { { 1.0, 0.0, 0.0, 0.0 }, { -2.0 / 9, -2.0 / 9, -2.0 / 9, -2.0 / 9 },
    { -2.0 / 9, 2.0 / 9, -2.0 / 9, 2.0 / 9 }, { 1.0 / 90, 2.0 / 90, 4.0 / 90, 8.0 / 90 },
    { 1.0 / 90, -2.0 / 90, 4.0 / 90, -8.0 / 90 }, { 32.0 / 45, 16.0 / 45, 8.0 / 45, 4.0 / 45 },
    { 32.0 / 45, -16.0 / 45, 8.0 / 45, -4.0 / 45 }, { 0.0, 0.0, 0.0, 1.0 } };
  gdouble rows[POINTS][TAPS] = { { 0.0 } };

  for (guint i = 0; i < POINTS; i++)
    for (guint x = 0; x < TAPS; x++)
      for (guint y = 0; y < TAPS; y++)
        rows[i][x] += G[i][y] * get_tap (filter, value, y, x);
  memset (transformed, 0, POSITIONS * sizeof (gdouble));
  for (guint i = 0; i < POINTS; i++)
    for (guint j = 0; j < POINTS; j++)
      for (guint x = 0; x < TAPS; x++)
        transformed[i][j] += rows[i][x] * G[j][x];
}

/* From [C'][3][7][7] to [64][C'/columns][12][columns]. */
static MsnetBuffer *
upload_weights (MsnetCommandList *list, const MsnetConv2dParams *params, guint columns, GError **error)
{
  const guint outputs = params->output->shape.channels;
  const gsize n = (gsize)POSITIONS * outputs * DEPTH;
  g_autofree gfloat *packed = g_new (gfloat, n);

  for (guint o = 0; o < outputs; o++)
    for (guint value = 0; value < DEPTH; value++) {
      gdouble transformed[POINTS][POINTS];

      transform_filter (params->weights + (gsize)o * CHANNELS * KERNEL * KERNEL, value, transformed);
      for (guint i = 0; i < POSITIONS; i++)
        packed[(((gsize)i * outputs / columns + o / columns) * DEPTH + value) * columns + o % columns]
            = (gfloat)transformed[i / POINTS][i % POINTS];
    }
  return msnet_operation_upload (list, packed, n, error);
}

/* A pixel's channels come one vector at a time, and half a cache line is not stored past the caches at
 * once. */
static gboolean
fills_lines (const MsnetKernel *kernel, const MsnetShape *output)
{
  return kernel->vector_width * msnet_shape_get_element_size (output) >= CACHE_LINE_BYTES;
}

gboolean
msnet_conv2d_stem_append (
    const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *params = data;
  const MsnetDeviceInfo *info = msnet_device_get_info (msnet_command_list_get_device (list));
  const MsnetShape *output = &params->output->shape;
  const MsnetWinogradForm form = { PIECE, POSITIONS, DEPTH, GROUP_BYTES };
  const MsnetWinogradGroups groups = msnet_winograd_choose_groups (&form, kernel->rows, output, info);
  MsnetWinogradArguments arguments = msnet_winograd_get_arguments (params, &groups);
  g_autofree gchar *options = msnet_conv2d_get_options (kernel, params);
  g_autoptr (MsnetBuffer) weights = upload_weights (list, params, kernel->columns, error);
  g_autoptr (MsnetBuffer) bias
      = weights != NULL ? msnet_operation_upload (list, params->bias, output->channels, error) : NULL;
  g_autoptr (MsnetBuffer) next
      = bias != NULL ? msnet_buffer_new (msnet_command_list_get_device (list), sizeof (gint32), error) : NULL;
  MsnetBuffer *scratch = msnet_command_list_get_scratch (list, 0, groups.scratch_bytes);

  arguments.conv.past_caches
      = fills_lines (kernel, output) && msnet_conv2d_flows_past_caches (kernel, output);
  return next != NULL
         && msnet_command_list_append (list,
             &(MsnetLaunch){ .file = "cpu/conv2d/stem.cl",
                 .kernel = "conv2d_stem",
                 .options = options,
                 MSNET_ARGUMENTS (MSNET_BUFFER (params->output->buffer), MSNET_BUFFER (scratch),
                     MSNET_BUFFER (next), MSNET_BUFFER (params->input->buffer), MSNET_BUFFER (weights),
                     MSNET_BUFFER (bias), MSNET_STRUCT (arguments)),
                 .global = { groups.n_items } },
             error);
}
