/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "label.h"

#define MOST_ROWS 4

/* Sizes in em. */
#define PADDING 0.55
#define CHIP 0.28 /* width of the bar in the class's colour */
#define GAP 0.45
#define SCORE_GAP 0.9
#define ROW 1.9
#define METER 0.16
#define NARROWEST 11.0
#define WIDEST 36.0

typedef struct
{
  PangoLayout *label;
  PangoLayout *element; /* NULL if there is only one */
  PangoLayout *score;
  gdouble value;
  MsnetColour colour;
} Row;

typedef struct
{
  MsnetRectangle box;
  Row rows[MOST_ROWS];
  guint n_rows;
} Panel;

static gint
percent (gdouble score)
{
  return (gint)(CLAMP (score, 0.0, 1.0) * 100.0 + 0.5);
}

static void
row_init (Row *row, const MsnetCanvas *canvas, const MsnetResult *result, gboolean alone, gdouble width)
{
  g_autofree gchar *score = g_strdup_printf ("%d %%", percent (result->score));
  gdouble room = width - (2.0 * PADDING + CHIP + GAP + SCORE_GAP) * canvas->em;

  row->score = msnet_canvas_text (canvas, score, canvas->em, -1.0);
  room -= msnet_canvas_get_text_width (row->score);
  if (!alone) {
    row->element = msnet_canvas_text (canvas, result->element, canvas->small, room * 0.4);
    room -= msnet_canvas_get_text_width (row->element) + GAP * canvas->em;
  }
  row->label = msnet_canvas_text (canvas, result->label, canvas->em, MAX (room, 0.0));
  row->value = percent (result->score) / 100.0;
  row->colour = msnet_colour_of_class (result->class_index);
}

static gdouble
row_width (const Row *row, const MsnetCanvas *canvas)
{
  gdouble width = (2.0 * PADDING + CHIP + GAP + SCORE_GAP) * canvas->em;

  if (row->element != NULL)
    width += msnet_canvas_get_text_width (row->element) + GAP * canvas->em;
  return width + msnet_canvas_get_text_width (row->label) + msnet_canvas_get_text_width (row->score);
}

static void
row_clear (Row *row)
{
  g_clear_object (&row->label);
  g_clear_object (&row->element);
  g_clear_object (&row->score);
}

static void
draw_meter (cairo_t *cairo, const MsnetCanvas *canvas, const Row *row, MsnetRectangle box)
{
  msnet_canvas_rounded (cairo, box, box.height * 0.5);
  cairo_set_source_rgba (cairo, 1.0, 1.0, 1.0, 0.22);
  cairo_fill (cairo);
  box.width = MAX (box.width * row->value, box.height);
  msnet_canvas_rounded (cairo, box, box.height * 0.5);
  msnet_canvas_set_colour (cairo, row->colour, 1.0);
  cairo_fill (cairo);
}

static void
draw_row (cairo_t *cairo, const MsnetCanvas *canvas, const Row *row, MsnetRectangle box)
{
  gdouble em = canvas->em;
  gdouble left = box.x + PADDING * em;
  gdouble right = box.x + box.width - PADDING * em;
  gdouble middle = box.y + box.height * 0.43;
  MsnetRectangle chip = { left, box.y + 0.25 * em, CHIP * em, (ROW - 0.5) * em };
  MsnetRectangle meter = { left + (CHIP + GAP) * em, box.y + (ROW - 0.25 - METER) * em, 0.0, METER * em };

  msnet_canvas_rounded (cairo, chip, CHIP * em * 0.5);
  msnet_canvas_set_colour (cairo, row->colour, 1.0);
  cairo_fill (cairo);
  meter.width = right - meter.x;
  draw_meter (cairo, canvas, row, meter);

  cairo_set_source_rgb (cairo, 1.0, 1.0, 1.0);
  msnet_canvas_show (cairo, row->label, meter.x, middle);
  msnet_canvas_show (cairo, row->score, right - msnet_canvas_get_text_width (row->score), middle);
  if (row->element != NULL) {
    cairo_set_source_rgba (cairo, 1.0, 1.0, 1.0, 0.7);
    msnet_canvas_show (
        cairo, row->element, meter.x + msnet_canvas_get_text_width (row->label) + GAP * em, middle);
  }
}

static void
draw_panel (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const Panel *panel = drawing;
  MsnetRectangle box = panel->box;

  msnet_canvas_panel (cairo, canvas, box);
  box.height = ROW * canvas->em;
  for (guint i = 0; i < panel->n_rows; i++) {
    draw_row (cairo, canvas, &panel->rows[i], box);
    box.y += box.height;
  }
}

static void
place (Panel *panel, const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  gboolean right = msnet_overlay_position_is_right (view->options->position);
  gboolean low = msnet_overlay_position_is_low (view->options->position);

  panel->box.x = right ? canvas->width - canvas->margin - panel->box.width : canvas->margin;
  panel->box.y = low ? view->bottom - canvas->margin - panel->box.height : canvas->margin;
}

static GstVideoOverlayRectangle *
draw (const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  gdouble widest = canvas->width - 2.0 * canvas->margin;
  Panel panel = { .n_rows = MIN (view->n_results, MOST_ROWS) };
  GstVideoOverlayRectangle *rectangle;

  panel.box.height = panel.n_rows * ROW * canvas->em;
  panel.box.width = MIN (NARROWEST * canvas->em, widest);
  if (widest < 4.0 * canvas->em || panel.box.height > view->bottom - 2.0 * canvas->margin)
    return NULL;
  for (guint i = 0; i < panel.n_rows; i++) {
    row_init (
        &panel.rows[i], canvas, &view->results[i], view->n_results == 1, MIN (widest, WIDEST * canvas->em));
    panel.box.width = MAX (panel.box.width, row_width (&panel.rows[i], canvas));
  }
  place (&panel, view);
  rectangle = msnet_canvas_draw (canvas, panel.box, draw_panel, &panel);
  for (guint i = 0; i < panel.n_rows; i++)
    row_clear (&panel.rows[i]);
  return rectangle;
}

static void
describe (const MsnetView *view, MsnetLook *look)
{
  if (view->n_results > 0)
    msnet_look_add_double (look, view->bottom);
  for (guint i = 0; i < MIN (view->n_results, MOST_ROWS); i++) {
    const MsnetResult *result = &view->results[i];
    msnet_look_add_uint64 (look, result->class_index);
    msnet_look_add_uint64 (look, percent (result->score));
    msnet_look_add_text (look, result->label);
    msnet_look_add_text (look, result->element);
  }
}

const MsnetOverlayLayer msnet_label_layer = { .describe = describe, .draw = draw };
