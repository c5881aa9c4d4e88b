/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "camera.h"

#include <math.h>

#define LEAST_AGREEMENT 0.5
#define LEAST_SLIDE 0.05 /* frames a second */
#define LEAST_ZOOM 0.1   /* 1/s */
#define LEAST_ROLL 0.07  /* rad/s */
#define FASTEST 20.0     /* of any of them: a camera is not faster, and larger numbers have no room */
#define ANGLE_STEP (G_PI / 32)

/* Sizes in em. */
#define PADDING 0.45
#define SIGN 0.95
#define GAP 0.3
#define ITEM_GAP 0.8
#define ROW 1.5
#define LINE 0.11
#define HEAD 0.3

typedef enum
{
  SIGN_SLIDE,
  SIGN_ZOOM,
  SIGN_ROLL,
  N_SIGNS,
} Sign;

/* @angle: of the slide's arrow, clockwise from the right; @onwards: in, or counter-clockwise */
typedef struct
{
  Sign sign;
  gdouble angle;
  gboolean onwards;
  gchar *text;
} Item;

typedef struct
{
  MsnetRectangle box;
  Item items[N_SIGNS];
  PangoLayout *texts[N_SIGNS];
  guint n;
} Signs;

static guint
list_items (const MsnetCanvas *canvas, const MsnetMotion *motion, Item items[N_SIGNS])
{
  gdouble slide = hypot (motion->pan, motion->tilt);
  gdouble angle = atan2 (-motion->tilt * canvas->height, motion->pan * canvas->width);
  guint n = 0;

  if (motion->width == 0 || motion->agreement < LEAST_AGREEMENT
      || MAX (slide, MAX (fabs (motion->zoom), fabs (motion->roll))) > FASTEST)
    return 0;
  if (slide >= LEAST_SLIDE)
    items[n++] = (Item){ .sign = SIGN_SLIDE,
      .angle = round (angle / ANGLE_STEP) * ANGLE_STEP,
      .text = g_strdup_printf ("%.0f %%/s", slide * 100.0) };
  if (fabs (motion->zoom) >= LEAST_ZOOM)
    items[n++] = (Item){ .sign = SIGN_ZOOM,
      .onwards = motion->zoom > 0.0,
      .text = g_strdup_printf ("%.0f %%/s", fabs (expm1 (motion->zoom)) * 100.0) };
  if (fabs (motion->roll) >= LEAST_ROLL)
    items[n++] = (Item){ .sign = SIGN_ROLL,
      .onwards = motion->roll > 0.0,
      .text = g_strdup_printf ("%.0f°/s", fabs (motion->roll) * 180.0 / G_PI) };
  return n;
}

/* A head with its tip at @x, @y that points along @angle. */
static void
add_head (cairo_t *cairo, gdouble x, gdouble y, gdouble angle, gdouble size)
{
  for (gint side = -1; side <= 1; side += 2) {
    cairo_move_to (cairo, x, y);
    cairo_line_to (cairo, x - size * cos (angle + side * 0.7), y - size * sin (angle + side * 0.7));
  }
}

/* A straight arrow through the origin; @twice: with a head at either end, which point inwards if not
 * @outwards. */
static void
add_arrow (cairo_t *cairo, gdouble length, gdouble angle, gdouble head, gboolean twice, gboolean outwards)
{
  gdouble x = cos (angle) * length * 0.5, y = sin (angle) * length * 0.5;
  gdouble inset = outwards ? 1.0 : 0.35;

  cairo_move_to (cairo, -x, -y);
  cairo_line_to (cairo, x, y);
  add_head (cairo, x * inset, y * inset, outwards ? angle : angle + G_PI, head);
  if (twice)
    add_head (cairo, -x * inset, -y * inset, outwards ? angle + G_PI : angle, head);
}

/* A circle around the origin, open at the top, with a head at one end; angles run clockwise. */
static void
add_turn (cairo_t *cairo, gdouble radius, gdouble head, gboolean counter_clockwise)
{
  gdouble start = -G_PI / 4.0, end = G_PI * 5.0 / 4.0;
  gdouble tip = counter_clockwise ? start : end;

  cairo_new_sub_path (cairo);
  cairo_arc (cairo, 0.0, 0.0, radius, start, end);
  /* Along the chord that the head covers, not along the tangent. */
  add_head (cairo, radius * cos (tip), radius * sin (tip),
      counter_clockwise ? tip - G_PI * 0.5 + 0.3 : tip + G_PI * 0.5 - 0.3, head);
}

