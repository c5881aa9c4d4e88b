#include "scene.h"

#include "banner.h"
#include "camera.h"
#include "canvas.h"
#include "history.h"
#include "label.h"
#include "motion.h"
#include "ongoing.h"
#include "timeline.h"

GST_DEBUG_CATEGORY_EXTERN (msnet_overlay_debug);
#define GST_CAT_DEFAULT msnet_overlay_debug

/* From front to back: what lies behind keeps clear of what lies before it. */
enum
{
  LAYER_LABEL,
  LAYER_CAMERA,
  LAYER_TIMELINE,
  LAYER_BANNER,
  LAYER_MOTION,
  N_LAYERS,
};

/* @key: says how it looks; NULL: not drawn yet.  @rectangle: NULL where it has nothing to show. */
typedef struct
{
  gchar *key;
  GstVideoOverlayRectangle *rectangle;
} Layer;

struct _MsnetScene
{
  GstVideoInfo info;
  MsnetOverlayOptions options;
  MsnetCanvas canvas;

  MsnetHistory *history;
  GArray *current;    /* MsnetResult, one an element */
  MsnetMotion motion; /* width 0: none */
  MsnetOngoing *ongoing;
  GstClockTime now;

  Layer layers[N_LAYERS];
  GstVideoOverlayComposition *composition;
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
  return scene;
}

static void
forget_drawings (MsnetScene *scene)
{
  for (guint i = 0; i < N_LAYERS; i++) {
    g_clear_pointer (&scene->layers[i].key, g_free);
    g_clear_pointer (&scene->layers[i].rectangle, gst_video_overlay_rectangle_unref);
  }
  g_clear_pointer (&scene->composition, gst_video_overlay_composition_unref);
}

void
msnet_scene_free (MsnetScene *scene)
{
  if (!scene)
    return;
  forget_drawings (scene);
  msnet_overlay_options_clear (&scene->options);
  msnet_canvas_clear (&scene->canvas);
  msnet_history_free (scene->history);
  g_array_unref (scene->current);
  msnet_motion_clear (&scene->motion);
  msnet_ongoing_free (scene->ongoing);
  g_free (scene);
}

