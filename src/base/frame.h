/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A picture in memory, described the same way for every format. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  MSNET_PIXELS_RGB, /* packed, any order, with or without a fourth byte */
  MSNET_PIXELS_YUV, /* planar, semi-planar or packed: the same description */
  MSNET_PIXELS_GRAY,
} MsnetPixels;

/* A block of the frame's memory, only read. */
typedef struct
{
  const guint8 *data;
  gsize size; /* bytes */
} MsnetPlane;

/**
 * MsnetComponent: where one component (R, G, B or Y, U, V) of a frame lies.
 * @plane: index of its block
 * @offset: bytes from the block's start to the first sample
 * @stride: bytes from row to row; @step: bytes from sample to sample, 1 to 64
 * @shift_x, @shift_y: log2 of its subsampling, 0 to 3
 */
typedef struct
{
  guint plane;
  gsize offset;
  gsize stride;
  guint step;
  guint shift_x;
  guint shift_y;
} MsnetComponent;

/**
 * MsnetTurn: what makes a picture upright that lies turned in memory, as cameras leave it.
 * @transposed: rows become columns; this comes first
 * @mirrored: then left and right change places, [0], and top and bottom, [1]
 */
typedef struct
{
  gboolean transposed;
  gboolean mirrored[2];
} MsnetTurn;

/**
 * MsnetFrame: what is in memory, and how it becomes a picture.
 * @planes: @n_planes of them
 * @width, @height: in pixels; of an interlaced frame describe the first field (half the rows, stride doubled)
 * @aspect_n, @aspect_d: pixel aspect ratio, of the pixels as described; 0 means 1
 * @components: three, or one for gray
 * @turn: all else describes the picture as it lies in memory
 * @kr, @kb: luma coefficients (YUV)
 * @offsets, @scales: (sample - offset) / scale is R, G, B, Y in [0, 1] or U, V in [-0.5, 0.5], as
 *     gst_video_color_range_offsets() gives them
 */
typedef struct
{
  MsnetPixels pixels;
  guint width;
  guint height;
  guint aspect_n;
  guint aspect_d;
  MsnetPlane planes[3];
  guint n_planes;
  MsnetComponent components[3];
  MsnetTurn turn;
  gdouble kr;
  gdouble kb;
  gint offsets[3];
  gint scales[3];
} MsnetFrame;

/* Components of @frame: 3, or 1 for gray. */
guint msnet_frame_get_n_components (const MsnetFrame *frame);

/* Samples of a subsampled axis of @length pixels. */
guint msnet_frame_count_samples (guint length, guint shift);

/* TRUE if the two are described alike, whatever memory they lie in. */
gboolean msnet_frame_is_like (const MsnetFrame *a, const MsnetFrame *b);

/* Width by height of the upright picture, as it is displayed. */
gdouble msnet_frame_get_aspect (const MsnetFrame *frame);

/* Size of the upright picture as it is displayed: width [0], height [1].  The pixel aspect ratio stretches
 * the rows of the frame, never its columns. */
void msnet_frame_get_display (const MsnetFrame *frame, gdouble display[2]);

/* Checks that every sample of @frame lies in the memory of its plane: else FALSE with MSNET_ERROR_SHAPE. */
gboolean msnet_frame_check (const MsnetFrame *frame, GError **error);

G_END_DECLS
