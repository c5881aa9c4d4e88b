/* Antialiased resize in one dimension: a triangle whose support grows with the reduction, weights that sum to
 * 1, clipped at the picture's borders (Pillow's bilinear).  For prepare*.c only. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MsnetFilterAxis:
 * @samples: how many there are
 * @extent: how many the picture covers: @samples, or less where the last one of a subsampled plane sticks out
 * @resized: outputs over the whole extent
 * @skipped: outputs before the first one that is wanted (a crop)
 */
typedef struct
{
  guint samples;
  gdouble extent;
  gdouble resized;
  gdouble skipped;
} MsnetFilterAxis;

/* The most samples that one output is made of, rounded up to a multiple of 4. */
guint msnet_filter_get_pitch (const MsnetFilterAxis *axis);

/**
 * msnet_filter_fill:
 * @windows: 2 x @size: first sample and number of samples of each output
 * @weights: @size x @pitch, zeros behind each window
 */
void msnet_filter_fill (
    const MsnetFilterAxis *axis, guint size, guint pitch, gint32 *windows, gfloat *weights);

G_END_DECLS
