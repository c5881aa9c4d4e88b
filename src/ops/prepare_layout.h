/* What the kernels of prepare.cl are told about a frame's memory and colours.  For prepare*.c only. */
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
  gint32 lanes;
  gint32 filter;
} MsnetPrepareSampling;

typedef struct
{
  gint32 n_bands;
  gint32 n_samplings;
  gint32 pitch;
  MsnetPrepareBand bands[3];
  MsnetPrepareSampling samplings[3];
} MsnetPrepareLayout;

typedef struct
{
  gfloat matrix[3][4][4];
  gfloat bias[4];
  gfloat gain[4];
  gfloat lift[4];
} MsnetPrepareColors;

/**
 * MsnetPrepareMap: how the components of a frame are spread over bands and samplings.
 * @shift_x: of each sampling; @shift_y: of each band: log2 of their subsampling
 * @sampling, @lane: where each component is found
 * @line_size: floats of a line of scratch memory
 */
typedef struct
{
  MsnetPrepareLayout layout;
  guint shift_x[3];
  guint shift_y[3];
  guint sampling[3];
  guint lane[3];
  gsize line_size;
} MsnetPrepareMap;

/* TRUE where the two are described alike, whatever memory they lie in. */
gboolean msnet_frame_is_like (const MsnetFrame *a, const MsnetFrame *b);

/* Fills all but the filters and the pitch. */
void msnet_prepare_map_init (MsnetPrepareMap *map, const MsnetFrame *frame);

void msnet_prepare_colors_init (MsnetPrepareColors *colors, const MsnetPrepareMap *map,
    const MsnetFrame *frame, const MsnetPrepareParams *params);

G_END_DECLS
