/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The colours of the overlay.  Knows only cairo's numbers: red, green, blue in [0, 1]. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gdouble red;
  gdouble green;
  gdouble blue;
} MsnetColour;

/* Always the same for a class; 24 of them, then they repeat.  Hues of Okabe and Ito ("Color Universal
 * Design", 2008), which people with any colour vision tell apart, and a grey; then lighter, then darker. */
MsnetColour msnet_colour_of_class (gint class_index);

/* The colour wheel: @x right, @y down; right is red, up is yellow-green, left is cyan, down is violet. */
MsnetColour msnet_colour_of_direction (gdouble x, gdouble y);

/* From slow (0: indigo) through red and orange to fast (1: pale yellow). */
MsnetColour msnet_colour_of_heat (gdouble strength);

/* Black or white, whichever is easier to read on @background. */
MsnetColour msnet_colour_of_text_on (MsnetColour background);

G_END_DECLS
