/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a tensor lies in memory.  The headers in this folder are read by kernels and by the host: they hold
 * numbers, and structs of int and float, nothing else, and their names start with Msnet. */
#pragma once

/* All of it counts values. */
typedef struct
{
  int origin;   /* of pixel (0, 0) in frame 0 */
  int row;      /* from row to row */
  int frame;    /* from frame to frame */
  int channels; /* of a pixel, and so from pixel to pixel */
} MsnetGeometry;
