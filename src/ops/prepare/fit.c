/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fit.h"

#include <math.h>

/**
 * Fit: along the width (0) or height (1) of the upright picture
 * @resized: outputs over the whole picture
 * @skipped: of these, before the first that is taken
 * @taken: so many
 * @gap: black ones before them
 */
typedef struct
{
  gdouble resized;
  gdouble skipped;
  guint taken;
  guint gap;
} Fit;

/* The whole picture as it is resized for a crop. */
static void
get_resized (const MsnetPrepareParams *params, const gdouble display[2], gdouble resized[2])
{
  gdouble shorter = MIN (display[0], display[1]);

  for (guint i = 0; i < 2; i++)
    resized[i] = MAX (floor (params->resize * display[i] / shorter), params->resize);
  if (params->resize_width > 0) {
    resized[0] = params->resize_width;
    resized[1] = params->resize_height;
  }
}

static void
get_crop (const MsnetPrepareParams *params, const gdouble display[2], Fit fit[2])
{
  gdouble resized[2];

  get_resized (params, display, resized);
  for (guint i = 0; i < 2; i++)
    fit[i] = (Fit){
      .resized = resized[i], .skipped = rint ((resized[i] - params->size) / 2.0), .taken = params->size
    };
}

static void
get_pad (const MsnetPrepareParams *params, const gdouble display[2], Fit fit[2])
{
  gdouble longer = MAX (display[0], display[1]);

  for (guint i = 0; i < 2; i++) {
    guint resized = MAX (floor (params->size * display[i] / longer + 0.5), 1);
    fit[i] = (Fit){ .resized = resized, .taken = resized, .gap = (params->size - resized) / 2 };
  }
}

static void
get_fit (const MsnetPrepareParams *params, const MsnetFrame *frame, Fit fit[2])
{
  gdouble display[2];

  msnet_frame_get_display (frame, display);
  switch (params->fit) {
  case MSNET_FIT_CROP:
    get_crop (params, display, fit);
    break;
  case MSNET_FIT_STRETCH:
    fit[0] = fit[1] = (Fit){ .resized = params->size, .taken = params->size };
    break;
  case MSNET_FIT_PAD:
    get_pad (params, display, fit);
    break;
  }
}

/* The same along a row (0) or a column (1) of the picture in memory. */
static Fit
get_memory_fit (const MsnetPrepareParams *params, const MsnetFrame *frame, guint axis)
{
  const MsnetTurn *turn = &frame->turn;
  guint upright = turn->transposed ? 1 - axis : axis;
  Fit fits[2], fit;

  get_fit (params, frame, fits);
  fit = fits[upright];
  if (turn->mirrored[upright])
    fit.skipped = fit.resized - fit.taken - fit.skipped;
  return fit;
}

MsnetPrepareArea
msnet_prepare_get_area (const MsnetPrepareParams *params, const MsnetFrame *frame)
{
  Fit fit[2];

  get_fit (params, frame, fit);
  return (MsnetPrepareArea){ { fit[0].gap, fit[1].gap }, { fit[0].taken, fit[1].taken } };
}

void
msnet_prepare_get_region (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble region[4])
{
  Fit fit[2];

  get_fit (params, frame, fit);
  for (guint i = 0; i < 2; i++) {
    region[i] = (fit[i].skipped - fit[i].gap) / fit[i].resized;
    region[2 + i] = params->size / fit[i].resized;
  }
}

void
msnet_prepare_get_rows (const MsnetPrepareParams *params, const MsnetFrame *frame, guint *first, guint *end)
{
  Fit fit = get_memory_fit (params, frame, 1);
  gdouble scale = frame->height / fit.resized;
  gdouble reach, top, bottom;

  /* In samples of the coarsest plane, and one more for rounding. */
  reach = MAX (scale, 8) + 8;
  top = fit.skipped * scale - reach;
  bottom = (fit.skipped + fit.taken) * scale + reach;
  *first = MAX (top, 0);
  *end = MIN (ceil (bottom), frame->height);
}

MsnetFilterAxis
msnet_prepare_get_axis (
    const MsnetPrepareParams *params, const MsnetFrame *frame, gboolean vertical, guint shift)
{
  guint length = vertical ? frame->height : frame->width;
  Fit fit = get_memory_fit (params, frame, vertical);

  return (MsnetFilterAxis){ .samples = msnet_frame_count_samples (length, shift),
    .extent = (gdouble)length / (1 << shift),
    .resized = fit.resized,
    .skipped = fit.skipped,
    .size = fit.taken,
    .antialias = params->filter == MSNET_FILTER_ANTIALIAS };
}
