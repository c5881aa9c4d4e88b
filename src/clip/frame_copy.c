#include "frame_copy.h"

#include <string.h>

#define ALIGNMENT 64 /* of planes, as kernels like them */

/* Bytes of one plane: @rows rows of @width bytes, @stride apart, from @offset on. */
typedef struct
{
  gsize offset;
  gsize width;
  gsize stride;
  gsize rows;
} Area;

/* What components of plane @plane take of rows [first, end) of the picture. */
static Area
find_area (const MsnetFrame *frame, guint plane, guint first, guint end)
{
  gsize begin = G_MAXSIZE, stop = 0;
  Area area = { 0 };

  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    const MsnetComponent *component = &frame->components[i];
    guint columns = msnet_frame_count_samples (frame->width, component->shift_x);
    guint row = first >> component->shift_y;
    gsize offset = component->offset + row * component->stride;
    if (component->plane != plane)
      continue;
    begin = MIN (begin, offset);
    stop = MAX (stop, offset + (columns - 1) * component->step + 1);
    area.stride = component->stride;
    area.rows = MAX (area.rows, msnet_frame_count_samples (end, component->shift_y) - row);
  }
  area.offset = begin;
  area.width = stop > begin ? stop - begin : 0;
  return area;
}

/* Row by row where much lies between the rows, such as the other field. */
static gsize
copy_area (guint8 *target, const guint8 *source, const Area *area)
{
  gsize whole;

  if (area->width == 0 || area->rows == 0)
    return 0;
  whole = (area->rows - 1) * area->stride + area->width;
  if (area->width >= area->stride / 4 * 3) {
    memcpy (target + area->offset, source + area->offset, whole);
    return whole;
  }
  for (gsize row = 0; row < area->rows; row++) {
    gsize offset = area->offset + row * area->stride;
    memcpy (target + offset, source + offset, area->width);
  }
  return area->rows * area->width;
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
msnet_frame_copy_clear (MsnetFrameCopy *copy)
{
  g_clear_pointer (&copy->memory, g_free);
  copy->capacity = 0;
}