static void
draw_sign (cairo_t *cairo, const MsnetCanvas *canvas, const Item *item, gdouble x, gdouble y)
{
  gdouble size = SIGN * canvas->em, head = HEAD * canvas->em;

  cairo_save (cairo);
  cairo_translate (cairo, x, y);
  if (item->sign == SIGN_SLIDE)
    add_arrow (cairo, size, item->angle, head, FALSE, TRUE);
  else if (item->sign == SIGN_ZOOM)
    add_arrow (cairo, size * 1.2, -G_PI * 0.25, head, TRUE, item->onwards);
  else
    add_turn (cairo, size * 0.42, head, item->onwards);
  cairo_restore (cairo);
  cairo_set_line_width (cairo, MAX (LINE * canvas->em, 1.2));
  cairo_stroke (cairo);
}

static void
draw_signs (cairo_t *cairo, const MsnetCanvas *canvas, gconstpointer drawing)
{
  const Signs *signs = drawing;
  gdouble x = signs->box.x + PADDING * canvas->em;
  gdouble y = signs->box.y + signs->box.height * 0.5;

  msnet_canvas_panel (cairo, canvas, signs->box);
  cairo_set_source_rgb (cairo, 1.0, 1.0, 1.0);
  cairo_set_line_cap (cairo, CAIRO_LINE_CAP_ROUND);
  for (guint i = 0; i < signs->n; i++) {
    draw_sign (cairo, canvas, &signs->items[i], x + SIGN * canvas->em * 0.5, y);
    x += (SIGN + GAP) * canvas->em;
    msnet_canvas_show (cairo, signs->texts[i], x, y);
    x += msnet_canvas_get_text_width (signs->texts[i]) + ITEM_GAP * canvas->em;
  }
}

/* Returns: whether there is room beside the label */
static gboolean
place (MsnetRectangle *box, const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  MsnetRectangle label = view->label;
  gboolean right = !msnet_overlay_position_is_right (view->options->position);
  gboolean low = msnet_overlay_position_is_low (view->options->position);

  box->x = right ? canvas->width - canvas->margin - box->width : canvas->margin;
  box->y = low ? view->bottom - canvas->margin - box->height : canvas->margin;
  if (box->x < canvas->margin || box->x + box->width > canvas->width - canvas->margin + 0.5)
    return FALSE;
  return label.width == 0.0 || box->x >= label.x + label.width + canvas->margin
         || box->x + box->width + canvas->margin <= label.x;
}

static GstVideoOverlayRectangle *
draw (const MsnetView *view)
{
  const MsnetCanvas *canvas = view->canvas;
  GstVideoOverlayRectangle *rectangle = NULL;
  Signs signs = { 0 };

  signs.n = list_items (canvas, view->motion, signs.items);
  signs.box.width = (2.0 * PADDING + signs.n * (SIGN + GAP + ITEM_GAP) - ITEM_GAP) * canvas->em;
  signs.box.height = ROW * canvas->em;
  for (guint i = 0; i < signs.n; i++) {
    signs.texts[i] = msnet_canvas_text (canvas, signs.items[i].text, canvas->small, -1.0);
    signs.box.width += msnet_canvas_get_text_width (signs.texts[i]);
  }
  if (place (&signs.box, view))
    rectangle = msnet_canvas_draw (canvas, signs.box, draw_signs, &signs);
  for (guint i = 0; i < signs.n; i++) {
    g_object_unref (signs.texts[i]);
    g_free (signs.items[i].text);
  }
  return rectangle;
}

static void
describe (const MsnetView *view, MsnetLook *look)
{
  Item items[N_SIGNS];
  guint n = view->options->camera ? list_items (view->canvas, view->motion, items) : 0;

  for (guint i = 0; i < n; i++) {
    msnet_look_add_uint64 (look, items[i].sign);
    msnet_look_add_double (look, items[i].angle);
    msnet_look_add_uint64 (look, items[i].onwards);
    msnet_look_add_text (look, items[i].text);
    g_free (items[i].text);
  }
  if (n > 0) {
    msnet_look_add_double (look, view->bottom);
    msnet_look_add_double (look, view->label.x);
    msnet_look_add_double (look, view->label.width);
  }
}

const MsnetOverlayLayer msnet_camera_layer = { .describe = describe, .draw = draw };
