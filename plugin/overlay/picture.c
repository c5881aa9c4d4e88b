/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "picture.h"

#include "activation.h"
#include "banner.h"
#include "camera.h"
#include "label.h"
#include "motion.h"
#include "timeline.h"

/* From front to back: what lies behind keeps clear of what lies before it. */
static const MsnetOverlayLayer *const layers[] = {
  &msnet_label_layer,
  &msnet_camera_layer,
  &msnet_timeline_layer,
  &msnet_banner_layer,
  &msnet_motion_layer,
  &msnet_activation_layer,
};

#define N_LAYERS G_N_ELEMENTS (layers)

/* @look: as the layer described it; empty: it shows nothing.  @rectangle: NULL: it shows nothing, or had no
 * room */
typedef struct
{
  MsnetLook *look;
  GstVideoOverlayRectangle *rectangle;
} Drawing;

struct _MsnetPicture
{
  Drawing drawings[N_LAYERS];
  MsnetLook *next; /* of the layer at hand */
  GstVideoOverlayComposition *composition;
};

MsnetPicture *
msnet_picture_new (void)
{
  MsnetPicture *picture = g_new0 (MsnetPicture, 1);

  picture->next = g_byte_array_new ();
  for (guint i = 0; i < N_LAYERS; i++)
    picture->drawings[i].look = g_byte_array_new ();
  return picture;
}

void
msnet_picture_forget (MsnetPicture *picture)
{
  for (guint i = 0; i < N_LAYERS; i++) {
    g_byte_array_set_size (picture->drawings[i].look, 0);
    g_clear_pointer (&picture->drawings[i].rectangle, gst_video_overlay_rectangle_unref);
  }
  g_clear_pointer (&picture->composition, gst_video_overlay_composition_unref);
}

void
msnet_picture_free (MsnetPicture *picture)
{
  if (picture == NULL)
    return;
  msnet_picture_forget (picture);
  for (guint i = 0; i < N_LAYERS; i++)
    g_byte_array_unref (picture->drawings[i].look);
  g_byte_array_unref (picture->next);
  g_free (picture);
}

static void
swap_looks (MsnetLook **a, MsnetLook **b)
{
  MsnetLook *look = *a;

  *a = *b;
  *b = look;
}

/* @next: room for a look
 *
 * Returns: whether the layer looks different now */
static gboolean
update_layer (Drawing *drawing, MsnetLook **next, const MsnetOverlayLayer *layer, const MsnetView *view)
{
  g_byte_array_set_size (*next, 0);
  layer->describe (view, *next);
  if (msnet_look_equal (*next, drawing->look))
    return FALSE;
  swap_looks (next, &drawing->look);
  g_clear_pointer (&drawing->rectangle, gst_video_overlay_rectangle_unref);
  drawing->rectangle = drawing->look->len > 0 ? layer->draw (view) : NULL;
  return TRUE;
}

/* What a drawing covers, in display pixels. */
static MsnetRectangle
get_box (const Drawing *drawing, const MsnetCanvas *canvas)
{
  gdouble across = canvas->width / canvas->frame_width;
  guint width, height;
  gint x, y;

  gst_video_overlay_rectangle_get_render_rectangle (drawing->rectangle, &x, &y, &width, &height);
  return (MsnetRectangle){ x * across, y, width * across, height };
}

static gboolean
update_layers (MsnetPicture *picture, MsnetView *view)
{
  MsnetRectangle taken[N_LAYERS];
  gboolean changed = FALSE;

  view->taken = taken;
  for (guint i = 0; i < N_LAYERS; i++) {
    changed |= update_layer (&picture->drawings[i], &picture->next, layers[i], view);
    if (picture->drawings[i].rectangle == NULL)
      continue;
    taken[view->n_taken] = get_box (&picture->drawings[i], view->canvas);
    if (layers[i] == &msnet_label_layer)
      view->label = taken[view->n_taken];
    view->n_taken++;
  }
  return changed;
}

static void
compose (MsnetPicture *picture)
{
  g_clear_pointer (&picture->composition, gst_video_overlay_composition_unref);
  for (guint i = N_LAYERS; i > 0; i--) {
    GstVideoOverlayRectangle *rectangle = picture->drawings[i - 1].rectangle;
    if (rectangle == NULL)
      continue;
    if (picture->composition != NULL)
      gst_video_overlay_composition_add_rectangle (picture->composition, rectangle);
    else
      picture->composition = gst_video_overlay_composition_new (rectangle);
  }
}

GstVideoOverlayComposition *
msnet_picture_update (MsnetPicture *picture, MsnetView view)
{
  view.bottom = view.canvas->height;
  for (guint i = 0; i < N_LAYERS; i++)
    if (layers[i]->reserve != NULL)
      view.bottom -= layers[i]->reserve (&view);
  if (update_layers (picture, &view))
    compose (picture);
  return picture->composition;
}
