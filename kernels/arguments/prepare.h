/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels that prepare a frame are told about its memory and its colours. */
#pragma once

#include "arguments/geometry.h"

/* cpu/prepare.cl: rows of the output that are made at a time, a vector of them. */
#define MSNET_PREPARE_LINES 16

/* A strip of a plane that is filtered vertically as one: it holds one component, or several that lie in
 * neighbouring bytes. */
typedef struct
{
  int plane;  /* 0, 1, 2 */
  int offset; /* bytes before its first row */
  int stride; /* bytes from row to row */
  int span;   /* bytes of a row */
  int line;   /* where its filtered row starts in a line of scratch memory */
  int filter; /* of its rows: index of the first window */
} MsnetPrepareBand;

typedef struct
{
  int band;
  int offset; /* bytes from the band's row to the frame's first sample; negative if that is cut off */
  int step;   /* bytes from sample to sample */
  int filter; /* of its columns: index of the first window */
} MsnetPrepareComponent;

typedef struct
{
  int n_bands;
  int n_components;
  MsnetPrepareBand bands[3];
  MsnetPrepareComponent components[3];
} MsnetPrepareLayout;

/* Three values and a zero each, of red, green and blue in the order of the output. */
typedef struct
{
  float matrix[3][4]; /* [component][colour] */
  float bias[4];
  float gain[4];
  float lift[4];
} MsnetPrepareColors;

/* The samples that one output is made of, in one dimension. */
typedef struct
{
  int first;   /* sample */
  int count;   /* of samples */
  int weights; /* index of the first one */
} MsnetFilterWindow;

typedef struct
{
  MsnetGeometry output; /* seen from the picture in memory: that of a turned one leads in other directions */
  int frame;            /* of the output */
  int width;            /* columns of the output that the picture becomes, seen from memory */
  int height;           /* rows */
  int columns;          /* that are made at a time, of one layout; plain/prepare.cl: all */
  int pitch;            /* floats of a line of scratch memory */
} MsnetPrepareArguments;

/* Of plain/margin.cl: the picture lies in columns [left, right) and rows [top, bottom). */
typedef struct
{
  MsnetGeometry output;
  int frame; /* of the output */
  int size;  /* rows and columns of the output */
  int left;
  int top;
  int right;
  int bottom;
} MsnetPrepareMargin;