static void
update_canvas (MsnetScene *scene)
{
  forget_drawings (scene);
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
  return !scene->options.element || g_str_equal (scene->options.element, element);
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
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME))) {
    if (!msnet_result_read (&result, structure)) {
      GST_DEBUG ("not a whole result, ignored: %" GST_PTR_FORMAT, structure);
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

/* A crop of which only metadata tell leaves what was said of the whole frame on the buffer. */
static gboolean
is_of_visible (const MsnetScene *scene, GstBuffer *buffer, const MsnetMotion *motion)
{
  return !gst_buffer_get_video_crop_meta (buffer)
         || (motion->frame_width == GST_VIDEO_INFO_WIDTH (&scene->info)
             && motion->frame_height == GST_VIDEO_INFO_HEIGHT (&scene->info));
}

/* One field is drawn: the last. */
static void
take_motion (MsnetScene *scene, GstBuffer *buffer)
{
  const GstStructure *structure;
  gpointer state = NULL;
  MsnetMotion motion;

  msnet_motion_clear (&scene->motion);
  while ((structure = msnet_meta_iterate (buffer, &state, MSNET_MOTION_META_NAME))) {
    if (!msnet_motion_read (&motion, structure)) {
      GST_DEBUG ("not a whole motion field, ignored: %" GST_PTR_FORMAT, structure);
      continue;
    }
    if (is_wanted (scene, motion.element) && is_of_visible (scene, buffer, &motion)) {
      msnet_motion_clear (&scene->motion);
      scene->motion = motion;
    } else {
      msnet_motion_clear (&motion);
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
  msnet_ongoing_clear (scene->ongoing);
  scene->now = GST_CLOCK_TIME_NONE;
  forget_drawings (scene);
}

static gboolean
shows_timeline (MsnetScene *scene)
{
  return scene->options.timeline && GST_CLOCK_TIME_IS_VALID (scene->now)
         && (scene->current->len > 0 || !msnet_history_is_empty (scene->history));
}

static gdouble
get_bottom (MsnetScene *scene)
{
  gdouble strip = shows_timeline (scene) ? msnet_timeline_get_height (&scene->canvas, scene->history) : 0.0;

  return scene->canvas.height - strip;
}

/* What a layer covers; width 0: nothing. */
static MsnetRectangle
get_box (MsnetScene *scene, guint layer)
{
  gdouble across = scene->canvas.width / scene->canvas.frame_width;
  guint width, height;
  gint x, y;

  if (!scene->layers[layer].rectangle)
    return (MsnetRectangle){ 0 };
  gst_video_overlay_rectangle_get_render_rectangle (scene->layers[layer].rectangle, &x, &y, &width, &height);
  return (MsnetRectangle){ x * across, y, width * across, height };
}

/* Where the layers before the motion are. */
static guint
get_taken (MsnetScene *scene, MsnetRectangle taken[N_LAYERS])
{
  guint n = 0;

  for (guint i = 0; i < LAYER_MOTION; i++)
    if (scene->layers[i].rectangle)
      taken[n++] = get_box (scene, i);
  return n;
}

static MsnetBanner
get_banner (MsnetScene *scene)
{
  return (MsnetBanner){ .ongoing = scene->ongoing,
    .element = scene->options.element,
    .position = scene->options.position,
    .label = get_box (scene, LAYER_LABEL),
    .bottom = get_bottom (scene) };
}

static gchar *
describe_motion (MsnetScene *scene)
{
  MsnetRectangle taken[N_LAYERS];
  guint n_taken = get_taken (scene, taken);
  GString *text = g_string_new (NULL);

  if (scene->motion.width > 0)
    g_string_append_printf (
        text, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, scene->motion.element_id, scene->motion.index);
  for (guint i = 0; i < n_taken; i++)
    g_string_append_printf (text, " %g %g %g %g", taken[i].x, taken[i].y, taken[i].width, taken[i].height);
  return g_string_free (text, FALSE);
}

static gchar *
describe_camera (MsnetScene *scene)
{
  g_autofree gchar *signs = msnet_camera_describe (&scene->canvas, &scene->motion);
  MsnetRectangle label = get_box (scene, LAYER_LABEL);

  return g_strdup_printf ("%g %g %g%s", get_bottom (scene), label.x, label.width, signs);
}

static gchar *
describe_layer (MsnetScene *scene, guint layer)
{
  MsnetResult *current = (MsnetResult *)scene->current->data;
  g_autofree gchar *label = msnet_label_describe (current, scene->current->len);
  MsnetBanner banner = get_banner (scene);

  switch (layer) {
  case LAYER_LABEL:
    return g_strdup_printf ("%g %s", get_bottom (scene), label);
  case LAYER_CAMERA:
    return scene->options.camera ? describe_camera (scene) : g_strdup ("");
  case LAYER_TIMELINE:
    if (!shows_timeline (scene))
      return g_strdup ("");
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %u %s", msnet_timeline_round (&scene->canvas, scene->now),
        msnet_history_get_serial (scene->history), label);
  case LAYER_BANNER:
    return msnet_banner_describe (&banner);
  default:
    return describe_motion (scene);
  }
}

static GstVideoOverlayRectangle *
draw_layer (MsnetScene *scene, guint layer)
{
  MsnetResult *current = (MsnetResult *)scene->current->data;
  guint n = scene->current->len;
  MsnetTimeline timeline = { scene->history, current, n, msnet_timeline_round (&scene->canvas, scene->now) };
  MsnetBanner banner = get_banner (scene);
  MsnetRectangle taken[N_LAYERS];

  switch (layer) {
  case LAYER_LABEL:
    if (n == 0)
      return NULL;
    return msnet_label_draw (&scene->canvas, current, n, scene->options.position, get_bottom (scene));
  case LAYER_CAMERA:
    if (!scene->options.camera)
      return NULL;
    return msnet_camera_draw (&scene->canvas, &scene->motion, scene->options.position,
        get_box (scene, LAYER_LABEL), get_bottom (scene));
  case LAYER_TIMELINE:
    return shows_timeline (scene) ? msnet_timeline_draw (&scene->canvas, &timeline) : NULL;
  case LAYER_BANNER:
    return msnet_banner_draw (&scene->canvas, &banner);
  default:
    if (scene->motion.width == 0)
      return NULL;
    return msnet_motion_draw (
        &scene->canvas, &scene->motion, scene->options.motion_style, taken, get_taken (scene, taken));
  }
}

/* Returns: whether the layer looks different now */
static gboolean
update_layer (MsnetScene *scene, guint number)
{
  Layer *layer = &scene->layers[number];
  g_autofree gchar *key = describe_layer (scene, number);

  if (g_strcmp0 (layer->key, key) == 0)
    return FALSE;
  g_clear_pointer (&layer->key, g_free);
  g_clear_pointer (&layer->rectangle, gst_video_overlay_rectangle_unref);
  layer->key = g_steal_pointer (&key);
  layer->rectangle = draw_layer (scene, number);
  return TRUE;
}

static void
compose (MsnetScene *scene)
{
  g_clear_pointer (&scene->composition, gst_video_overlay_composition_unref);
  for (guint i = N_LAYERS; i > 0; i--) {
    GstVideoOverlayRectangle *rectangle = scene->layers[i - 1].rectangle;
    if (!rectangle)
      continue;
    if (scene->composition)
      gst_video_overlay_composition_add_rectangle (scene->composition, rectangle);
    else
      scene->composition = gst_video_overlay_composition_new (rectangle);
  }
}

GstVideoOverlayComposition *
msnet_scene_render (MsnetScene *scene)
{
  gboolean changed = FALSE;

  if (scene->options.opacity <= 0.0 || scene->canvas.frame_width == 0)
    return NULL;
  for (guint i = 0; i < N_LAYERS; i++)
    changed |= update_layer (scene, i);
  if (changed)
    compose (scene);
  return scene->composition;
}
