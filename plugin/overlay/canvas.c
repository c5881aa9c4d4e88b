/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "canvas.h"

#include <math.h>

GST_DEBUG_CATEGORY_EXTERN (msnet_overlay_debug);
#define GST_CAT_DEFAULT msnet_overlay_debug

#define DEFAULT_SIZE 19.0 /* of the label in a picture of 480 lines */
#define SMALLEST_SIZE 12.0
#define SMALL 0.74          /* of the label's size */
#define LARGEST_REGION 64.0 /* frames */
#define LONGEST_SIDE 32767  /* of cairo's surfaces */
#define LONGEST_TEXT 256    /* characters; more would not fit, and takes Pango long */

/* Pixels so far from square that nothing could be drawn on them are taken for square ones. */
static gdouble
get_display_width (const GstVideoInfo *info)
{
  gdouble width = GST_VIDEO_INFO_WIDTH (info);
  gdouble display = width * GST_VIDEO_INFO_PAR_N (info) / GST_VIDEO_INFO_PAR_D (info);

  return display >= 1.0 && display <= G_MAXINT ? display : width;
}

void
msnet_canvas_init (MsnetCanvas *canvas, const GstVideoInfo *info, const gchar *font, gdouble opacity)
{
  gdouble scale, size;

  msnet_canvas_clear (canvas);
  canvas->frame_width = GST_VIDEO_INFO_WIDTH (info);
  canvas->frame_height = GST_VIDEO_INFO_HEIGHT (info);
  canvas->height = canvas->frame_height;
  canvas->width = get_display_width (info);
  /* An upright picture has no more room for text than its width gives. */
  scale = MIN (canvas->height, canvas->width * 0.75) / 480.0;
  canvas->font = pango_font_description_from_string (font != NULL ? font : "");
  size = pango_font_description_get_size (canvas->font) / (gdouble)PANGO_SCALE;
  canvas->em = MAX ((size > 0.0 ? size : DEFAULT_SIZE) * scale, SMALLEST_SIZE);
  canvas->small = MAX (canvas->em * SMALL, SMALLEST_SIZE * SMALL);
  canvas->margin = round (canvas->em * 0.6);
  canvas->opacity = opacity;
}

void
msnet_canvas_clear (MsnetCanvas *canvas)
{
  g_clear_pointer (&canvas->font, pango_font_description_free);
}

gboolean
msnet_canvas_shows (const gdouble region[4])
{
  return region[0] < 1.0 && region[1] < 1.0 && region[0] + region[2] > 0.0 && region[1] + region[3] > 0.0
         && region[2] > 0.0 && region[2] <= LARGEST_REGION && region[3] > 0.0 && region[3] <= LARGEST_REGION;
}

MsnetRectangle
msnet_canvas_place (const MsnetCanvas *canvas, const gdouble region[4])
{
  return (MsnetRectangle){ region[0] * canvas->width, region[1] * canvas->height, region[2] * canvas->width,
    region[3] * canvas->height };
}

/* Where @place, if need be cut off, lies on a side of @size pixels. */
static gint
to_pixel (gdouble place, gint size)
{
  return (gint)CLAMP (place, 0.0, (gdouble)size);
}

/* The pixels of the frame that @box touches; FALSE: none, or more than can be drawn. */
static gboolean
get_pixels (const MsnetCanvas *canvas, MsnetRectangle box, cairo_rectangle_int_t *pixels)
{
  gdouble across = canvas->frame_width / canvas->width;
  gint left = to_pixel (floor (box.x * across), canvas->frame_width);
  gint top = to_pixel (floor (box.y), canvas->frame_height);
  gint right = to_pixel (ceil ((box.x + box.width) * across), canvas->frame_width);
  gint bottom = to_pixel (ceil (box.y + box.height), canvas->frame_height);

  *pixels = (cairo_rectangle_int_t){ left, top, right - left, bottom - top };
  return right > left && bottom > top && pixels->width <= LONGEST_SIDE && pixels->height <= LONGEST_SIDE;
}

/* Returns: whether all that was drawn is there */
static gboolean
paint (cairo_surface_t *surface, const MsnetCanvas *canvas, const cairo_rectangle_int_t *pixels,
    MsnetDraw draw, gconstpointer drawing)
{
  cairo_t *cairo = cairo_create (surface);
  cairo_status_t status;

  if (canvas->opacity < 1.0)
    cairo_push_group (cairo);
  cairo_save (cairo);
  cairo_translate (cairo, -pixels->x, -pixels->y);
  cairo_scale (cairo, canvas->frame_width / canvas->width, 1.0);
  draw (cairo, canvas, drawing);
  cairo_restore (cairo);
  if (canvas->opacity < 1.0) {
    cairo_pop_group_to_source (cairo);
    cairo_paint_with_alpha (cairo, canvas->opacity);
  }
  status = cairo_status (cairo);
  cairo_destroy (cairo);
  if (status != CAIRO_STATUS_SUCCESS)
    GST_WARNING ("a drawing is left out: cairo says \"%s\"", cairo_status_to_string (status));
  return status == CAIRO_STATUS_SUCCESS;
}

