/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `msnet` reports, and how it travels: results, motion fields and activation maps in a GstCustomMeta,
 * results in element messages and events too, and actions that start and end.  tables.c has a row for each
 * field.
 *
 * For every element of the plugin: `msnet` writes, the others read.  Any thread. */
#pragma once

#include "fields.h"

G_BEGIN_DECLS

#define MSNET_RESULT_META_NAME "MsnetResultMeta"         /* GstCustomMeta without tags */
#define MSNET_MOTION_META_NAME "MsnetMotionMeta"         /* GstCustomMeta tagged `orientation` */
#define MSNET_ACTIVATION_META_NAME "MsnetActivationMeta" /* the same */
#define MSNET_RESULT_NAME "msnet-result"                 /* element message and custom downstream event */
#define MSNET_ACTION_BEGIN_NAME "msnet-action-begin"     /* the same, when an action starts */
#define MSNET_ACTION_END_NAME "msnet-action-end"         /* and when it has ended */

#define MSNET_META_MOST_CELLS 1024 /* a side; a network of 1024 x 1024 pixels gives 128 */

/* What one window of frames shows. */
typedef struct
{
  guint64 index;
  gchar *element;
  guint64 element_id;
  gchar *model;
  gchar *label;
  gint class_index;
  gdouble score;
  gchar **labels;
  gdouble *scores;
  guint n_labels;
  GstClockTime start;
  GstClockTime end;
  GstClockTime stream_start;
  GstClockTime stream_end;
  gint frames;
  gint gaps;
  gboolean partial;
  GstClockTime age;
  guint64 skipped;
  GstClockTime inference;
  GstClockTime hop;
  GstClockTime wall;
} MsnetResult;

/* Of a result's message, as `level` has them. */
typedef struct
{
  GstClockTime timestamp;
  GstClockTime stream_time;
  GstClockTime running_time;
  GstClockTime duration;
} MsnetResultTimes;

/* How the picture moves between the last two different frames of a window. */
typedef struct
{
  gint width;
  gint height;
  GBytes *field;
  gdouble region[4];
  gdouble limit[2];
  gdouble pan;
  gdouble tilt;
  gdouble zoom;
  gdouble roll;
  gdouble agreement;
  gint frame_width;
  gint frame_height;
  GstClockTime start;
  GstClockTime end;
  gchar *element;
  guint64 element_id;
  guint64 index;
} MsnetMotion;

/* Where the logit of a window's best class comes from. */
typedef struct
{
  gint width;
  gint height;
  GBytes *map;
  gdouble bias;
  gchar *label;
  gint class_index;
  gdouble region[4];
  gint frame_width;
  gint frame_height;
  GstClockTime start;
  GstClockTime end;
  gchar *element;
  guint64 element_id;
  guint64 index;
} MsnetActivation;

/* An action that has started, or, if @ended, has ended: @end and @stream_end are of an end only. */
typedef struct
{
  gboolean ended;
  gchar *element;
  guint64 element_id;
  gchar *label;
  gint class_index;
  gdouble score;
  GstClockTime start;
  GstClockTime stream_start;
  GstClockTime end;
  GstClockTime stream_end;
} MsnetAction;

extern const MsnetMetaTable msnet_result_table;
extern const MsnetMetaTable msnet_message_table; /* MsnetResultTimes */
extern const MsnetMetaTable msnet_motion_table;
extern const MsnetMetaTable msnet_activation_table;
extern const MsnetMetaTable msnet_action_begin_table; /* MsnetAction, both */
extern const MsnetMetaTable msnet_action_end_table;

/* Returns: (transfer full): the name of @element in UTF-8; names may be any bytes, structures hold text
 * alone */
gchar *msnet_element_name (GstElement *element);

/* Registers all metas; once or more often. */
void msnet_meta_register (void);

/* Sets all fields of @result in @structure, in the table's order. */
void msnet_result_write (const MsnetResult *result, GstStructure *structure);

/* Returns: (transfer full): a structure named MSNET_RESULT_NAME: @times, then @result */
GstStructure *msnet_result_to_message (const MsnetResult *result, const MsnetResultTimes *times);

/* Returns: as msnet_fields_read(); release with msnet_result_clear() */
gboolean msnet_result_read (MsnetResult *result, const GstStructure *structure);
void msnet_result_clear (MsnetResult *result);

void msnet_motion_write (const MsnetMotion *motion, GstStructure *structure);

/* As msnet_result_read(); also FALSE if the field's size is not width x height x 3 floats, or a side is
 * longer than MSNET_META_MOST_CELLS.  What the cells say is not looked at. */
gboolean msnet_motion_read (MsnetMotion *motion, const GstStructure *structure);
void msnet_motion_clear (MsnetMotion *motion);

void msnet_activation_write (const MsnetActivation *activation, GstStructure *structure);

/* As msnet_motion_read(), of width x height floats. */
gboolean msnet_activation_read (MsnetActivation *activation, const GstStructure *structure);
void msnet_activation_clear (MsnetActivation *activation);

/* Returns: (transfer full): a structure named MSNET_ACTION_BEGIN_NAME or MSNET_ACTION_END_NAME */
GstStructure *msnet_action_to_structure (const MsnetAction *action);

/* As msnet_result_read(); also FALSE if @structure has another name. */
gboolean msnet_action_read (MsnetAction *action, const GstStructure *structure);
void msnet_action_clear (MsnetAction *action);

/* Adds a meta to @buffer, which must be writable. */
void msnet_result_attach (const MsnetResult *result, GstBuffer *buffer);
void msnet_motion_attach (const MsnetMotion *motion, GstBuffer *buffer);
void msnet_activation_attach (const MsnetActivation *activation, GstBuffer *buffer);

/**
 * msnet_meta_iterate:
 * @state: NULL at first
 * @name: one of the metas' names
 *
 * Returns: (nullable) (transfer none): the structure of the next meta of that name on @buffer; a buffer
 *     may carry several, of several elements, oldest first
 */
const GstStructure *msnet_meta_iterate (GstBuffer *buffer, gpointer *state, const gchar *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetResult, msnet_result_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetMotion, msnet_motion_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetActivation, msnet_activation_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetAction, msnet_action_clear)

G_END_DECLS
