/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Resize in one dimension: a triangle that reaches one sample to each side or, antialiased, as far as the
 * next output if that is farther; weights that sum to 1, clipped at the picture's borders.  For this
 * folder. */
#pragma once

#include "arguments/prepare.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * MsnetFilterAxis:
 * @samples: how many there are
 * @extent: how many the picture covers: @samples, or less where the last one of a subsampled plane sticks out
 * @resized: outputs over the whole extent
 * @skipped: outputs before the first one that is wanted (a crop)
 * @size: outputs that are wanted
 * @antialias: whether the triangle grows with the reduction
 */
typedef struct
{
  guint samples;
  gdouble extent;
  gdouble resized;
  gdouble skipped;
  guint size;
  gboolean antialias;
} MsnetFilterAxis;

/**
 * MsnetFilterTables: any number of filters, one behind the other; a filter is known by the index of its
 * first window.
 * @windows: of MsnetFilterWindow
 * @weights: of float; of each window [count], or [count][2] where it is a step
 */
typedef struct
{
  GArray *windows;
  GArray *weights;
} MsnetFilterTables;

void msnet_filter_tables_init (MsnetFilterTables *tables);
void msnet_filter_tables_clear (MsnetFilterTables *tables);

/* The samples that the outputs [@output, @output + @n) of @axis are made of, [first, end). */
void msnet_filter_get_range (const MsnetFilterAxis *axis, gint output, gint n, gint *first, gint *end);

/* A window for each output.  Returns: the filter */
gint msnet_filter_append (MsnetFilterTables *tables, const MsnetFilterAxis *axis);

/**
 * msnet_filter_append_steps:
 *
 * Windows that follow each other, size + 1 of them: window i holds what completes output i - 1 (lane 0) and
 * what begins output i (lane 1).  If the triangle grew these are the samples between the centres of the two,
 * so that every sample is in one window; else window i has all of output i.
 *
 * Returns: the filter
 */
gint msnet_filter_append_steps (MsnetFilterTables *tables, const MsnetFilterAxis *axis);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MsnetFilterTables, msnet_filter_tables_clear)

G_END_DECLS
