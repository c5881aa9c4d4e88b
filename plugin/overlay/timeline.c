/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "timeline.h"

#include <math.h>

#define MOST_LANES 4

/* Sizes in the height of the small font. */
#define PADDING 0.5
#define LANE 1.55
#define LANE_GAP 0.2
#define TICKS 1.45

/* The strip while it is drawn. */
typedef struct
{
  const MsnetView *view;
  GstClockTime now;     /* at the right end */
  MsnetRectangle box;   /* the panel */
  MsnetRectangle spans; /* the part in which time runs */
} Strip;

static guint
get_n_lanes (MsnetHistory *history)
{
  return MIN (msnet_history_get_n_lanes (history), MOST_LANES);
}

static gdouble
get_panel_height (const MsnetCanvas *canvas, guint n_lanes)
{
  return round (canvas->small * (PADDING + n_lanes * (LANE + LANE_GAP) + TICKS));
}

static gboolean
is_shown (const MsnetView *view)
{
  return view->options->timeline && GST_CLOCK_TIME_IS_VALID (view->now)
         && (view->n_results > 0 || !msnet_history_is_empty (view->history));
}

/* Height in display pixels, the margin above the frame's foot included; 0 if nothing is drawn. */
static gdouble
reserve (const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  guint n_lanes = get_n_lanes (view->history);
  gdouble height = get_panel_height (canvas, n_lanes) + canvas->margin;

  if (!is_shown (view) || n_lanes == 0 || canvas->width < 12.0 * canvas->small
      || height > canvas->height * 0.5)
    return 0.0;
  return height;
}

static gdouble
get_spans_width (const MsnetCanvas *canvas)
{
  return canvas->width - 2.0 * (canvas->margin + PADDING * canvas->small);
}

/* The time, rounded down to what moves the strip by one pixel. */
static GstClockTime
get_now (const MsnetView *view)
{
  guint64 pixel = MSNET_TIMELINE_LENGTH / (guint64)MAX (get_spans_width (view->canvas), 1.0);

  return view->now - view->now % MAX (pixel, 1);
}

/* Where @time lies; left of the strip for what is older. */
static gdouble
get_x (const Strip *strip, GstClockTime time)
{
  gdouble age = (gdouble)GST_CLOCK_DIFF (time, strip->now) / MSNET_TIMELINE_LENGTH;

  return strip->spans.x + strip->spans.width * (1.0 - age);
}

static void
draw_span_label (cairo_t *cairo, const MsnetCanvas *canvas, const MsnetLabelSpan *span, MsnetRectangle box)
{
  gdouble room = box.width - 0.6 * canvas->small;
  g_autoptr (PangoLayout) layout = NULL;

  if (room < 2.5 * canvas->small)
    return;
  layout = msnet_canvas_text (canvas, span->label, canvas->small, room);
  msnet_canvas_set_colour (cairo, msnet_colour_of_text_on (msnet_colour_of_class (span->class_index)), 1.0);
  msnet_canvas_show (cairo, layout, box.x + 0.3 * canvas->small, box.y + box.height * 0.5);
}

/* @alpha below 1: what is held, not yet known */
static void
draw_span (cairo_t *cairo, const MsnetCanvas *canvas, const Strip *strip, const MsnetLabelSpan *span,
    gdouble y, gdouble alpha)
{
  gdouble left = MAX (get_x (strip, span->start), strip->spans.x);
  gdouble right = MIN (get_x (strip, span->end), strip->spans.x + strip->spans.width);
  MsnetRectangle box = { left, y, right - left, LANE * canvas->small };

  if (box.width <= 0.0)
    return;
  cairo_rectangle (cairo, box.x, box.y, box.width, box.height);
  msnet_canvas_set_colour (cairo, msnet_colour_of_class (span->class_index), alpha);
  cairo_fill (cairo);
  if (alpha == 1.0) {
    /* A dark seam keeps neighbours of like colour apart. */
    cairo_rectangle (cairo, box.x, box.y, MAX (canvas->small * 0.08, 1.0), box.height);
    cairo_set_source_rgba (cairo, 0.0, 0.0, 0.0, 0.55);
    cairo_fill (cairo);
    draw_span_label (cairo, canvas, span, box);
  }
}

/* What the lane's element says now, from its last span on. */
static void
draw_held (cairo_t *cairo, const MsnetCanvas *canvas, const Strip *strip, const MsnetLane *lane, gdouble y)
{
  guint n = lane->spans->len;

  for (guint i = 0; i < strip->view->n_results; i++) {
    const MsnetResult *result = &strip->view->results[i];
    MsnetLabelSpan span = { result->stream_end, strip->now, result->class_index, result->label };

    if (result->element_id != lane->element_id)
      continue;
    if (n > 0)
      span.start = MAX (span.start, g_array_index (lane->spans, MsnetLabelSpan, n - 1).end);
    draw_span (cairo, canvas, strip, &span, y, 0.5);
  }
}

