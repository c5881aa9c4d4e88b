#include "layout.h"

#include <string.h>

#include "base/error.h"

#define NEIGHBOURS 4 /* bytes between the first samples of components that share a band */
#define MAX_SHIFT 3
#define MAX_STEP 64 /* keeps lines of scratch memory within an int */

guint
msnet_frame_get_n_components (const MsnetFrame *frame)
{
  return frame->pixels == MSNET_PIXELS_GRAY ? 1 : 3;
}

guint
msnet_frame_count_samples (guint length, guint shift)
{
  return (length >> shift) + ((length & ((1u << shift) - 1)) != 0);
}

static gboolean
is_component_inside (const MsnetFrame *frame, const MsnetComponent *component)
{
  guint64 rows = msnet_frame_count_samples (frame->height, component->shift_y);
  guint64 columns = msnet_frame_count_samples (frame->width, component->shift_x);
  guint64 size = component->plane < frame->n_planes ? frame->planes[component->plane].size : 0;

  return size <= G_MAXINT32 && component->offset < size && component->stride <= G_MAXINT32
         && component->step > 0 && component->step <= MAX_STEP
         && component->offset + (rows - 1) * component->stride + (columns - 1) * component->step < size;
}

gboolean
msnet_frame_check (const MsnetFrame *frame, GError **error)
{
  if (frame->width == 0 || frame->height == 0 || frame->width > G_MAXINT16 || frame->height > G_MAXINT16) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "frame of %u x %u pixels: expected 1 to %d a side",
        frame->width, frame->height, G_MAXINT16);
    return FALSE;
  }
  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    const MsnetComponent *component = &frame->components[i];

    if (component->shift_x <= MAX_SHIFT && component->shift_y <= MAX_SHIFT && frame->n_planes <= 3
        && frame->scales[i] != 0 && is_component_inside (frame, component))
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
        "frame of %u x %u pixels: component %u (plane %u, offset %" G_GSIZE_FORMAT ", stride %" G_GSIZE_FORMAT
        ", step %u) does not lie in the %u planes given",
        frame->width, frame->height, i, component->plane, component->offset, component->stride,
        component->step, frame->n_planes);
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_component_like (const MsnetComponent *a, const MsnetComponent *b)
{
  return a->plane == b->plane && a->offset == b->offset && a->stride == b->stride && a->step == b->step
         && a->shift_x == b->shift_x && a->shift_y == b->shift_y;
}

static gboolean
is_turn_like (const MsnetTurn *a, const MsnetTurn *b)
{
  return !a->transposed == !b->transposed && !a->mirrored[0] == !b->mirrored[0]
         && !a->mirrored[1] == !b->mirrored[1];
}

gboolean
msnet_frame_is_like (const MsnetFrame *a, const MsnetFrame *b)
{
  if (a->pixels != b->pixels || a->width != b->width || a->height != b->height || a->aspect_n != b->aspect_n
      || a->aspect_d != b->aspect_d || a->kr != b->kr || a->kb != b->kb || !is_turn_like (&a->turn, &b->turn))
    return FALSE;
  for (guint i = 0; i < msnet_frame_get_n_components (a); i++)
    if (!is_component_like (&a->components[i], &b->components[i]) || a->offsets[i] != b->offsets[i]
        || a->scales[i] != b->scales[i])
      return FALSE;
  return TRUE;
}

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
