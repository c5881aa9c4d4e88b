/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "actions.h"

#include "meta/result_meta.h"
#include "segment_time.h"

GST_DEBUG_CATEGORY_EXTERN (msnet_debug);
#define GST_CAT_DEFAULT msnet_debug

void
msnet_action_reporter_init (MsnetActionReporter *reporter, GstElement *element, guint64 id, GstPad *src_pad,
    const GstSegment *segment, MsnetModel *model)
{
  guint n_classes = msnet_model_get_network (model)->classes;
  g_autofree gboolean *background = g_new (gboolean, n_classes);

  for (guint i = 0; i < n_classes; i++)
    background[i] = msnet_model_is_background (model, i);
  *reporter = (MsnetActionReporter){
    .element = element,
    .id = id,
    .src_pad = src_pad,
    .segment = segment,
    .labels = msnet_model_get_labels (model),
    .proposal = msnet_model_get_actions (model),
    .actions = msnet_actions_new (n_classes, background),
    .delayed = G_QUEUE_INIT,
  };
}

void
msnet_action_reporter_clear (MsnetActionReporter *reporter)
{
  g_clear_pointer (&reporter->actions, msnet_actions_free);
  g_queue_clear_full (&reporter->delayed, (GDestroyNotify)gst_event_unref);
}

static GstStructure *
describe (const MsnetActionReporter *reporter, const MsnetActionChange *change)
{
  g_autofree gchar *element = msnet_element_name (reporter->element);
  MsnetAction action = {
    .ended = change->ended,
    .element = element,
    .element_id = reporter->id,
    .label = (gchar *)reporter->labels[change->class_index],
    .class_index = change->class_index,
    .score = change->score,
    .start = msnet_to_running_time (reporter->segment, change->start),
    .stream_start = msnet_to_stream_time (reporter->segment, change->start),
  };

  if (change->ended) {
    action.end = msnet_to_running_time (reporter->segment, change->end);
    action.stream_end = msnet_to_stream_time (reporter->segment, change->end);
  }
  return msnet_action_to_structure (&action);
}

/* A pad that flushes, or is not active any more, takes no events: downstream would never hear of the end. */
static void
push (MsnetActionReporter *reporter, GstEvent *event)
{
  if (gst_pad_push_event (reporter->src_pad, gst_event_ref (event))
      || !GST_PAD_IS_FLUSHING (reporter->src_pad))
    gst_event_unref (event);
  else
    g_queue_push_tail (&reporter->delayed, event);
}

static void
report (MsnetActionReporter *reporter, const MsnetReporting *reporting, GArray *changes)
{
  for (guint i = 0; i < changes->len; i++) {
    GstStructure *structure = describe (reporter, &g_array_index (changes, MsnetActionChange, i));
    GST_DEBUG_OBJECT (reporter->element, "%" GST_PTR_FORMAT, structure);
    if (reporting->post_messages != MSNET_POST_NONE)
      gst_element_post_message (reporter->element,
          gst_message_new_element (GST_OBJECT (reporter->element), gst_structure_copy (structure)));
    push (reporter, gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, structure));
  }
}

/* Thresholds are set one after the other, in whatever order, while results come: what contradicts itself
 * meanwhile is no error, but a warning if a result meets it.  @params: actions never end above @enter */
static void
settle_leave (MsnetActionReporter *reporter, const MsnetReporting *reporting, MsnetActionParams *params)
{
  g_autofree gchar *contradiction = msnet_reporting_find_contradiction (reporting, reporter->proposal);

  if (contradiction != NULL && !reporter->warned)
    GST_ELEMENT_WARNING (reporter->element, LIBRARY, SETTINGS,
        ("%s: actions end below %g, too, until \"leave\" is not above \"enter\"", contradiction,
            params->enter),
        (NULL));
  reporter->warned = contradiction != NULL;
  params->leave = MIN (params->leave, params->enter);
}

void
msnet_action_reporter_add (
    MsnetActionReporter *reporter, const MsnetReporting *reporting, const MsnetRecognition *recognition)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange));
  MsnetActionParams params;

  msnet_reporting_get_actions (reporting, reporter->proposal, &params);
  settle_leave (reporter, reporting, &params);
  msnet_actions_add (
      reporter->actions, &params, recognition->start, recognition->end, recognition->probabilities, changes);
  report (reporter, reporting, changes);
}

void
msnet_action_reporter_reset (MsnetActionReporter *reporter, const MsnetReporting *reporting)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange));

  msnet_actions_reset (reporter->actions, changes);
  report (reporter, reporting, changes);
}

void
msnet_action_reporter_push_delayed (MsnetActionReporter *reporter)
{
  GstEvent *event;

  /* A flush that comes in between sends them back: they wait for the segment after it. */
  while ((event = g_queue_peek_head (&reporter->delayed)) != NULL) {
    if (!gst_pad_push_event (reporter->src_pad, gst_event_ref (event))
        && GST_PAD_IS_FLUSHING (reporter->src_pad))
      return;
    gst_event_unref (g_queue_pop_head (&reporter->delayed));
  }
}
