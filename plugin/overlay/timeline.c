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
  const MsnetTimeline *timeline;
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

gdouble
msnet_timeline_get_height (const MsnetCanvas *canvas, MsnetHistory *history)
{
  guint n_lanes = get_n_lanes (history);
  gdouble height = get_panel_height (canvas, n_lanes) + canvas->margin;

  if (n_lanes == 0 || canvas->width < 12.0 * canvas->small || height > canvas->height * 0.5)
    return 0.0;
  return height;
}

static gdouble
get_spans_width (const MsnetCanvas *canvas)
{
  return canvas->width - 2.0 * (canvas->margin + PADDING * canvas->small);
}

GstClockTime
msnet_timeline_round (const MsnetCanvas *canvas, GstClockTime now)
{
  guint64 pixel = MSNET_TIMELINE_LENGTH / (guint64)MAX (get_spans_width (canvas), 1.0);

  return now - now % MAX (pixel, 1);
}

/* Where @time lies; left of the strip for what is older. */
static gdouble
get_x (const Strip *strip, GstClockTime time)
{
  gdouble age = (gdouble)GST_CLOCK_DIFF (time, strip->timeline->now) / MSNET_TIMELINE_LENGTH;

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
  const MsnetTimeline *timeline = strip->timeline;
  guint n = lane->spans->len;

  for (guint i = 0; i < timeline->n_current; i++) {
    const MsnetResult *result = &timeline->current[i];
    MsnetLabelSpan span = { result->stream_end, timeline->now, result->class_index, result->label };

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
  MsnetHistory *history = strip->timeline->history;

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
  guint64 last = strip->timeline->now / GST_SECOND;
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

GstVideoOverlayRectangle *
msnet_timeline_draw (const MsnetCanvas *canvas, const MsnetTimeline *timeline)
{
  guint n_lanes = get_n_lanes (timeline->history);
  gdouble height = get_panel_height (canvas, n_lanes);
  Strip strip = { .timeline = timeline };

  if (msnet_timeline_get_height (canvas, timeline->history) == 0.0)
    return NULL;
  strip.box = (MsnetRectangle){ canvas->margin, canvas->height - canvas->margin - height,
    canvas->width - 2.0 * canvas->margin, height };
  strip.spans
      = (MsnetRectangle){ strip.box.x + PADDING * canvas->small, strip.box.y + PADDING * canvas->small,
          get_spans_width (canvas), (n_lanes * (LANE + LANE_GAP) - LANE_GAP) * canvas->small };
  return msnet_canvas_draw (canvas, strip.box, draw_strip, &strip);
}
