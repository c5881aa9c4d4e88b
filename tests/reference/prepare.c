/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prepare.h"

#include <math.h>

/* One axis of the resize of the upright picture: `resized` outputs over the frame's `length` pixels, the
 * first `skipped` cut off; a picture that is padded starts after the output's first, skipped < 0. */
typedef struct
{
  gdouble length;
  gdouble resized;
  gdouble skipped;
  gboolean antialias;
  gboolean mirrored; /* in memory */
} Axis;

/* Weight, before normalisation, of sample @index of an axis of which a sample covers @covered pixels, in
 * @output. */
static gdouble
get_weight (const Axis *axis, guint index, gdouble covered, guint output)
{
  gdouble scale = axis->length / covered / axis->resized; /* samples an output */
  gdouble center = (axis->skipped + output + 0.5) * scale;

  if (axis->mirrored)
    center = axis->length / covered - center;
  return MAX (1.0 - fabs (index + 0.5 - center) / (axis->antialias ? MAX (scale, 1.0) : 1.0), 0.0);
}

static gdouble
resample (const MsnetFrame *frame, const MsnetComponent *component, const Axis axes[2], guint x, guint y)
{
  guint covered_x = 1 << component->shift_x;
  guint covered_y = 1 << component->shift_y;
  gboolean transposed = frame->turn.transposed;
  guint outputs[] = { x, y };
  gdouble sum = 0.0;
  gdouble total = 0.0;

  for (guint row = 0; row * covered_y < frame->height; row++)
    for (guint column = 0; column * covered_x < frame->width; column++) {
      gsize offset = component->offset + row * component->stride + column * component->step;
      gdouble weight = get_weight (&axes[transposed], column, covered_x, outputs[transposed])
                       * get_weight (&axes[!transposed], row, covered_y, outputs[!transposed]);

      sum += weight * frame->planes[component->plane].data[offset];
      total += weight;
    }
  return sum / total;
}

static void
convert (const MsnetFrame *frame, const gdouble components[3], gdouble rgb[3])
{
  switch (frame->pixels) {
  case MSNET_PIXELS_RGB:
    for (guint i = 0; i < 3; i++)
      rgb[i] = components[i];
    break;
  case MSNET_PIXELS_GRAY:
    for (guint i = 0; i < 3; i++)
      rgb[i] = components[0];
    break;
  case MSNET_PIXELS_YUV:
    rgb[0] = components[0] + 2.0 * (1.0 - frame->kr) * components[2];
    rgb[2] = components[0] + 2.0 * (1.0 - frame->kb) * components[1];
    rgb[1] = (components[0] - frame->kr * rgb[0] - frame->kb * rgb[2]) / (1.0 - frame->kr - frame->kb);
    break;
  }
}

static void
crop (Axis axes[2], gdouble width, gdouble height, const MsnetPrepareParams *params)
{
  gdouble shorter = MIN (width, height);

  axes[0].resized = params->resize_width;
  axes[1].resized = params->resize_height;
  if (params->resize_width == 0) {
    axes[0].resized = MAX (floor (params->resize * width / shorter), params->resize);
    axes[1].resized = MAX (floor (params->resize * height / shorter), params->resize);
  }
  for (guint i = 0; i < 2; i++)
    axes[i].skipped = nearbyint ((axes[i].resized - params->size) / 2.0);
}

static void
pad (Axis axes[2], gdouble width, gdouble height, guint size)
{
  gdouble longer = MAX (width, height);

  axes[0].resized = MAX (floor (size * width / longer + 0.5), 1.0);
  axes[1].resized = MAX (floor (size * height / longer + 0.5), 1.0);
  for (guint i = 0; i < 2; i++)
    axes[i].skipped = -floor ((size - axes[i].resized) / 2.0);
}

static void
get_axes (Axis axes[2], const MsnetFrame *frame, const MsnetPrepareParams *params)
{
  gdouble aspect = frame->aspect_n > 0 ? (gdouble)frame->aspect_n / frame->aspect_d : 1.0;
  gboolean transposed = frame->turn.transposed;
  gdouble width = transposed ? frame->height : frame->width * aspect;
  gdouble height = transposed ? frame->width * aspect : frame->height;

  axes[transposed] = (Axis){ .length = frame->width, .resized = params->size };
  axes[!transposed] = (Axis){ .length = frame->height, .resized = params->size };
  for (guint i = 0; i < 2; i++) {
    axes[i].mirrored = frame->turn.mirrored[i];
    axes[i].antialias = params->filter == MSNET_FILTER_ANTIALIAS;
  }
  if (params->fit == MSNET_FIT_CROP)
    crop (axes, width, height, params);
  if (params->fit == MSNET_FIT_PAD)
    pad (axes, width, height, params->size);
}

static gboolean
is_inside (const Axis *axis, guint output)
{
  return output + axis->skipped >= 0.0 && output + axis->skipped < axis->resized;
}

/* @rgb: in [0, 1] */
static void
make_pixel (const MsnetFrame *frame, const Axis axes[2], guint x, guint y, gdouble rgb[3])
{
  guint n_components = frame->pixels == MSNET_PIXELS_GRAY ? 1 : 3;
  gdouble components[3];

  for (guint c = 0; c < n_components; c++)
    components[c]
        = (resample (frame, &frame->components[c], axes, x, y) - frame->offsets[c]) / frame->scales[c];
  convert (frame, components, rgb);
}

void
reference_prepare (gfloat *output, const MsnetFrame *frame, const MsnetPrepareParams *params)
{
  Axis axes[2];

  get_axes (axes, frame, params);
  for (guint y = 0; y < params->size; y++)
    for (guint x = 0; x < params->size; x++, output += 3) {
      gdouble rgb[3] = { 0.0, 0.0, 0.0 };

      if (is_inside (&axes[0], x) && is_inside (&axes[1], y))
        make_pixel (frame, axes, x, y, rgb);
      for (guint c = 0; c < 3; c++)
        output[c] = (CLAMP (rgb[params->bgr ? 2 - c : c], 0.0, 1.0) - params->mean[c]) / params->std[c];
    }
}
