/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a video frame to the network's input: colour conversion, resize and normalisation, in one kernel
 * straight from the frame's planes.
 *
 * Each component is resized by itself, then the small picture is converted: both are linear, so that the
 * order only shows where values are clamped.  Subsampled planes are taken to cover the same picture as the
 * others, their samples in the middle of the pixels that they stand for, whatever the stream says about
 * chroma siting. */
#pragma once

#include "base/frame.h"
#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

typedef enum
{
  MSNET_FIT_CROP,
  MSNET_FIT_STRETCH,
  MSNET_FIT_PAD,
} MsnetFit;

/* MSNET_FILTER_ANTIALIAS: a triangle as wide as the reduction (Pillow's bilinear); MSNET_FILTER_BILINEAR: the
 * two nearest samples, whatever the reduction (OpenCV's INTER_LINEAR). */
typedef enum
{
  MSNET_FILTER_ANTIALIAS,
  MSNET_FILTER_BILINEAR,
} MsnetFilter;

/**
 * MsnetPrepareParams:
 * @fit: MSNET_FIT_CROP: the upright picture is resized, then its centre of @size x @size is taken, whose
 *     corner is rounded half to even (as torchvision's Resize and CenterCrop).  MSNET_FIT_STRETCH: everything
 *     to @size x @size.  MSNET_FIT_PAD: the whole picture keeps its display shape inside @size x @size, the
 *     longer side as long as that, the shorter one rounded to the nearest, at least 1; it is in the middle,
 *     the gap before it half of the rest, rounded down, and what it leaves is black: 0 before @mean and @std
 * @resize: for a crop, of the shorter side (in display size), at least @size; the longer one in proportion,
 *     rounded down
 * @resize_height, @resize_width: unless 0, for a crop, of the whole picture, each at least @size, whatever
 *     shape it had; @resize does not count then
 * @bgr: channels in the order B, G, R
 * @mean, @std: of each channel in [0, 1], in the order of the output
 */
typedef struct
{
  MsnetFit fit;
  guint resize;
  guint resize_height;
  guint resize_width;
  guint size;
  MsnetFilter filter;
  gboolean bgr;
  gfloat mean[3];
  gfloat std[3];
} MsnetPrepareParams;

typedef struct _MsnetPrepare MsnetPrepare;

MsnetPrepare *msnet_prepare_new (MsnetDevice *device, const MsnetPrepareParams *params, GError **error);
void msnet_prepare_free (MsnetPrepare *prepare);

/* The part of the frame that the network sees: x, y, width, height in fractions of the upright picture.  With
 * MSNET_FIT_PAD it reaches beyond the picture: from below 0 to above 1. */
void msnet_prepare_get_region (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble region[4]);

/* The rows of @frame that preparation reads, [first, end): those of the region, and what the filter reaches
 * beyond it. */
void msnet_prepare_get_rows (
    const MsnetPrepareParams *params, const MsnetFrame *frame, guint *first, guint *end);

/* Prepares @frame, upright, into frame @index of @output: [T, size, size, 3], any halo and data type.  Blocks
 * until the frame's memory is no longer needed.  Tables are kept between frames of the same geometry. */
gboolean msnet_prepare_run (
    MsnetPrepare *prepare, MsnetTensor *output, guint index, const MsnetFrame *frame, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetPrepare, msnet_prepare_free)

G_END_DECLS
