/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "result_meta.h"

void
msnet_meta_register (void)
{
  /* 1.22 takes an empty list for "no tags", but not NULL. */
  static const gchar *untagged[] = { NULL };
  static const gchar *oriented[] = { "orientation", NULL };

  if (gst_meta_get_info (MSNET_RESULT_META_NAME) != NULL)
    return;
  gst_meta_register_custom (MSNET_RESULT_META_NAME, untagged, NULL, NULL, NULL);
  gst_meta_register_custom (MSNET_MOTION_META_NAME, oriented, NULL, NULL, NULL);
  gst_meta_register_custom (MSNET_ACTIVATION_META_NAME, oriented, NULL, NULL, NULL);
}

gchar *
msnet_element_name (GstElement *element)
{
  g_autofree gchar *name = gst_element_get_name (element);

  return g_utf8_make_valid (name, -1);
}

void
msnet_result_write (const MsnetResult *result, GstStructure *structure)
{
  msnet_fields_write (&msnet_result_table, result, structure);
}

GstStructure *
msnet_result_to_message (const MsnetResult *result, const MsnetResultTimes *times)
{
  GstStructure *structure = gst_structure_new_empty (MSNET_RESULT_NAME);

  msnet_fields_write (&msnet_message_table, times, structure);
  msnet_result_write (result, structure);
  return structure;
}

gboolean
msnet_result_read (MsnetResult *result, const GstStructure *structure)
{
  return msnet_fields_read (&msnet_result_table, result, structure);
}

void
msnet_result_clear (MsnetResult *result)
{
  msnet_fields_clear (&msnet_result_table, result);
}

void
msnet_motion_write (const MsnetMotion *motion, GstStructure *structure)
{
  msnet_fields_write (&msnet_motion_table, motion, structure);
}

/* Whether @cells are those of @width x @height, each of @n floats. */
static gboolean
has_cells (GBytes *cells, gint width, gint height, guint n)
{
  return width > 0 && width <= MSNET_META_MOST_CELLS && height > 0 && height <= MSNET_META_MOST_CELLS
         && cells != NULL && g_bytes_get_size (cells) == sizeof (gfloat) * n * width * height;
}

gboolean
msnet_motion_read (MsnetMotion *motion, const GstStructure *structure)
{
  if (!msnet_fields_read (&msnet_motion_table, motion, structure))
    return FALSE;
  if (has_cells (motion->field, motion->width, motion->height, 3))
    return TRUE;
  msnet_motion_clear (motion);
  return FALSE;
}

void
msnet_motion_clear (MsnetMotion *motion)
{
  msnet_fields_clear (&msnet_motion_table, motion);
}

void
msnet_activation_write (const MsnetActivation *activation, GstStructure *structure)
{
  msnet_fields_write (&msnet_activation_table, activation, structure);
}

gboolean
msnet_activation_read (MsnetActivation *activation, const GstStructure *structure)
{
  if (!msnet_fields_read (&msnet_activation_table, activation, structure))
    return FALSE;
  if (has_cells (activation->map, activation->width, activation->height, 1))
    return TRUE;
  msnet_activation_clear (activation);
  return FALSE;
}

void
msnet_activation_clear (MsnetActivation *activation)
{
  msnet_fields_clear (&msnet_activation_table, activation);
}

GstStructure *
msnet_action_to_structure (const MsnetAction *action)
{
  GstStructure *structure
      = gst_structure_new_empty (action->ended ? MSNET_ACTION_END_NAME : MSNET_ACTION_BEGIN_NAME);

  msnet_fields_write (action->ended ? &msnet_action_end_table : &msnet_action_begin_table, action, structure);
  return structure;
}

gboolean
msnet_action_read (MsnetAction *action, const GstStructure *structure)
{
  gboolean ended = gst_structure_has_name (structure, MSNET_ACTION_END_NAME);

  if (!msnet_fields_read (ended ? &msnet_action_end_table : &msnet_action_begin_table, action, structure))
    return FALSE;
  action->ended = ended;
  if (ended || gst_structure_has_name (structure, MSNET_ACTION_BEGIN_NAME))
    return TRUE;
  msnet_action_clear (action);
  return FALSE;
}

void
msnet_action_clear (MsnetAction *action)
{
  msnet_fields_clear (&msnet_action_end_table, action);
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

void
msnet_activation_attach (const MsnetActivation *activation, GstBuffer *buffer)
{
  GstCustomMeta *meta = gst_buffer_add_custom_meta (buffer, MSNET_ACTIVATION_META_NAME);

  msnet_activation_write (activation, gst_custom_meta_get_structure (meta));
}

const GstStructure *
msnet_meta_iterate (GstBuffer *buffer, gpointer *state, const gchar *name)
{
  GstMeta *meta;

  while ((meta = gst_buffer_iterate_meta (buffer, state)) != NULL)
    if (gst_meta_info_is_custom (meta->info) && gst_custom_meta_has_name ((GstCustomMeta *)meta, name))
      return gst_custom_meta_get_structure ((GstCustomMeta *)meta);
  return NULL;
}
