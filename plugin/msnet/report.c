/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report.h"

#include "ranking.h"
#include "segment_time.h"

#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (msnet_debug);
#define GST_CAT_DEFAULT msnet_debug

static void
drop_held (MsnetReporter *reporter)
{
  msnet_result_clear (&reporter->held);
  msnet_motion_clear (&reporter->held_motion);
  msnet_activation_clear (&reporter->held_activation);
  reporter->has_held = FALSE;
}

void
msnet_reporter_reset (MsnetReporter *reporter)
{
  drop_held (reporter);
  g_clear_pointer (&reporter->posted, g_free);
}

void
msnet_reporter_clear (MsnetReporter *reporter)
{
  msnet_reporter_reset (reporter);
  memset (reporter, 0, sizeof *reporter);
}

static void
make_result (const MsnetReporter *reporter, const MsnetReporting *reporting,
    const MsnetRecognition *recognition, MsnetResult *result)
{
  *result = (MsnetResult){
    .index = recognition->index,
    .element = msnet_element_name (reporter->element),
    .element_id = reporter->id,
    .model = g_strdup (reporter->model),
    .start = msnet_to_running_time (reporter->segment, recognition->start),
    .end = msnet_to_running_time (reporter->segment, recognition->end),
    .stream_start = msnet_to_stream_time (reporter->segment, recognition->start),
    .stream_end = msnet_to_stream_time (reporter->segment, recognition->end),
    .frames = recognition->frames,
    .gaps = recognition->gaps,
    .partial = recognition->partial,
    .skipped = recognition->skipped,
    .inference = recognition->inference,
    .hop = msnet_grid_get_hop (reporter->grid),
    .wall = reporter->live ? recognition->wall : GST_CLOCK_TIME_NONE,
  };
  msnet_rank (recognition, reporter->labels, reporting->top_k, result);
}

/* Returns: (transfer full): @values in little endian */
static GBytes *
make_cells (const gfloat *values, gsize n)
{
  guint32 *cells = g_new (guint32, n);

  memcpy (cells, values, n * sizeof *cells);
  for (gsize i = 0; i < n; i++)
    cells[i] = GUINT32_TO_LE (cells[i]);
  return g_bytes_new_take (cells, n * sizeof *cells);
}

static void
make_motion (const MsnetReporter *reporter, const MsnetRecognition *recognition, MsnetMotion *motion)
{
  const MsnetField *field = recognition->field;

  *motion = (MsnetMotion){
    .width = field->size,
    .height = field->size,
    .field = make_cells (field->cells, field->size * field->size * 3),
    .pan = recognition->camera.pan,
    .tilt = recognition->camera.tilt,
    .zoom = recognition->camera.zoom,
    .roll = recognition->camera.roll,
    .agreement = recognition->camera.agreement,
    .frame_width = reporter->frame_width,
    .frame_height = reporter->frame_height,
    .start = msnet_to_running_time (reporter->segment, field->start),
    .end = msnet_to_running_time (reporter->segment, field->end),
    .element = msnet_element_name (reporter->element),
    .element_id = reporter->id,
    .index = recognition->index,
  };
  memcpy (motion->region, field->region, sizeof motion->region);
  memcpy (motion->limit, field->limit, sizeof motion->limit);
}

static void
make_activation (
    const MsnetReporter *reporter, const MsnetRecognition *recognition, MsnetActivation *activation)
{
  const MsnetActivationMap *map = recognition->activation;

  *activation = (MsnetActivation){
    .width = map->size,
    .height = map->size,
    .map = make_cells (map->cells, map->size * map->size),
    .bias = map->bias,
    .label = g_strdup (reporter->labels[map->class_index]),
    .class_index = map->class_index,
    .frame_width = reporter->frame_width,
    .frame_height = reporter->frame_height,
    .start = msnet_to_running_time (reporter->segment, recognition->start),
    .end = msnet_to_running_time (reporter->segment, recognition->end),
    .element = msnet_element_name (reporter->element),
    .element_id = reporter->id,
    .index = recognition->index,
  };
  memcpy (activation->region, map->region, sizeof activation->region);
}

