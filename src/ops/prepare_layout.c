#include "prepare_layout.h"

#include <string.h>

#include "opencl/error.h"

#define MAX_LANES 4
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

gboolean
msnet_frame_is_like (const MsnetFrame *a, const MsnetFrame *b)
{
  if (a->pixels != b->pixels || a->width != b->width || a->height != b->height || a->aspect_n != b->aspect_n
      || a->aspect_d != b->aspect_d || a->kr != b->kr || a->kb != b->kb)
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
         && MAX (a->offset, b->offset) - MIN (a->offset, b->offset) < MAX_LANES;
}

static gboolean
share_sampling (const MsnetComponent *a, const MsnetComponent *b)
{
  return share_band (a, b) && a->step == b->step && a->shift_x == b->shift_x;
}

/* The first group whose members before @index all @share with it, else a new one; @groups: of each component.
 */
static guint
find_group (const MsnetFrame *frame, const guint *groups, guint n_groups, guint index,
    gboolean (*share) (const MsnetComponent *, const MsnetComponent *))
{
  for (guint group = 0; group < n_groups; group++) {
    gboolean fits = TRUE;
    for (guint i = 0; i < index; i++)
      fits &= groups[i] != group || share (&frame->components[i], &frame->components[index]);
    if (fits)
      return group;
  }
  return n_groups;
}

/* Assigns every component to a group; returns how many there are. */
static gint
group_components (const MsnetFrame *frame, guint *groups,
    gboolean (*share) (const MsnetComponent *, const MsnetComponent *))
{
  guint n_groups = 0;

  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    groups[i] = find_group (frame, groups, n_groups, i, share);
    n_groups = MAX (n_groups, groups[i] + 1);
  }
  return n_groups;
}

static void
init_bands (MsnetPrepareMap *map, const MsnetFrame *frame, const guint *bands)
{
  MsnetPrepareLayout *layout = &map->layout;

  for (gint band = 0; band < layout->n_bands; band++)
    layout->bands[band].offset = G_MAXINT32;
  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    MsnetPrepareBand *band = &layout->bands[bands[i]];
    const MsnetComponent *component = &frame->components[i];

    band->plane = component->plane;
    band->stride = component->stride;
    band->offset = MIN ((gsize)band->offset, component->offset);
    map->shift_y[bands[i]] = component->shift_y;
  }
}

static void
init_samplings (MsnetPrepareMap *map, const MsnetFrame *frame, const guint *bands)
{
  MsnetPrepareLayout *layout = &map->layout;
  guint n_components = msnet_frame_get_n_components (frame);

  for (gint sampling = 0; sampling < layout->n_samplings; sampling++)
    layout->samplings[sampling].offset = G_MAXINT32;
  for (guint i = 0; i < n_components; i++) {
    MsnetPrepareSampling *sampling = &layout->samplings[map->sampling[i]];

    sampling->band = bands[i];
    sampling->step = frame->components[i].step;
    sampling->offset
        = MIN (sampling->offset, (gint)frame->components[i].offset - layout->bands[bands[i]].offset);
    map->shift_x[map->sampling[i]] = frame->components[i].shift_x;
  }
  for (guint i = 0; i < n_components; i++) {
    MsnetPrepareSampling *sampling = &layout->samplings[map->sampling[i]];
    gint first = layout->bands[bands[i]].offset + sampling->offset;

    map->lane[i] = (gint)frame->components[i].offset - first;
    sampling->lanes = MAX (sampling->lanes, (gint)map->lane[i] + 1);
  }
}

/* The filter of the columns reads up to three samples behind a row, four bytes each. */
static void
init_lines (MsnetPrepareMap *map, const MsnetFrame *frame)
{
  MsnetPrepareLayout *layout = &map->layout;
  gint slack = 0;

  for (gint i = 0; i < layout->n_samplings; i++) {
    const MsnetPrepareSampling *sampling = &layout->samplings[i];
    gint columns = msnet_frame_count_samples (frame->width, map->shift_x[i]);
    gint end = sampling->offset + (columns - 1) * sampling->step + sampling->lanes;

    layout->bands[sampling->band].span = MAX (layout->bands[sampling->band].span, end);
    slack = MAX (slack, 4 * (sampling->step + 1));
  }
  for (gint i = 0; i < layout->n_bands; i++) {
    layout->bands[i].line = map->line_size;
    map->line_size += layout->bands[i].span + slack;
  }
}

void
msnet_prepare_map_init (MsnetPrepareMap *map, const MsnetFrame *frame)
{
  guint bands[3];

  memset (map, 0, sizeof *map);
  map->layout.n_bands = group_components (frame, bands, share_band);
  map->layout.n_samplings = group_components (frame, map->sampling, share_sampling);
  init_bands (map, frame, bands);
  init_samplings (map, frame, bands);
  init_lines (map, frame);
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
msnet_prepare_colors_init (MsnetPrepareColors *colors, const MsnetPrepareMap *map, const MsnetFrame *frame,
    const MsnetPrepareParams *params)
{
  gdouble bias[3] = { 0.0 };

  memset (colors, 0, sizeof *colors);
  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    gfloat *column = colors->matrix[map->sampling[i]][map->lane[i]];
    gdouble unit[3];

    get_unit (frame, i, unit);
    for (guint j = 0; j < 3; j++) {
      guint channel = params->bgr ? 2 - j : j;
      column[channel] += unit[j] / frame->scales[i];
      bias[channel] -= unit[j] * frame->offsets[i] / frame->scales[i];
    }
  }
  for (guint i = 0; i < 3; i++) {
    colors->bias[i] = bias[i];
    colors->gain[i] = 1.0 / params->std[i];
    colors->lift[i] = -params->mean[i] / params->std[i];
  }
}
