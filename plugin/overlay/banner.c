/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "banner.h"

#include <math.h>

/* Sizes in em. */
#define PADDING 0.55
#define MARK 0.28 /* width of what stands before the label */
#define GAP 0.45
#define DURATION_GAP 0.9
#define ROW 1.6
#define ROW_GAP 0.25
#define NARROWEST 11.0 /* as the label's panel, so that they line up */
#define LEAST_ROOM 9.0
#define ROOM_FOR_ELEMENT 16.0
#define WIDEST 26.0

#define MOST_ROWS 4

#define USUAL_DURATION "00.0 s" /* a banner keeps its width while the time runs */

typedef struct
{
  const MsnetOngoingAction *action;
  PangoLayout *label;
  PangoLayout *element; /* NULL if all are of one, or there is no room */
  PangoLayout *duration;
} Row;

typedef struct
{
  MsnetRectangle box;
  Row rows[MOST_ROWS];
  guint n_rows;
  gdouble duration_width;
} Stack;

static gboolean
is_on (const MsnetOngoingAction *action)
{
  return !GST_CLOCK_TIME_IS_VALID (action->end);
}

static gchar *
format_duration (const MsnetView *view, const MsnetOngoingAction *action)
{
  GstClockTime duration = msnet_ongoing_get_duration (view->ongoing, action);
  guint tenths;

  if (duration >= 60 * GST_SECOND)
    return msnet_canvas_format_clock (duration / GST_SECOND);
  tenths = duration / (100 * GST_MSECOND);
  return g_strdup_printf ("%u.%u s", tenths / 10, tenths % 10);
}

static gboolean
are_of_one_element (const MsnetOngoingAction **actions, guint n)
{
  for (guint i = 1; i < n; i++)
    if (actions[i]->element_id != actions[0]->element_id)
      return FALSE;
  return TRUE;
}

static gdouble
get_usual_duration_width (const MsnetCanvas *canvas)
{
  g_autoptr (PangoLayout) layout = msnet_canvas_text (canvas, USUAL_DURATION, canvas->em, -1.0);

  return msnet_canvas_get_text_width (layout);
}

/* Width of @row apart from its label. */
static gdouble
get_fixed_width (const MsnetCanvas *canvas, const Stack *stack, const Row *row)
{
  gdouble width = (2.0 * PADDING + MARK + GAP + DURATION_GAP) * canvas->em + stack->duration_width;

  return row->element != NULL ? width + msnet_canvas_get_text_width (row->element) + GAP * canvas->em : width;
}

/* Texts of all rows; the label comes last: it gets the room that is left. */
static void
set_texts (Stack *stack, const MsnetView *view, gboolean alone, gdouble widest)
{
  const MsnetCanvas *canvas = view->canvas;

  stack->duration_width = get_usual_duration_width (canvas);
  for (guint i = 0; i < stack->n_rows; i++) {
    Row *row = &stack->rows[i];
    g_autofree gchar *duration = format_duration (view, row->action);
    row->duration = msnet_canvas_text (canvas, duration, canvas->em, -1.0);
    stack->duration_width = MAX (stack->duration_width, msnet_canvas_get_text_width (row->duration));
    if (!alone)
      row->element = msnet_canvas_text (canvas, row->action->element, canvas->small, widest * 0.3);
  }
  for (guint i = 0; i < stack->n_rows; i++) {
    Row *row = &stack->rows[i];
    gdouble fixed = get_fixed_width (canvas, stack, row);
    row->label = msnet_canvas_text (canvas, row->action->label, canvas->em, MAX (widest - fixed, 0.0));
    stack->box.width = CLAMP (fixed + msnet_canvas_get_text_width (row->label), stack->box.width, widest);
  }
}

static void
row_clear (Row *row)
{
  g_clear_object (&row->label);
  g_clear_object (&row->element);
  g_clear_object (&row->duration);
}

static void
draw_ribbon (cairo_t *cairo, const MsnetCanvas *canvas, MsnetColour colour, MsnetRectangle box)
{
  gdouble line = MAX (canvas->em * 0.05, 1.0);
  MsnetRectangle edge = { box.x + line * 0.5, box.y + line * 0.5, box.width - line, box.height - line };

  msnet_canvas_rounded (cairo, edge, canvas->em * 0.4);
  msnet_canvas_set_colour (cairo, colour, 0.94);
  cairo_fill_preserve (cairo);
  cairo_set_source_rgba (cairo, 0.0, 0.0, 0.0, 0.35);
  cairo_set_line_width (cairo, line);
  cairo_stroke (cairo);
}

/* Ground and mark; returns the colour of text on it. */
static MsnetColour
draw_ground (cairo_t *cairo, const MsnetCanvas *canvas, const MsnetOngoingAction *action, MsnetRectangle box)
{
  MsnetColour colour = msnet_colour_of_class (action->class_index);
  MsnetColour text = { 0.8, 0.8, 0.8 };
  gdouble em = canvas->em;
  MsnetRectangle mark = { box.x + PADDING * em, box.y + 0.3 * em, MARK * em, box.height - 0.6 * em };

  if (is_on (action)) {
    draw_ribbon (cairo, canvas, colour, box);
    text = msnet_colour_of_text_on (colour);
    cairo_arc (cairo, mark.x + mark.width * 0.5, box.y + box.height * 0.5, MARK * em * 0.75, 0.0, 2.0 * G_PI);
    msnet_canvas_set_colour (cairo, text, 1.0);
  } else {
    msnet_canvas_panel (cairo, canvas, box);
    msnet_canvas_rounded (cairo, mark, MARK * em * 0.5);
    msnet_canvas_set_colour (cairo, colour, 1.0);
  }
  cairo_fill (cairo);
  return text;
}

