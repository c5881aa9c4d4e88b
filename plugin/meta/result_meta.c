#include "result_meta.h"

#include <math.h>
#include <string.h>

/* Far from what any video shows, and what text and drawings can still hold. */
#define LARGEST_NUMBER 1e9

void
msnet_meta_register (void)
{
  /* 1.22 takes an empty list for "no tags", but not NULL. */
  static const gchar *untagged[] = { NULL };
  static const gchar *oriented[] = { "orientation", NULL };

  if (gst_meta_get_info (MSNET_RESULT_META_NAME))
    return;
  gst_meta_register_custom (MSNET_RESULT_META_NAME, untagged, NULL, NULL, NULL);
  gst_meta_register_custom (MSNET_MOTION_META_NAME, oriented, NULL, NULL, NULL);
}

gchar *
msnet_element_name (GstElement *element)
{
  g_autofree gchar *name = gst_element_get_name (element);

  return g_utf8_make_valid (name, -1);
}

static void
set_strings (GstStructure *structure, const gchar *field, gchar **strings, guint n)
{
  GValue array = G_VALUE_INIT;

  gst_value_array_init (&array, n);
  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, G_TYPE_STRING);
    g_value_set_string (&value, strings[i]);
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_structure_take_value (structure, field, &array);
}

static void
set_doubles (GstStructure *structure, const gchar *field, const gdouble *doubles, guint n)
{
  GValue array = G_VALUE_INIT;

  gst_value_array_init (&array, n);
  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, G_TYPE_DOUBLE);
    g_value_set_double (&value, doubles[i]);
    gst_value_array_append_and_take_value (&array, &value);
  }
  gst_structure_take_value (structure, field, &array);
}

/* Returns: (nullable): the array named @field if all its values are of @type */
static const GValue *
get_array (const GstStructure *structure, const gchar *field, GType type)
{
  const GValue *array = gst_structure_get_value (structure, field);

  if (!array || !GST_VALUE_HOLDS_ARRAY (array))
    return NULL;
  for (guint i = 0; i < gst_value_array_get_size (array); i++)
    if (!G_VALUE_HOLDS (gst_value_array_get_value (array, i), type))
      return NULL;
  return array;
}

/* Metadata may be of anybody, and arrays hold any bytes. */
static gboolean
is_text (const gchar *string)
{
  return string && g_utf8_validate (string, -1, NULL);
}

static gboolean
is_number (gdouble value)
{
  return isfinite (value) && fabs (value) <= LARGEST_NUMBER;
}

static gboolean
are_numbers (const gdouble *numbers, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!is_number (numbers[i]))
      return FALSE;
  return TRUE;
}