GstVideoOverlayRectangle *
msnet_canvas_draw (const MsnetCanvas *canvas, MsnetRectangle box, MsnetDraw draw, gconstpointer drawing)
{
  g_autoptr (GstBuffer) buffer = NULL;
  cairo_rectangle_int_t pixels;
  cairo_surface_t *surface;
  gboolean painted;
  gint stride;
  guint8 *data;

  if (!get_pixels (canvas, box, &pixels))
    return NULL;
  stride = pixels.width * 4;
  data = g_try_malloc0 ((gsize)stride * pixels.height);
  if (data == NULL)
    return NULL;
  buffer = gst_buffer_new_wrapped (data, (gsize)stride * pixels.height);
  surface
      = cairo_image_surface_create_for_data (data, CAIRO_FORMAT_ARGB32, pixels.width, pixels.height, stride);
  painted = paint (surface, canvas, &pixels, draw, drawing);
  cairo_surface_destroy (surface);
  if (!painted)
    return NULL;
  gst_buffer_add_video_meta (buffer, GST_VIDEO_FRAME_FLAG_NONE, GST_VIDEO_OVERLAY_COMPOSITION_FORMAT_RGB,
      pixels.width, pixels.height);
  return gst_video_overlay_rectangle_new_raw (buffer, pixels.x, pixels.y, pixels.width, pixels.height,
      GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
}

/* In bytes. */
static gint
get_shown_length (const gchar *text)
{
  const gchar *end = text;

  for (guint i = 0; i < LONGEST_TEXT && *end; i++)
    end = g_utf8_next_char (end);
  return end - text;
}

PangoLayout *
msnet_canvas_text (const MsnetCanvas *canvas, const gchar *text, gdouble size, gdouble width)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoFontDescription *font = pango_font_description_copy (canvas->font);
  cairo_font_options_t *options = cairo_font_options_create ();
  PangoLayout *layout;

  /* Text moves by parts of a pixel: hinting would make it tremble. */
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  layout = pango_layout_new (context);
  g_object_unref (context);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, get_shown_length (text));
  if (width >= 0.0) {
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_width (layout, width * PANGO_SCALE);
  }
  return layout;
}

gdouble
msnet_canvas_get_text_width (PangoLayout *layout)
{
  PangoRectangle logical;

  if (layout == NULL)
    return 0.0;
  pango_layout_get_extents (layout, NULL, &logical);
  return logical.width / (gdouble)PANGO_SCALE;
}

gchar *
msnet_canvas_format_clock (guint64 seconds)
{
  if (seconds < 3600)
    return g_strdup_printf ("%u:%02u", (guint)(seconds / 60), (guint)(seconds % 60));
  return g_strdup_printf (
      "%" G_GUINT64_FORMAT ":%02u:%02u", seconds / 3600, (guint)(seconds / 60 % 60), (guint)(seconds % 60));
}

void
msnet_canvas_show (cairo_t *cairo, PangoLayout *layout, gdouble x, gdouble y)
{
  PangoRectangle logical;

  pango_layout_get_extents (layout, NULL, &logical);
  /* Text that runs from right to left lies at the right end of a layout that has a width. */
  cairo_move_to (cairo, x - logical.x / (gdouble)PANGO_SCALE,
      y - (logical.y + logical.height * 0.5) / (gdouble)PANGO_SCALE);
  pango_cairo_update_layout (cairo, layout);
  pango_cairo_show_layout (cairo, layout);
}

void
msnet_canvas_set_colour (cairo_t *cairo, MsnetColour colour, gdouble alpha)
{
  cairo_set_source_rgba (cairo, colour.red, colour.green, colour.blue, alpha);
}

void
msnet_canvas_rounded (cairo_t *cairo, MsnetRectangle box, gdouble radius)
{
  gdouble r = MIN (radius, MIN (box.width, box.height) * 0.5);

  cairo_new_sub_path (cairo);
  cairo_arc (cairo, box.x + box.width - r, box.y + r, r, -G_PI_2, 0.0);
  cairo_arc (cairo, box.x + box.width - r, box.y + box.height - r, r, 0.0, G_PI_2);
  cairo_arc (cairo, box.x + r, box.y + box.height - r, r, G_PI_2, G_PI);
  cairo_arc (cairo, box.x + r, box.y + r, r, G_PI, 3.0 * G_PI_2);
  cairo_close_path (cairo);
}

void
msnet_canvas_panel (cairo_t *cairo, const MsnetCanvas *canvas, MsnetRectangle box)
{
  gdouble line = MAX (canvas->em * 0.05, 1.0);
  MsnetRectangle edge = { box.x + line * 0.5, box.y + line * 0.5, box.width - line, box.height - line };

  msnet_canvas_rounded (cairo, edge, canvas->em * 0.4);
  cairo_set_source_rgba (cairo, 0.04, 0.05, 0.07, 0.76);
  cairo_fill_preserve (cairo);
  /* On a black picture the edge alone shows where the panel ends. */
  cairo_set_source_rgba (cairo, 1.0, 1.0, 1.0, 0.22);
  cairo_set_line_width (cairo, line);
  cairo_stroke (cairo);
}
