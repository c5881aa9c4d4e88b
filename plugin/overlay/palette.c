/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "palette.h"

#include <math.h>

#define LEAST_LUMA 0.4 /* of a direction */

static const MsnetColour hues[] = {
  { 0.62, 0.65, 0.68 }, /* grey */
  { 0.90, 0.62, 0.00 }, /* orange */
  { 0.34, 0.71, 0.91 }, /* sky blue */
  { 0.00, 0.62, 0.45 }, /* bluish green */
  { 0.80, 0.47, 0.65 }, /* reddish purple */
  { 0.94, 0.89, 0.26 }, /* yellow */
  { 0.00, 0.45, 0.70 }, /* blue */
  { 0.84, 0.37, 0.00 }, /* vermilion */
};

static const MsnetColour white = { 1.0, 1.0, 1.0 };
static const MsnetColour black = { 0.0, 0.0, 0.0 };

static MsnetColour
mix (MsnetColour a, MsnetColour b, gdouble part)
{
  return (MsnetColour){ a.red + (b.red - a.red) * part, a.green + (b.green - a.green) * part,
    a.blue + (b.blue - a.blue) * part };
}

MsnetColour
msnet_colour_of_class (gint class_index)
{
  guint index = (guint)class_index % (3 * G_N_ELEMENTS (hues));
  MsnetColour hue = hues[index % G_N_ELEMENTS (hues)];

  switch (index / G_N_ELEMENTS (hues)) {
  case 1:
    return mix (hue, white, 0.55);
  case 2:
    return mix (hue, black, 0.45);
  default:
    return hue;
  }
}

static gdouble
get_luma (MsnetColour colour)
{
  return 0.299 * colour.red + 0.587 * colour.green + 0.114 * colour.blue;
}

/* One channel of HSV, fully saturated, with full value: @offset says which of the three. */
static gdouble
hsv_channel (gdouble hue, gdouble offset)
{
  gdouble k = fmod (offset + hue * 6.0, 6.0);

  return 1.0 - CLAMP (MIN (k, 4.0 - k), 0.0, 1.0);
}

MsnetColour
msnet_colour_of_direction (gdouble x, gdouble y)
{
  gdouble turn = atan2 (-y, x) / (2.0 * G_PI);
  gdouble hue = turn < 0.0 ? turn + 1.0 : turn;
  MsnetColour pure = { hsv_channel (hue, 5.0), hsv_channel (hue, 3.0), hsv_channel (hue, 1.0) };
  gdouble luma = get_luma (pure);

  /* Blue and violet are hard to see on black: lighter there. */
  return mix (pure, white, luma < LEAST_LUMA ? (LEAST_LUMA - luma) / (1.0 - luma) : 0.0);
}

MsnetColour
msnet_colour_of_heat (gdouble strength)
{
  static const MsnetColour stops[] = { { 0.20, 0.07, 0.48 }, { 0.62, 0.14, 0.42 }, { 0.91, 0.34, 0.19 },
    { 0.99, 0.68, 0.15 }, { 0.99, 0.99, 0.70 } };
  gdouble place = CLAMP (strength, 0.0, 1.0) * (G_N_ELEMENTS (stops) - 1);
  guint stop = MIN ((guint)place, G_N_ELEMENTS (stops) - 2);

  return mix (stops[stop], stops[stop + 1], place - stop);
}

MsnetColour
msnet_colour_of_text_on (MsnetColour background)
{
  return get_luma (background) > 0.5 ? black : white;
}