static void
draw_lanes (cairo_t *cairo, const MsnetCanvas *canvas, const Strip *strip)
{
  MsnetHistory *history = strip->view->history;

  cairo_save (cairo);
  msnet_canvas_rounded (cairo, strip->spans, canvas->small * 0.3);
  cairo_clip (cairo);
  for (guint i = 0; i < get_n_lanes (history); i++) {
    const MsnetLane *lane = msnet_history_get_lane (history, i);
    gdouble y = strip->spans.y + i * (LANE + LANE_GAP) * canvas->small;

    cairo_rectangle (cairo, strip->spans.x, y, strip->spans.width, LANE * canvas->small);
    cairo_set_source_rgba (cairo, 1.0, 1.0, 1.0, 0.10);
    cairo_fill (cairo);
    for (guint span = 0; span < lane->spans->len; span++)
      draw_span (cairo, canvas, strip, &g_array_index (lane->spans, MsnetLabelSpan, span), y, 1.0);
    draw_held (cairo, canvas, strip, lane, y);
  }
  cairo_restore (cairo);
}

static void
draw_tick_label (cairo_t *cairo, const MsnetCanvas *canvas, const Strip *strip, guint64 second)
{
  gdouble x = get_x (strip, second * GST_SECOND);
  g_autofree gchar *text = msnet_canvas_format_clock (second);
  g_autoptr (PangoLayout) layout = msnet_canvas_text (canvas, text, canvas->small, -1.0);
  const gdouble half = msnet_canvas_get_text_width (layout) * 0.5;

  if (x - half < strip->spans.x || x + half > strip->spans.x + strip->spans.width)
    return;
  cairo_set_source_rgba (cairo, 1.0, 1.0, 1.0, 0.85);
  msnet_canvas_show (
      cairo, layout, x - half, strip->box.y + strip->box.height - (TICKS * 0.5) * canvas->small);
}

static void
draw_ticks (cairo_t *cairo, const MsnetCanvas *canvas, const Strip *strip)
{
  guint step = strip->spans.width >= 26.0 * canvas->small ? 2 : 5;
  guint64 last = strip->now / GST_SECOND;
  gdouble line = MAX (canvas->small * 0.08, 1.0);
  gdouble top = strip->spans.y + strip->spans.height;

  for (guint64 second = last > 10 ? last - 10 : 0; second <= last; second++) {
    gdouble x = get_x (strip, second * GST_SECOND);
    if (x < strip->spans.x)
      continue;
    cairo_rectangle (cairo, x - line * 0.5, top, line, canvas->small * (second % step ? 0.14 : 0.26));
    cairo_set_source_rgba (cairo, 1.0, 1.0, 1.0, 0.7);
    cairo_fill (cairo);
    if (second % step == 0)
      draw_tick_label (cairo, canvas, strip, second);
  }
}

static void
draw_strip (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const Strip *strip = drawing;

  msnet_canvas_panel (cairo, canvas, strip->box);
  draw_lanes (cairo, canvas, strip);
  draw_ticks (cairo, canvas, strip);
}

static GstVideoOverlayRectangle *
draw (const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  guint n_lanes = get_n_lanes (view->history);
  gdouble height = get_panel_height (canvas, n_lanes);
  Strip strip = { .view = view, .now = get_now (view) };

  if (reserve (view) == 0.0)
    return NULL;
  strip.box = (MsnetRectangle){ canvas->margin, canvas->height - canvas->margin - height,
    canvas->width - 2.0 * canvas->margin, height };
  strip.spans
      = (MsnetRectangle){ strip.box.x + PADDING * canvas->small, strip.box.y + PADDING * canvas->small,
          get_spans_width (canvas), (n_lanes * (LANE + LANE_GAP) - LANE_GAP) * canvas->small };
  return msnet_canvas_draw (canvas, strip.box, draw_strip, &strip);
}

static void
describe (const MsnetView *view, MsnetLook *look)
{
  if (!is_shown (view))
    return;
  msnet_look_add_uint64 (look, get_now (view));
  msnet_look_add_uint64 (look, msnet_history_get_serial (view->history));
  for (guint i = 0; i < view->n_results; i++) {
    const MsnetResult *result = &view->results[i];
    msnet_look_add_uint64 (look, result->element_id);
    msnet_look_add_uint64 (look, result->stream_end);
    msnet_look_add_uint64 (look, result->class_index);
    msnet_look_add_text (look, result->label);
  }
}

const MsnetOverlayLayer msnet_timeline_layer = { .reserve = reserve, .describe = describe, .draw = draw };
