/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sample_metadata.h"

guint64
sample_element_id (const gchar *element)
{
  return g_str_hash (element);
}

MsnetResult
sample_result (guint64 index, const gchar *element, const gchar *label, GstClockTime end)
{
  static gdouble scores[] = { 0.9312, 0.0688 };
  static gchar *labels[] = { NULL, "still", NULL };

  labels[0] = (gchar *)label;
  return (MsnetResult){ .index = index,
    .element = (gchar *)element,
    .element_id = sample_element_id (element),
    .model = "motion",
    .label = (gchar *)label,
    .class_index = 1,
    .score = scores[0],
    .labels = labels,
    .scores = scores,
    .n_labels = 2,
    .start = end > GST_SECOND ? end - GST_SECOND : 0,
    .end = end,
    .stream_start = end > GST_SECOND ? end - GST_SECOND : 0,
    .stream_end = end,
    .frames = 8,
    .inference = 12 * GST_MSECOND,
    .hop = 250 * GST_MSECOND,
    .wall = GST_CLOCK_TIME_NONE };
}

GstEvent *
sample_action (
    const gchar *element, const gchar *label, gint class_index, GstClockTime start, GstClockTime end)
{
  MsnetAction action = { .ended = GST_CLOCK_TIME_IS_VALID (end),
    .element = (gchar *)element,
    .element_id = sample_element_id (element),
    .label = (gchar *)label,
    .class_index = class_index,
    .score = 0.75,
    .start = start,
    .stream_start = start,
    .end = end,
    .stream_end = end };

  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, msnet_action_to_structure (&action));
}

#define SIDE 28

static void
set_cell (gfloat *cell, SampleMotion kind, gdouble x, gdouble y, gdouble speed)
{
  switch (kind) {
  case SAMPLE_PAN:
    cell[0] = -speed;
    break;
  case SAMPLE_ZOOM:
    cell[0] = x * speed;
    cell[1] = y * speed;
    break;
  case SAMPLE_ROLL:
    cell[0] = -y * speed;
    cell[1] = x * speed;
    break;
  case SAMPLE_FLAT:
    return;
  }
  cell[2] = 0.9;
}

/* What the camera does where the content moves so. */
static void
set_camera (MsnetMotion *motion, SampleMotion kind, gdouble speed)
{
  motion->pan = kind == SAMPLE_PAN ? speed : 0.0;
  motion->zoom = kind == SAMPLE_ZOOM ? 2.0 * speed : 0.0;
  motion->roll = kind == SAMPLE_ROLL ? 2.0 * speed : 0.0;
  motion->agreement = kind == SAMPLE_FLAT ? 0.0 : 1.0;
}

MsnetMotion
sample_motion (guint64 index, const gchar *element, SampleMotion kind, gdouble speed)
{
  gfloat *field = g_new0 (gfloat, SIDE * SIDE * 3);
  MsnetMotion motion;

  for (guint row = 0; row < SIDE; row++)
    for (guint column = 0; column < SIDE; column++)
      set_cell (field + 3 * (row * SIDE + column), kind, (column + 0.5) / SIDE * 2.0 - 1.0,
          (row + 0.5) / SIDE * 2.0 - 1.0, speed);
  motion = (MsnetMotion){ .width = SIDE,
    .height = SIDE,
    .field = g_bytes_new_take (field, SIDE * SIDE * 3 * sizeof (gfloat)),
    .region = { 0.0, 0.0, 1.0, 1.0 },
    .limit = { 2.0, 2.0 },
    .element = g_strdup (element),
    .element_id = sample_element_id (element),
    .index = index };
  set_camera (&motion, kind, speed);
  return motion;
}

#define MAP_SIDE 7

MsnetActivation
sample_activation (guint64 index, const gchar *element, guint column, guint row)
{
  gfloat *map = g_new (gfloat, MAP_SIDE * MAP_SIDE);

  for (guint i = 0; i < MAP_SIDE * MAP_SIDE; i++)
    map[i] = i == row * MAP_SIDE + column ? 2.0f : -0.5f;
  return (MsnetActivation){ .width = MAP_SIDE,
    .height = MAP_SIDE,
    .map = g_bytes_new_take (map, MAP_SIDE * MAP_SIDE * sizeof (gfloat)),
    .bias = 0.1,
    .label = g_strdup ("pan-left"),
    .class_index = 1,
    .region = { 0.0, 0.0, 1.0, 1.0 },
    .element = g_strdup (element),
    .element_id = sample_element_id (element),
    .index = index };
}
