/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout.h"

#include <string.h>

#define NEIGHBOURS 4 /* bytes between the first samples of components that share a band */

/* Rows of both can be filtered as one strip of bytes. */
static gboolean
share_band (const MsnetComponent *a, const MsnetComponent *b)
{
  return a->plane == b->plane && a->stride == b->stride && a->shift_y == b->shift_y
         && MAX (a->offset, b->offset) - MIN (a->offset, b->offset) < NEIGHBOURS;
}

/* The band whose components before @index all share it with that one, else a new one. */
static gint
find_band (const MsnetPrepareLayout *layout, const MsnetFrame *frame, guint index)
{
  for (gint band = 0; band < layout->n_bands; band++) {
    gboolean fits = TRUE;
    for (guint i = 0; i < index; i++)
      fits &= layout->components[i].band != band
              || share_band (&frame->components[i], &frame->components[index]);
    if (fits)
      return band;
  }
  return layout->n_bands;
}

void
msnet_prepare_layout_init (MsnetPrepareLayout *layout, const MsnetFrame *frame)
{
  memset (layout, 0, sizeof *layout);
  layout->n_components = msnet_frame_get_n_components (frame);
  for (gint i = 0; i < layout->n_components; i++) {
    const MsnetComponent *component = &frame->components[i];
    gint band = find_band (layout, frame, i);

    if (band == layout->n_bands)
      layout->bands[layout->n_bands++] = (MsnetPrepareBand){
        .plane = component->plane, .offset = component->offset, .stride = component->stride
      };
    layout->components[i] = (MsnetPrepareComponent){
      .band = band, .offset = (gint)component->offset - layout->bands[band].offset, .step = component->step
    };
  }
}

/* Lets @band begin with the first byte that is needed, and end with the last. */
static void
narrow_band (MsnetPrepareLayout *layout, gint band, gint samples[3][2])
{
  gint first = G_MAXINT, end = G_MININT;

  for (gint i = 0; i < layout->n_components; i++) {
    const MsnetPrepareComponent *component = &layout->components[i];

    if (component->band != band)
      continue;
    first = MIN (first, component->offset + samples[i][0] * component->step);
    end = MAX (end, component->offset + (samples[i][1] - 1) * component->step + 1);
  }
  for (gint i = 0; i < layout->n_components; i++)
    if (layout->components[i].band == band)
      layout->components[i].offset -= first;
  layout->bands[band].offset += first;
  layout->bands[band].span = end - first;
}

gsize
msnet_prepare_layout_narrow (MsnetPrepareLayout *layout, gint samples[3][2])
{
  gsize size = 0;

  for (gint i = 0; i < layout->n_bands; i++) {
    narrow_band (layout, i, samples);
    layout->bands[i].line = size;
    size += layout->bands[i].span;
  }
  return size;
}

/* What one unit of component @index adds to R, G and B. */
static void
get_unit (const MsnetFrame *frame, guint index, gdouble unit[3])
{
  gdouble red = 2.0 * (1.0 - frame->kr);
  gdouble blue = 2.0 * (1.0 - frame->kb);
  gdouble kg = 1.0 - frame->kr - frame->kb;
  const gdouble yuv[3][3]
      = { { 1.0, 1.0, 1.0 }, { 0.0, -blue * frame->kb / kg, blue }, { red, -red * frame->kr / kg, 0.0 } };

  for (guint i = 0; i < 3; i++)
    switch (frame->pixels) {
    case MSNET_PIXELS_RGB:
      unit[i] = i == index;
      break;
    case MSNET_PIXELS_YUV:
      unit[i] = yuv[index][i];
      break;
    case MSNET_PIXELS_GRAY:
      unit[i] = 1.0;
      break;
    }
}

void
msnet_prepare_colors_init (
    MsnetPrepareColors *colors, const MsnetFrame *frame, const MsnetPrepareParams *params)
{
  gdouble bias[3] = { 0.0 };

  memset (colors, 0, sizeof *colors);
  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    gdouble unit[3];

    get_unit (frame, i, unit);
    for (guint j = 0; j < 3; j++) {
      guint channel = params->bgr ? 2 - j : j;
      colors->matrix[i][channel] = unit[j] / frame->scales[i];
      bias[channel] -= unit[j] * frame->offsets[i] / frame->scales[i];
    }
  }
  for (guint i = 0; i < 3; i++) {
    colors->bias[i] = bias[i];
    colors->gain[i] = 1.0 / params->std[i];
    colors->lift[i] = -params->mean[i] / params->std[i];
  }
}
