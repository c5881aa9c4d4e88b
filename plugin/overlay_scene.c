#include "overlay_scene.h"

#include "overlay_canvas.h"
#include "overlay_history.h"
#include "overlay_label.h"
#include "overlay_motion.h"
#include "overlay_timeline.h"

/* From front to back: what lies behind keeps clear of what lies before it. */
enum
{
  LAYER_LABEL,
  LAYER_TIMELINE,
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
    if (g_str_equal (known->element, result->element)) {
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
    if (!msnet_result_read (&result, structure))
      continue;
    if (is_wanted (scene, result.element)) {
      msnet_history_add (scene->history, &result);
      set_current (scene, &result);
    } else {
      msnet_result_clear (&result);
    }
  }
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
    if (!msnet_motion_read (&motion, structure))
      continue;
    if (motion.element && is_wanted (scene, motion.element)) {
      msnet_motion_clear (&scene->motion);
      scene->motion = motion;
    } else {
      msnet_motion_clear (&motion);
    }
  }
}

void
msnet_scene_take_buffer (MsnetScene *scene, GstBuffer *buffer, GstClockTime now)
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
}

void
msnet_scene_take_result (MsnetScene *scene, const GstStructure *structure)
{
  g_auto (MsnetResult) result = { 0 };

  if (msnet_result_read (&result, structure) && is_wanted (scene, result.element))
    msnet_history_add (scene->history, &result);
}

void
msnet_scene_clear (MsnetScene *scene)
{
  msnet_history_clear (scene->history);
  g_array_set_size (scene->current, 0);
  msnet_motion_clear (&scene->motion);
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

/* Where the layers before the motion are. */
static guint
get_taken (MsnetScene *scene, MsnetBox taken[N_LAYERS])
{
  gdouble across = scene->canvas.width / scene->canvas.frame_width;
  guint n = 0, width, height;
  gint x, y;

  for (guint i = 0; i < LAYER_MOTION; i++)
    if (scene->layers[i].rectangle) {
      gst_video_overlay_rectangle_get_render_rectangle (scene->layers[i].rectangle, &x, &y, &width, &height);
      taken[n++] = (MsnetBox){ x * across, y, width * across, height };
    }
  return n;
}

static gchar *
describe_motion (MsnetScene *scene)
{
  MsnetBox taken[N_LAYERS];
  guint n_taken = get_taken (scene, taken);
  GString *text = g_string_new (NULL);

  if (scene->motion.width > 0)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s", scene->motion.index, scene->motion.element);
  for (guint i = 0; i < n_taken; i++)
    g_string_append_printf (text, " %g %g %g", taken[i].x, taken[i].y, taken[i].width);
  return g_string_free (text, FALSE);
}

static gchar *
describe_layer (MsnetScene *scene, guint layer)
{
  MsnetResult *current = (MsnetResult *)scene->current->data;
  g_autofree gchar *label = msnet_label_describe (current, scene->current->len);

  switch (layer) {
  case LAYER_LABEL:
    return g_strdup_printf ("%g %s", get_bottom (scene), label);
  case LAYER_TIMELINE:
    if (!shows_timeline (scene))
      return g_strdup ("");
    return g_strdup_printf ("%" G_GUINT64_FORMAT " %u %s", msnet_timeline_round (&scene->canvas, scene->now),
        msnet_history_get_serial (scene->history), label);
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
  MsnetBox taken[N_LAYERS];

  switch (layer) {
  case LAYER_LABEL:
    if (n == 0)
      return NULL;
    return msnet_label_draw (&scene->canvas, current, n, scene->options.position, get_bottom (scene));
  case LAYER_TIMELINE:
    return shows_timeline (scene) ? msnet_timeline_draw (&scene->canvas, &timeline) : NULL;
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
