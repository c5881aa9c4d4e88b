/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frame_copy.h"

#include <string.h>

#define ALIGNMENT 64 /* of planes, as kernels like them */

/* Bytes of a plane, from @begin to @end; where @width is not 0 only so many of each row, @stride apart. */
typedef struct
{
  gsize begin;
  gsize end;
  gsize width;
  gsize stride;
} Area;

/* What @component holds of rows [first, end) of the picture. */
static Area
find_component (const MsnetFrame *frame, const MsnetComponent *component, guint first, guint end)
{
  guint row = first >> component->shift_y;
  guint rows = msnet_frame_count_samples (end, component->shift_y) - row;
  guint columns = msnet_frame_count_samples (frame->width, component->shift_x);
  Area area = { .begin = component->offset + row * component->stride, .stride = component->stride };

  area.width = (columns - 1) * component->step + 1;
  area.end = area.begin + (rows - 1) * component->stride + area.width;
  return area;
}

/* Both areas as one; by rows where the rows of both lie side by side. */
static Area
join (const Area *a, const Area *b)
{
  gsize begin = MIN (a->begin, b->begin), end = MAX (a->end, b->end);
  gsize first_row = MAX (a->begin + a->width, b->begin + b->width) - begin;
  gsize last_row = end - MIN (a->end - a->width, b->end - b->width);
  gboolean rows = a->width > 0 && b->width > 0 && a->stride == b->stride && first_row <= a->stride
                  && first_row == last_row;

  return (Area){ begin, end, rows ? first_row : 0, a->stride };
}

/* What the components in @plane hold of rows [first, end) of the picture. */
static Area
find_area (const MsnetFrame *frame, guint plane, guint first, guint end)
{
  Area area = { 0 };

  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    Area part = find_component (frame, &frame->components[i], first, end);
    if (frame->components[i].plane == plane)
      area = area.end > 0 ? join (&area, &part) : part;
  }
  return area;
}

/* Row by row where much lies between the rows, such as the other field; else at once. */
static gsize
copy_area (guint8 *target, const guint8 *source, const Area *area)
{
  gsize copied = 0;

  if (area->end <= area->begin)
    return 0;
  if (area->width == 0 || area->width > area->stride / 4 * 3) {
    memcpy (target + area->begin, source + area->begin, area->end - area->begin);
    return area->end - area->begin;
  }
  for (gsize offset = area->begin; offset < area->end; offset += area->stride) {
    memcpy (target + offset, source + offset, area->width);
    copied += area->width;
  }
  return copied;
}

static gsize
align (gsize size)
{
  return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void
ensure_capacity (MsnetFrameCopy *copy, const MsnetFrame *frame)
{
  gsize size = 0;

  for (guint i = 0; i < frame->n_planes; i++)
    size += align (frame->planes[i].size);
  if (size <= copy->capacity)
    return;
  g_free (copy->memory);
  /* Zeroed: rows that are never copied are read by nobody, but are not left to chance either. */
  copy->memory = g_malloc0 (size);
  copy->capacity = size;
}

void
msnet_frame_copy_assign (MsnetFrameCopy *copy, const MsnetFrame *frame, guint first, guint end)
{
  gsize offset = 0;

  ensure_capacity (copy, frame);
  copy->frame = *frame;
  copy->copied = 0;
  for (guint i = 0; i < frame->n_planes; i++) {
    Area area = find_area (frame, i, first, end);
    guint8 *target = copy->memory + offset;
    copy->copied += copy_area (target, frame->planes[i].data, &area);
    copy->frame.planes[i].data = target;
    offset += align (frame->planes[i].size);
  }
}

void
msnet_frame_copy_free (MsnetFrameCopy *copy)
{
  if (copy == NULL)
    return;
  g_free (copy->memory);
  g_free (copy);
}