static gboolean
get_doubles (const GstStructure *structure, const gchar *field, gdouble *doubles, guint n)
{
  const GValue *array = get_array (structure, field, G_TYPE_DOUBLE);

  if (!array || gst_value_array_get_size (array) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    doubles[i] = g_value_get_double (gst_value_array_get_value (array, i));
  return are_numbers (doubles, n);
}

static gboolean
get_ranking (const GstStructure *structure, MsnetResult *result)
{
  const GValue *labels = get_array (structure, "labels", G_TYPE_STRING);
  guint n = labels ? gst_value_array_get_size (labels) : 0;

  result->labels = g_new0 (gchar *, n + 1);
  result->scores = g_new0 (gdouble, n + 1);
  result->n_labels = n;
  for (guint i = 0; i < n; i++) {
    const gchar *label = g_value_get_string (gst_value_array_get_value (labels, i));
    if (!is_text (label))
      return FALSE;
    result->labels[i] = g_strdup (label);
  }
  return labels && get_doubles (structure, "scores", result->scores, n);
}

void
msnet_result_write (const MsnetResult *result, GstStructure *structure)
{
  gst_structure_set (structure, "index", G_TYPE_UINT64, result->index, "element", G_TYPE_STRING,
      result->element, "element-id", G_TYPE_UINT64, result->element_id, "model", G_TYPE_STRING, result->model,
      "label", G_TYPE_STRING, result->label, "class", G_TYPE_INT, result->class_index, "score", G_TYPE_DOUBLE,
      result->score, NULL);
  set_strings (structure, "labels", result->labels, result->n_labels);
  set_doubles (structure, "scores", result->scores, result->n_labels);
  gst_structure_set (structure, "start", G_TYPE_UINT64, result->start, "end", G_TYPE_UINT64, result->end,
      "stream-start", G_TYPE_UINT64, result->stream_start, "stream-end", G_TYPE_UINT64, result->stream_end,
      "frames", G_TYPE_INT, result->frames, "gaps", G_TYPE_INT, result->gaps, "partial", G_TYPE_BOOLEAN,
      result->partial, "age", G_TYPE_UINT64, result->age, "skipped", G_TYPE_UINT64, result->skipped,
      "inference", G_TYPE_UINT64, result->inference, "hop", G_TYPE_UINT64, result->hop, NULL);
  if (GST_CLOCK_TIME_IS_VALID (result->wall))
    gst_structure_set (structure, "wall", G_TYPE_UINT64, result->wall, NULL);
}

gboolean
msnet_result_read (MsnetResult *result, const GstStructure *structure)
{
  memset (result, 0, sizeof *result);
  if (gst_structure_get (structure, "index", G_TYPE_UINT64, &result->index, "element", G_TYPE_STRING,
          &result->element, "element-id", G_TYPE_UINT64, &result->element_id, "model", G_TYPE_STRING,
          &result->model, "label", G_TYPE_STRING, &result->label, "class", G_TYPE_INT, &result->class_index,
          "score", G_TYPE_DOUBLE, &result->score, "start", G_TYPE_UINT64, &result->start, "end",
          G_TYPE_UINT64, &result->end, "stream-start", G_TYPE_UINT64, &result->stream_start, "stream-end",
          G_TYPE_UINT64, &result->stream_end, "frames", G_TYPE_INT, &result->frames, "gaps", G_TYPE_INT,
          &result->gaps, "partial", G_TYPE_BOOLEAN, &result->partial, "age", G_TYPE_UINT64, &result->age,
          "skipped", G_TYPE_UINT64, &result->skipped, "inference", G_TYPE_UINT64, &result->inference, NULL)
      && is_text (result->element) && is_text (result->model) && is_text (result->label)
      && is_number (result->score) && get_ranking (structure, result)) {
    if (!gst_structure_get_uint64 (structure, "hop", &result->hop))
      result->hop = GST_CLOCK_TIME_NONE;
    if (!gst_structure_get_uint64 (structure, "wall", &result->wall))
      result->wall = GST_CLOCK_TIME_NONE;
    return TRUE;
  }
  msnet_result_clear (result);
  return FALSE;
}

void
msnet_result_clear (MsnetResult *result)
{
  g_free (result->element);
  g_free (result->model);
  g_free (result->label);
  g_strfreev (result->labels);
  g_free (result->scores);
  memset (result, 0, sizeof *result);
}

void
msnet_motion_write (const MsnetMotion *motion, GstStructure *structure)
{
  gst_structure_set (structure, "width", G_TYPE_INT, motion->width, "height", G_TYPE_INT, motion->height,
      "field", G_TYPE_BYTES, motion->field, NULL);
  set_doubles (structure, "region", motion->region, G_N_ELEMENTS (motion->region));
  set_doubles (structure, "limit", motion->limit, G_N_ELEMENTS (motion->limit));
  gst_structure_set (structure, "pan", G_TYPE_DOUBLE, motion->pan, "tilt", G_TYPE_DOUBLE, motion->tilt,
      "zoom", G_TYPE_DOUBLE, motion->zoom, "roll", G_TYPE_DOUBLE, motion->roll, "agreement", G_TYPE_DOUBLE,
      motion->agreement, NULL);
  gst_structure_set (structure, "frame-width", G_TYPE_INT, motion->frame_width, "frame-height", G_TYPE_INT,
      motion->frame_height, "start", G_TYPE_UINT64, motion->start, "end", G_TYPE_UINT64, motion->end,
      "element", G_TYPE_STRING, motion->element, "element-id", G_TYPE_UINT64, motion->element_id, "index",
      G_TYPE_UINT64, motion->index, NULL);
}

static gboolean
motion_is_whole (const MsnetMotion *motion)
{
  return motion->width > 0 && motion->width <= MSNET_MOTION_MOST_CELLS && motion->height > 0
         && motion->height <= MSNET_MOTION_MOST_CELLS && motion->field
         && g_bytes_get_size (motion->field) == sizeof (gfloat) * 3 * motion->width * motion->height
         && are_numbers (
             (gdouble[]){ motion->pan, motion->tilt, motion->zoom, motion->roll, motion->agreement }, 5)
         && is_text (motion->element);
}

gboolean
msnet_motion_read (MsnetMotion *motion, const GstStructure *structure)
{
  memset (motion, 0, sizeof *motion);
  if (gst_structure_get (structure, "width", G_TYPE_INT, &motion->width, "height", G_TYPE_INT,
          &motion->height, "field", G_TYPE_BYTES, &motion->field, "pan", G_TYPE_DOUBLE, &motion->pan, "tilt",
          G_TYPE_DOUBLE, &motion->tilt, "zoom", G_TYPE_DOUBLE, &motion->zoom, "roll", G_TYPE_DOUBLE,
          &motion->roll, "agreement", G_TYPE_DOUBLE, &motion->agreement, "frame-width", G_TYPE_INT,
          &motion->frame_width, "frame-height", G_TYPE_INT, &motion->frame_height, "start", G_TYPE_UINT64,
          &motion->start, "end", G_TYPE_UINT64, &motion->end, "element", G_TYPE_STRING, &motion->element,
          "element-id", G_TYPE_UINT64, &motion->element_id, "index", G_TYPE_UINT64, &motion->index, NULL)
      && get_doubles (structure, "region", motion->region, G_N_ELEMENTS (motion->region))
      && get_doubles (structure, "limit", motion->limit, G_N_ELEMENTS (motion->limit))
      && motion_is_whole (motion))
    return TRUE;
  msnet_motion_clear (motion);
  return FALSE;
}

void
msnet_motion_clear (MsnetMotion *motion)
{
  g_clear_pointer (&motion->field, g_bytes_unref);
  g_free (motion->element);
  memset (motion, 0, sizeof *motion);
}

GstStructure *
msnet_action_to_structure (const MsnetAction *action)
{
  GstStructure *structure = gst_structure_new (
      action->ended ? MSNET_ACTION_END_NAME : MSNET_ACTION_BEGIN_NAME, "element", G_TYPE_STRING,
      action->element, "element-id", G_TYPE_UINT64, action->element_id, "label", G_TYPE_STRING, action->label,
      "class", G_TYPE_INT, action->class_index, "score", G_TYPE_DOUBLE, action->score, "start", G_TYPE_UINT64,
      action->start, "stream-start", G_TYPE_UINT64, action->stream_start, NULL);

  if (action->ended)
    gst_structure_set (
        structure, "end", G_TYPE_UINT64, action->end, "stream-end", G_TYPE_UINT64, action->stream_end, NULL);
  return structure;
}

gboolean
msnet_action_read (MsnetAction *action, const GstStructure *structure)
{
  memset (action, 0, sizeof *action);
  action->ended = gst_structure_has_name (structure, MSNET_ACTION_END_NAME);
  if ((action->ended || gst_structure_has_name (structure, MSNET_ACTION_BEGIN_NAME))
      && gst_structure_get (structure, "element", G_TYPE_STRING, &action->element, "element-id",
          G_TYPE_UINT64, &action->element_id, "label", G_TYPE_STRING, &action->label, "class", G_TYPE_INT,
          &action->class_index, "score", G_TYPE_DOUBLE, &action->score, "start", G_TYPE_UINT64,
          &action->start, "stream-start", G_TYPE_UINT64, &action->stream_start, NULL)
      && is_text (action->element) && is_text (action->label) && is_number (action->score)
      && (!action->ended
          || gst_structure_get (structure, "end", G_TYPE_UINT64, &action->end, "stream-end", G_TYPE_UINT64,
              &action->stream_end, NULL)))
    return TRUE;
  msnet_action_clear (action);
  return FALSE;
}

void
msnet_action_clear (MsnetAction *action)
{
  g_free (action->element);
  g_free (action->label);
  memset (action, 0, sizeof *action);
}

void
msnet_result_attach (const MsnetResult *result, GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_buffer_add_custom_meta (buffer, MSNET_RESULT_META_NAME);

  msnet_result_write (result, gst_custom_meta_get_structure (meta));
}

void
msnet_motion_attach (const MsnetMotion *motion, GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_buffer_add_custom_meta (buffer, MSNET_MOTION_META_NAME);

  msnet_motion_write (motion, gst_custom_meta_get_structure (meta));
}

const GstStructure *
msnet_meta_iterate (GstBuffer *buffer, gpointer *state, const gchar *name)
{
  GstMeta *meta;

  while ((meta = gst_buffer_iterate_meta (buffer, state)))
    if (gst_meta_info_is_custom (meta->info) && gst_custom_meta_has_name ((GstCustomMeta *)meta, name))
      return gst_custom_meta_get_structure ((GstCustomMeta *)meta);
  return NULL;
}
