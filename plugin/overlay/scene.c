/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scene.h"

#include "meta/once.h"
#include "picture.h"
#include "timeline.h"

GST_DEBUG_CATEGORY_EXTERN (msnet_overlay_debug);
#define GST_CAT_DEFAULT msnet_overlay_debug

/* What is logged once: metadata come with each frame. */
typedef enum
{
  TOLD_RESULT = 1 << 0,
  TOLD_MOTION = 1 << 1,
  TOLD_ACTIVATION = 1 << 2,
} Told;

struct _MsnetScene
{
  GstVideoInfo info;
  MsnetOverlayOptions options;
  MsnetCanvas canvas;

  MsnetHistory *history;
  GArray *current;            /* MsnetResult, one an element */
  MsnetMotion motion;         /* width 0: none */
  MsnetActivation activation; /* width 0: none */
  MsnetOngoing *ongoing;
  GstClockTime now;
  guint told; /* Told */

  MsnetPicture *picture;
};

static void
result_clear (gpointer result)
{
  msnet_result_clear (result);
}

MsnetScene *
msnet_scene_new (void)
{
  MsnetScene *scene = g_new0 (MsnetScene, 1);

  gst_video_info_init (&scene->info);
  scene->history = msnet_history_new ();
  scene->current = g_array_new (FALSE, FALSE, sizeof (MsnetResult));
  g_array_set_clear_func (scene->current, result_clear);
  scene->ongoing = msnet_ongoing_new ();
  scene->now = GST_CLOCK_TIME_NONE;
  scene->picture = msnet_picture_new ();
  return scene;
}

void
msnet_scene_free (MsnetScene *scene)
{
  if (scene == NULL)
    return;
  msnet_picture_free (scene->picture);
  msnet_overlay_options_clear (&scene->options);
  msnet_canvas_clear (&scene->canvas);
  msnet_history_free (scene->history);
  g_array_unref (scene->current);
  msnet_motion_clear (&scene->motion);
  msnet_activation_clear (&scene->activation);
  msnet_ongoing_free (scene->ongoing);
  g_free (scene);
}

static void
update_canvas (MsnetScene *scene)
{
  msnet_picture_forget (scene->picture);
  msnet_canvas_init (&scene->canvas, &scene->info, scene->options.font, scene->options.opacity);
}

void
msnet_scene_set_info (MsnetScene *scene, const GstVideoInfo *info)
{
  scene->info = *info;
  update_canvas (scene);
}

void
msnet_scene_set_options (MsnetScene *scene, const MsnetOverlayOptions *options)
{
  gboolean other_element = g_strcmp0 (options->element, scene->options.element) != 0;

  if (msnet_overlay_options_equal (&scene->options, options))
    return;
  msnet_overlay_options_copy (&scene->options, options);
  if (other_element)
    msnet_history_clear (scene->history);
  update_canvas (scene);
}

static gboolean
is_wanted (MsnetScene *scene, const gchar *element)
{
  return scene->options.element == NULL || g_str_equal (scene->options.element, element);
}

/* Of several results of one element the last is the newest. */
static void
set_current (MsnetScene *scene, MsnetResult *result)
{
  for (guint i = 0; i < scene->current->len; i++) {
    MsnetResult *known = &g_array_index (scene->current, MsnetResult, i);
    if (known->element_id == result->element_id) {
      msnet_result_clear (known);
      *known = *result;
      return;
    }
  }
  g_array_append_vals (scene->current, result, 1);
}

static void
take_results (MsnetScene *scene, GstBuffer *buffer)
{
  const GstStructure *structure;
  gpointer state = NULL;
  MsnetResult result;

  g_array_set_size (scene->current, 0);
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME)) != NULL) {
    if (!msnet_result_read (&result, structure)) {
      if (msnet_once (&scene->told, TOLD_RESULT))
        GST_WARNING ("not a whole result, ignored, as others like it will be: %" GST_PTR_FORMAT, structure);
      continue;
    }
    if (is_wanted (scene, result.element)) {
      msnet_history_add (scene->history, &result);
      set_current (scene, &result);
    } else {
      msnet_result_clear (&result);
    }
  }
}

/* A crop by metadata alone leaves what is about the whole frame, of @width x @height, on the buffer. */
static gboolean
is_of_visible (const MsnetScene *scene, GstBuffer *buffer, gint width, gint height)
{
  return gst_buffer_get_video_crop_meta (buffer) == NULL
         || (width == GST_VIDEO_INFO_WIDTH (&scene->info) && height == GST_VIDEO_INFO_HEIGHT (&scene->info));
}

