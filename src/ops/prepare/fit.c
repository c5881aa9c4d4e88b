/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fit.h"

#include <math.h>

/* Resized width and height of the whole upright picture, and left and top of the part that is taken from
 * it. */
static void
get_fit (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble resized[2], gdouble skipped[2])
{
  gdouble display[2];
  gdouble shorter;

  msnet_frame_get_display (frame, display);
  shorter = MIN (display[0], display[1]);
  for (guint i = 0; i < 2; i++) {
    gboolean crop = params->fit == MSNET_FIT_CROP;

    resized[i] = crop ? MAX (floor (params->resize * display[i] / shorter), params->resize) : params->size;
    skipped[i] = crop ? rint ((resized[i] - params->size) / 2.0) : 0.0;
  }
}

/* The same along a row (0) or a column (1) of the picture in memory. */
static void
get_memory_fit (
    const MsnetPrepareParams *params, const MsnetFrame *frame, guint axis, gdouble *resized, gdouble *skipped)
{
  const MsnetTurn *turn = &frame->turn;
  guint upright = turn->transposed ? 1 - axis : axis;
  gdouble all[2], before[2];

  get_fit (params, frame, all, before);
  *resized = all[upright];
  *skipped = turn->mirrored[upright] ? all[upright] - params->size - before[upright] : before[upright];
}

void
msnet_prepare_get_region (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble region[4])
{
  gdouble resized[2];
  gdouble skipped[2];

  get_fit (params, frame, resized, skipped);
  for (guint i = 0; i < 2; i++) {
    region[i] = skipped[i] / resized[i];
    region[2 + i] = params->size / resized[i];
  }
}

void
msnet_prepare_get_rows (const MsnetPrepareParams *params, const MsnetFrame *frame, guint *first, guint *end)
{
  gdouble resized, skipped;
  gdouble scale, reach, top, bottom;

  get_memory_fit (params, frame, 1, &resized, &skipped);
  scale = frame->height / resized;
  /* In samples of the coarsest plane, and one more for rounding. */
  reach = MAX (scale, 8) + 8;
  top = skipped * scale - reach;
  bottom = (skipped + params->size) * scale + reach;
  *first = MAX (top, 0);
  *end = MIN (ceil (bottom), frame->height);
}

MsnetFilterAxis
msnet_prepare_get_axis (
    const MsnetPrepareParams *params, const MsnetFrame *frame, gboolean vertical, guint shift)
{
  guint length = vertical ? frame->height : frame->width;
  gdouble resized, skipped;

  get_memory_fit (params, frame, vertical, &resized, &skipped);
  return (MsnetFilterAxis){ .samples = msnet_frame_count_samples (length, shift),
    .extent = (gdouble)length / (1 << shift),
    .resized = resized,
    .skipped = skipped,
    .size = params->size };
}
