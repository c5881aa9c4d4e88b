/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frame.h"

#include "error.h"

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

void
msnet_frame_get_display (const MsnetFrame *frame, gdouble display[2])
{
  gboolean square = frame->aspect_n == 0 || frame->aspect_d == 0;
  gdouble aspect = square ? 1.0 : (gdouble)frame->aspect_n / frame->aspect_d;

  display[frame->turn.transposed] = frame->width * aspect;
  display[!frame->turn.transposed] = frame->height;
}

gdouble
msnet_frame_get_aspect (const MsnetFrame *frame)
{
  gdouble display[2];

  msnet_frame_get_display (frame, display);
  return display[0] / display[1];
}