static void
post (MsnetReporter *reporter, const MsnetReporting *reporting, const MsnetRecognition *recognition,
    const MsnetResult *result)
{
  MsnetResultTimes times = { recognition->end, result->stream_end, result->end, reporter->grid->window };

  if (reporting->post_messages == MSNET_POST_NONE
      || (reporting->post_messages == MSNET_POST_CHANGES && g_strcmp0 (reporter->posted, result->label) == 0))
    return;
  g_free (reporter->posted);
  reporter->posted = g_strdup (result->label);
  gst_element_post_message (reporter->element,
      gst_message_new_element (GST_OBJECT (reporter->element), msnet_result_to_message (result, &times)));
}

/* Running time from the end of the held result to @pts; FALSE if that is not after it. */
static gboolean
get_age (const MsnetReporter *reporter, GstClockTime end, GstClockTime pts, GstClockTime *age)
{
  GstClockTime now = GST_CLOCK_TIME_IS_VALID (pts)
                         ? gst_segment_to_running_time (reporter->segment, GST_FORMAT_TIME, pts)
                         : GST_CLOCK_TIME_NONE;

  if (!GST_CLOCK_TIME_IS_VALID (now) || now < end)
    return FALSE;
  *age = now - end;
  return TRUE;
}

static void
attach_held (MsnetReporter *reporter, const MsnetReporting *reporting, GstBuffer *buffer)
{
  msnet_result_attach (&reporter->held, buffer);
  if (reporting->motion && reporter->held_motion.field != NULL)
    msnet_motion_attach (&reporter->held_motion, buffer);
  if (reporter->held_activation.map != NULL)
    msnet_activation_attach (&reporter->held_activation, buffer);
}

static void
tell_one (MsnetReporter *reporter, const MsnetReporting *reporting, const MsnetRecognition *recognition,
    GstBuffer *buffer, GstClockTime pts)
{
  drop_held (reporter);
  make_result (reporter, reporting, recognition, &reporter->held);
  if (reporter->held.score < reporting->threshold)
    return drop_held (reporter);
  if (recognition->field != NULL)
    make_motion (reporter, recognition, &reporter->held_motion);
  if (recognition->activation != NULL)
    make_activation (reporter, recognition, &reporter->held_activation);
  reporter->has_held = get_age (reporter, reporter->held.end, pts, &reporter->held.age);
  attach_held (reporter, reporting, buffer);
  post (reporter, reporting, recognition, &reporter->held);
}

void
msnet_reporter_tell (MsnetReporter *reporter, const MsnetReporting *reporting, GPtrArray *recognitions,
    GstBuffer *buffer, GstClockTime pts)
{
  for (guint i = 0; i < recognitions->len; i++)
    tell_one (reporter, reporting, g_ptr_array_index (recognitions, i), buffer, pts);
}

void
msnet_reporter_repeat (
    MsnetReporter *reporter, const MsnetReporting *reporting, GstBuffer *buffer, GstClockTime pts)
{
  GstClockTime expire = reporting->expire ? reporting->expire : 2 * reporter->grid->window;

  if (!reporter->has_held || !get_age (reporter, reporter->held.end, pts, &reporter->held.age))
    return;
  if (reporter->held.age > expire)
    return drop_held (reporter);
  attach_held (reporter, reporting, buffer);
}

GstEvent *
msnet_reporter_tell_last (
    MsnetReporter *reporter, const MsnetReporting *reporting, const MsnetRecognition *recognition)
{
  g_auto (MsnetResult) result = { 0 };
  GstStructure *structure;

  make_result (reporter, reporting, recognition, &result);
  if (result.score < reporting->threshold)
    return NULL;
  post (reporter, reporting, recognition, &result);
  structure = gst_structure_new_empty (MSNET_RESULT_NAME);
  msnet_result_write (&result, structure);
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure);
}

void
msnet_reporter_tell_skipped (MsnetReporter *reporter, MsnetStats *stats, const MsnetSpan *span)
{
  GstClockTime running_time = msnet_to_running_time (reporter->segment, span->end);
  GstMessage *message = gst_message_new_qos (GST_OBJECT (reporter->element), reporter->live, running_time,
      msnet_to_stream_time (reporter->segment, span->end), span->end, reporter->grid->window);

  GST_DEBUG_OBJECT (reporter->element,
      "skipped the window from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT ": the device is busy",
      GST_TIME_ARGS (span->start), GST_TIME_ARGS (span->end));
  gst_message_set_qos_stats (
      message, GST_FORMAT_DEFAULT, msnet_stats_get_windows (stats), msnet_stats_get_skipped (stats));
  gst_element_post_message (reporter->element, message);
}