/* One field is drawn: the last. */
static void
take_motion (MsnetScene *scene, GstBuffer *buffer)
{
  const GstStructure *structure;
  gpointer state = NULL;
  MsnetMotion motion;

  msnet_motion_clear (&scene->motion);
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_MOTION_META_NAME)) != NULL) {
    if (!msnet_motion_read (&motion, structure)) {
      if (msnet_once (&scene->told, TOLD_MOTION))
        GST_WARNING (
            "not a whole motion field, ignored, as others like it will be: %" GST_PTR_FORMAT, structure);
      continue;
    }
    if (is_wanted (scene, motion.element)
        && is_of_visible (scene, buffer, motion.frame_width, motion.frame_height)) {
      msnet_motion_clear (&scene->motion);
      scene->motion = motion;
    } else {
      msnet_motion_clear (&motion);
    }
  }
}

/* One map is drawn: the last. */
static void
take_activation (MsnetScene *scene, GstBuffer *buffer)
{
  const GstStructure *structure;
  gpointer state = NULL;
  MsnetActivation activation;

  msnet_activation_clear (&scene->activation);
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_ACTIVATION_META_NAME)) != NULL) {
    if (!msnet_activation_read (&activation, structure)) {
      if (msnet_once (&scene->told, TOLD_ACTIVATION))
        GST_WARNING (
            "not a whole activation map, ignored, as others like it will be: %" GST_PTR_FORMAT, structure);
      continue;
    }
    if (is_wanted (scene, activation.element)
        && is_of_visible (scene, buffer, activation.frame_width, activation.frame_height)) {
      msnet_activation_clear (&scene->activation);
      scene->activation = activation;
    } else {
      msnet_activation_clear (&activation);
    }
  }
}

void
msnet_scene_take_buffer (MsnetScene *scene, GstBuffer *buffer, GstClockTime now, GstClockTime running_time)
{
  if (GST_CLOCK_TIME_IS_VALID (now)) {
    if (GST_CLOCK_TIME_IS_VALID (scene->now) && now < scene->now)
      msnet_history_clear (scene->history);
    scene->now = now;
    if (now > MSNET_TIMELINE_LENGTH)
      msnet_history_forget (scene->history, now - MSNET_TIMELINE_LENGTH);
  }
  take_results (scene, buffer);
  take_motion (scene, buffer);
  take_activation (scene, buffer);
  msnet_ongoing_advance (scene->ongoing, running_time);
}

void
msnet_scene_take_result (MsnetScene *scene, const GstStructure *structure)
{
  g_auto (MsnetResult) result = { 0 };

  if (msnet_result_read (&result, structure) && is_wanted (scene, result.element))
    msnet_history_add (scene->history, &result);
}

gboolean
msnet_scene_take_action (MsnetScene *scene, const GstStructure *structure)
{
  g_auto (MsnetAction) action = { 0 };

  if (!msnet_action_read (&action, structure) || (!action.ended && !GST_CLOCK_TIME_IS_VALID (action.start)))
    return FALSE;
  msnet_ongoing_take (scene->ongoing, &action);
  return TRUE;
}

void
msnet_scene_clear_actions (MsnetScene *scene)
{
  msnet_ongoing_clear (scene->ongoing);
}

void
msnet_scene_clear (MsnetScene *scene)
{
  msnet_history_clear (scene->history);
  g_array_set_size (scene->current, 0);
  msnet_motion_clear (&scene->motion);
  msnet_activation_clear (&scene->activation);
  msnet_ongoing_clear (scene->ongoing);
  scene->now = GST_CLOCK_TIME_NONE;
  msnet_picture_forget (scene->picture);
}

void
msnet_scene_end (MsnetScene *scene)
{
  scene->told = 0;
}

GstVideoOverlayComposition *
msnet_scene_render (MsnetScene *scene)
{
  if (scene->options.opacity <= 0.0 || scene->canvas.frame_width == 0)
    return NULL;
  return msnet_picture_update (scene->picture, (MsnetView){ .canvas = &scene->canvas,
                                                   .options = &scene->options,
                                                   .results = (MsnetResult *)scene->current->data,
                                                   .n_results = scene->current->len,
                                                   .motion = &scene->motion,
                                                   .activation = &scene->activation,
                                                   .history = scene->history,
                                                   .ongoing = scene->ongoing,
                                                   .now = scene->now });
}
