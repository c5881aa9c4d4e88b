/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernels of preparation read beside a frame's pixels: the same for all frames of one geometry.  For
 * this folder. */
#pragma once

#include "fit.h"
#include "ops/kernel.h"
#include "prepare.h"

G_BEGIN_DECLS

/**
 * MsnetPrepareTables:
 * @frame: a frame of that geometry; its pixels are not touched
 * @area: where its picture lies in the output
 * @width, @height: of that area, as the picture lies in memory
 * @kernel: which reads them
 * @layouts: one for each @columns columns of the output
 * @windows, @weights: filters (filter.h)
 * @scratch: for @n_items work-items; NULL: the kernel needs none
 * @columns: that are made at a time, of
 * @line_size: bytes of a row of the frame, in all bands
 */
typedef struct
{
  MsnetPrepareParams params;
  MsnetFrame frame;
  MsnetPrepareArea area;
  guint width;
  guint height;
  const MsnetKernel *kernel;
  MsnetBuffer *layouts;
  MsnetBuffer *colors;
  MsnetBuffer *windows;
  MsnetBuffer *weights;
  MsnetBuffer *scratch;
  guint n_items;
  guint columns;
  gsize line_size;
} MsnetPrepareTables;

/* Chooses the kernel, too. */
MsnetPrepareTables *msnet_prepare_tables_new (
    MsnetDevice *device, const MsnetPrepareParams *params, const MsnetFrame *frame, GError **error);
void msnet_prepare_tables_free (MsnetPrepareTables *tables);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetPrepareTables, msnet_prepare_tables_free)

/* A frame on its way into frame @index of @output: the params of the operation's kernels. */
typedef struct
{
  const MsnetPrepareTables *tables;
  MsnetTensor *output;
  guint index;
  MsnetBuffer *planes[3];
} MsnetPrepareJob;

G_END_DECLS
