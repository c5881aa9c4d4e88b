/* What `msnet` says about a buffer, and how it travels: the fields of a result and of its motion field as
 * GstStructure, the same in GstCustomMeta, element message and event; and the actions that begin and end.
 *
 * For every element of the plugin: `msnet` writes, the others read.  Any thread. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define MSNET_RESULT_META_NAME "MsnetResultMeta"     /* GstCustomMeta without tags */
#define MSNET_MOTION_META_NAME "MsnetMotionMeta"     /* GstCustomMeta tagged `orientation` */
#define MSNET_RESULT_NAME "msnet-result"             /* element message and custom downstream event */
#define MSNET_ACTION_BEGIN_NAME "msnet-action-begin" /* the same, when an action begins */
#define MSNET_ACTION_END_NAME "msnet-action-end"     /* and when it has ended */

#define MSNET_MOTION_MOST_CELLS 1024 /* a side; a network of 1024 x 1024 pixels gives 128 */

/**
 * MsnetResult: what one window of frames shows.
 * @index: counts the completed windows of an element; the same @element_id and @index again: the same
 *     result, held
 * @element, @model: names of the element and of its model
 * @element_id: of this element alone, as long as it lives; elements in two bins may have one name
 * @label, @class_index, @score: the best class
 * @labels, @scores: @n_labels of them, best first; @labels is NULL-terminated
 * @start, @end: running time of the first and last point's frame, ns
 * @stream_start, @stream_end: the same in stream time
 * @frames: distinct frames; @gaps: points without a frame of their own
 * @partial: the stream ended inside the window
 * @age: running time of the buffer that carries this, minus @end
 * @skipped: windows skipped since the last result
 * @inference: ns that the device took
 * @hop: ns of media time from window to window: for how long this is news
 * @wall: ns since the epoch (UTC) at which the frame at @end was captured; GST_CLOCK_TIME_NONE where the
 *     pipeline is not live, and then no field
 */
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

/**
 * MsnetMotion: how the picture moves between the last two different frames of a window.
 * @width, @height: cells
 * @field: @height rows of @width cells of (x, y, confidence), float32 little endian; x right, y down, older
 *     to newer frame, in fractions of the frame's width and height per second
 * @region: x, y, width, height of what the network sees, in fractions of the frame
 * @limit: the fastest x and y that can be measured, in the field's units
 * @pan, @tilt: of the camera, in the upright picture: its widths per second to the right, heights up
 * @zoom: logarithm of the growth per second, in is positive; @roll: radians per second, counter-clockwise
 * @agreement: share of the cells that are not flat that follow these four; 0: nothing is known, all are 0
 * @frame_width, @frame_height: of what is visible of the frame, in pixels
 * @start, @end: running time of the pair of frames
 * @element, @element_id, @index: of the result that this belongs to
 */
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

/**
 * MsnetAction: an action that has begun or ended.
 * @ended: whether it has ended
 * @element, @element_id: name of the element, and what tells it from others of that name
 * @label, @class_index: of the class
 * @score: the peak so far of its smoothed score
 * @start, @end: running time, ns; @end only where it has ended
 * @stream_start, @stream_end: the same in stream time
 */
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

/* Returns: (transfer full): the name of @element as text; names may be any bytes, structures hold UTF-8 alone */
gchar *msnet_element_name (GstElement *element);

/* Registers both metas; once or more often. */
void msnet_meta_register (void);

/* Sets all fields of @result in @structure, in their order. */
void msnet_result_write (const MsnetResult *result, GstStructure *structure);

/* Returns: FALSE where a field is missing or of another type, a number is none (not finite, or past 1e9), a text is
 * not UTF-8; @result is then all zero.
 * Release with msnet_result_clear(). */
gboolean msnet_result_read (MsnetResult *result, const GstStructure *structure);
void msnet_result_clear (MsnetResult *result);

void msnet_motion_write (const MsnetMotion *motion, GstStructure *structure);

/* As msnet_result_read(); also FALSE where the field's size is not width x height x 3 floats, or a side is longer than
 * MSNET_MOTION_MOST_CELLS.  What the cells say is not looked at. */
gboolean msnet_motion_read (MsnetMotion *motion, const GstStructure *structure);
void msnet_motion_clear (MsnetMotion *motion);

/* Returns: (transfer full): a structure named MSNET_ACTION_BEGIN_NAME or MSNET_ACTION_END_NAME */
GstStructure *msnet_action_to_structure (const MsnetAction *action);

/* As msnet_result_read(); also FALSE where @structure has another name. */
gboolean msnet_action_read (MsnetAction *action, const GstStructure *structure);
void msnet_action_clear (MsnetAction *action);

/* Adds a meta to @buffer, which must be writable. */
void msnet_result_attach (const MsnetResult *result, GstBuffer *buffer);
void msnet_motion_attach (const MsnetMotion *motion, GstBuffer *buffer);

/**
 * msnet_meta_iterate:
 * @state: NULL at first
 * @name: MSNET_RESULT_META_NAME or MSNET_MOTION_META_NAME
 *
 * Returns: (nullable) (transfer none): the structure of the next meta of that name on @buffer; a buffer
 *     may carry several, of several elements, oldest first
 */
const GstStructure *msnet_meta_iterate (GstBuffer *buffer, gpointer *state, const gchar *name);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetResult, msnet_result_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetMotion, msnet_motion_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetAction, msnet_action_clear)

G_END_DECLS