static void
draw_row (cairo_t *cairo, const MsnetCanvas *canvas, const Row *row, MsnetRectangle box)
{
  gdouble em = canvas->em;
  gdouble left = box.x + (PADDING + MARK + GAP) * em;
  gdouble right = box.x + box.width - PADDING * em;
  gdouble middle = box.y + box.height * 0.5;
  MsnetColour text = draw_ground (cairo, canvas, row->action, box);

  msnet_canvas_set_colour (cairo, text, 1.0);
  msnet_canvas_show (cairo, row->label, left, middle);
  msnet_canvas_show (cairo, row->duration, right - msnet_canvas_get_text_width (row->duration), middle);
  if (row->element != NULL) {
    msnet_canvas_set_colour (cairo, text, 0.75);
    msnet_canvas_show (
        cairo, row->element, left + msnet_canvas_get_text_width (row->label) + GAP * em, middle);
  }
}

static void
draw_stack (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const Stack *stack = drawing;
  MsnetRectangle box = stack->box;

  box.height = ROW * canvas->em;
  for (guint i = 0; i < stack->n_rows; i++) {
    draw_row (cairo, canvas, &stack->rows[i], box);
    box.y += (ROW + ROW_GAP) * canvas->em;
  }
}

/* From where to where there is room for banners, in the corner and clear of the label. */
static void
get_room (const MsnetView *view, gdouble *top, gdouble *bottom)
{
  const MsnetCanvas *canvas = view->canvas;

  *top = canvas->margin;
  *bottom = view->bottom - canvas->margin;
  if (view->label.width == 0.0)
    return;
  if (msnet_overlay_position_is_low (view->options->position))
    *bottom = view->label.y - ROW_GAP * canvas->em;
  else
    *top = view->label.y + view->label.height + ROW_GAP * canvas->em;
}

static guint
count_rows_that_fit (const MsnetCanvas *canvas, gdouble height)
{
  gint n = floor ((height / canvas->em + ROW_GAP) / (ROW + ROW_GAP));

  return CLAMP (n, 0, MOST_ROWS);
}

static void
place (Stack *stack, const MsnetView *view, gdouble top, gdouble bottom)
{
  const MsnetCanvas *canvas = view->canvas;
  gboolean right = msnet_overlay_position_is_right (view->options->position);

  stack->box.height = (stack->n_rows * (ROW + ROW_GAP) - ROW_GAP) * canvas->em;
  stack->box.x = right ? canvas->width - canvas->margin - stack->box.width : canvas->margin;
  stack->box.y = msnet_overlay_position_is_low (view->options->position) ? bottom - stack->box.height : top;
}

static GstVideoOverlayRectangle *
draw (const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  gdouble widest = MIN (canvas->width - 2.0 * canvas->margin, WIDEST * canvas->em);
  const MsnetOngoingAction *actions[MOST_ROWS];
  GstVideoOverlayRectangle *rectangle;
  gboolean alone;
  gdouble top, bottom;
  Stack stack = { 0 };

  get_room (view, &top, &bottom);
  stack.n_rows = msnet_ongoing_choose (
      view->ongoing, view->options->element, actions, count_rows_that_fit (canvas, bottom - top));
  if (stack.n_rows == 0 || widest < LEAST_ROOM * canvas->em)
    return NULL;
  for (guint i = 0; i < stack.n_rows; i++)
    stack.rows[i].action = actions[i];
  alone = widest < ROOM_FOR_ELEMENT * canvas->em || are_of_one_element (actions, stack.n_rows);
  stack.box.width = MIN (NARROWEST * canvas->em, widest);
  set_texts (&stack, view, alone, widest);
  place (&stack, view, top, bottom);
  rectangle = msnet_canvas_draw (canvas, stack.box, draw_stack, &stack);
  for (guint i = 0; i < stack.n_rows; i++)
    row_clear (&stack.rows[i]);
  return rectangle;
}

static void
describe (const MsnetView *view, MsnetLook *look)
{
  const MsnetOngoingAction *actions[MOST_ROWS];
  guint n = msnet_ongoing_choose (view->ongoing, view->options->element, actions, MOST_ROWS);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *duration = format_duration (view, actions[i]);
    msnet_look_add_uint64 (look, is_on (actions[i]));
    msnet_look_add_uint64 (look, actions[i]->class_index);
    msnet_look_add_uint64 (look, actions[i]->element_id);
    msnet_look_add_text (look, duration);
    msnet_look_add_text (look, actions[i]->label);
    msnet_look_add_text (look, actions[i]->element);
  }
  if (n > 0) {
    msnet_look_add_double (look, view->bottom);
    msnet_look_add_double (look, view->label.y);
    msnet_look_add_double (look, view->label.height);
  }
}

const MsnetOverlayLayer msnet_banner_layer = { .describe = describe, .draw = draw };
