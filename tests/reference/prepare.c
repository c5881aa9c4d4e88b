/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prepare.h"

#include <math.h>

/* One axis of the resize of the upright picture: `resized` outputs over the frame's `length` pixels, the
 * first `skipped` cut off. */
typedef struct
{
  gdouble length;
  gdouble resized;
  gdouble skipped;
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
  return MAX (1.0 - fabs (index + 0.5 - center) / MAX (scale, 1.0), 0.0);
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
get_axes (Axis axes[2], const MsnetFrame *frame, const MsnetPrepareParams *params)
{
  gdouble aspect = frame->aspect_n > 0 ? (gdouble)frame->aspect_n / frame->aspect_d : 1.0;
  gboolean transposed = frame->turn.transposed;
  gdouble width = transposed ? frame->height : frame->width * aspect;
  gdouble height = transposed ? frame->width * aspect : frame->height;
  gdouble shorter = MIN (width, height);

  axes[transposed] = (Axis){ .length = frame->width, .resized = params->size };
  axes[!transposed] = (Axis){ .length = frame->height, .resized = params->size };
  for (guint i = 0; i < 2; i++)
    axes[i].mirrored = frame->turn.mirrored[i];
  if (params->fit == MSNET_FIT_STRETCH)
    return;
  axes[0].resized = MAX (floor (params->resize * width / shorter), params->resize);
  axes[1].resized = MAX (floor (params->resize * height / shorter), params->resize);
  for (guint i = 0; i < 2; i++)
    axes[i].skipped = nearbyint ((axes[i].resized - params->size) / 2.0);
}

void
reference_prepare (gfloat *output, const MsnetFrame *frame, const MsnetPrepareParams *params)
{
  guint n_components = frame->pixels == MSNET_PIXELS_GRAY ? 1 : 3;
  Axis axes[2];

  get_axes (axes, frame, params);
  for (guint i = 0; i < params->size * params->size; i++, output += 3) {
    gdouble components[3];
    gdouble rgb[3];

    for (guint c = 0; c < n_components; c++)
      components[c] = (resample (frame, &frame->components[c], axes, i % params->size, i / params->size)
                          - frame->offsets[c])
                      / frame->scales[c];
    convert (frame, components, rgb);
    for (guint c = 0; c < 3; c++)
      output[c] = (CLAMP (rgb[params->bgr ? 2 - c : c], 0.0, 1.0) - params->mean[c]) / params->std[c];
  }
}
