/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results, motion fields and activation maps by hand, for the tests of the elements that read them. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* Names stand for elements here: another name, another `element_id`. */
guint64 sample_element_id (const gchar *element);

/* The result `index` of `element`, whose window of 1 s ends at @end; two labels, @label with 0.9312. */
MsnetResult sample_result (guint64 index, const gchar *element, const gchar *label, GstClockTime end);

/* The event that tells of an action of @class_index from @start on; @end: GST_CLOCK_TIME_NONE while it is
 * on. */
GstEvent *sample_action (
    const gchar *element, const gchar *label, gint class_index, GstClockTime start, GstClockTime end);

/* How the content of a picture moves. */
typedef enum
{
  SAMPLE_PAN,  /* to the left, everywhere alike */
  SAMPLE_ZOOM, /* away from the middle */
  SAMPLE_ROLL, /* clockwise around the middle */
  SAMPLE_FLAT, /* unknown: all zero */
} SampleMotion;

/* The field of result `index` of `element` over the whole frame, 28 x 28 cells, @speed frame heights a
 * second at the border; release with msnet_motion_clear(). */
MsnetMotion sample_motion (guint64 index, const gchar *element, SampleMotion kind, gdouble speed);

/* The activation map of result `index` of `element` over the whole frame, 7 x 7 cells: 2 at cell @column,
 * @row, -0.5 in all others; release with msnet_activation_clear(). */
MsnetActivation sample_activation (guint64 index, const gchar *element, guint column, guint row);

G_END_DECLS
