/* What the kernels of prepare.cl are told about a frame's memory and colours.  For this folder. */
#pragma once

#include "prepare.h"

G_BEGIN_DECLS

/* The structs of kernels/plain/prepare.cl, member for member. */
typedef struct
{
  gint32 plane;
  gint32 offset;
  gint32 stride;
  gint32 span;
  gint32 line;
  gint32 filter;
} MsnetPrepareBand;

typedef struct
{
  gint32 band;
  gint32 offset;
  gint32 step;
  gint32 filter;
} MsnetPrepareComponent;

typedef struct
{
  gint32 n_bands;
  gint32 n_components;
  MsnetPrepareBand bands[3];
  MsnetPrepareComponent components[3];
} MsnetPrepareLayout;

typedef struct
{
  gfloat matrix[3][4];
  gfloat bias[4];
  gfloat gain[4];
  gfloat lift[4];
} MsnetPrepareColors;

/* Spreads the components of @frame over bands.  Filters are left to the caller, spans and lines to
 * msnet_prepare_layout_narrow(). */
void msnet_prepare_layout_init (MsnetPrepareLayout *layout, const MsnetFrame *frame);

/* Narrows the bands to the samples [first, end) of each component's rows: @samples.
 * Returns: bytes of all bands that a row is made of */
gsize msnet_prepare_layout_narrow (MsnetPrepareLayout *layout, gint samples[3][2]);

void msnet_prepare_colors_init (
    MsnetPrepareColors *colors, const MsnetFrame *frame, const MsnetPrepareParams *params);

G_END_DECLS
