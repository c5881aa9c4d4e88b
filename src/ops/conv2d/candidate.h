/* The kernels that compute a convolution.  For this folder, the tuner, tests and benches. */
#pragma once

#include "conv2d.h"

G_BEGIN_DECLS

/**
 * MsnetConv2dCandidate: one way to compute a convolution.
 * @vector_width: floats in a vector of the kernel; 0 for the plain kernel
 * @rows, @columns: the register tile: output pixels x output channels
 * @piece: of Winograd's: rows and columns of the output that are made of one piece of the input; else 0
 * @is_bf16: for an input of bfloat16: multiplies it, in pairs of input channels, and adds in float
 * @bound: how far results may be from the plain kernel's, of the largest, before they are stored; 0: products are added up in the same
 *     order, so that results are equal bit for bit
 * @may_use: whether it can compute @params
 * @is_worthwhile: (nullable): whether it is faster than the next candidates
 * @append: packs, uploads and appends; @params are checked
 */
typedef struct _MsnetConv2dCandidate MsnetConv2dCandidate;
struct _MsnetConv2dCandidate
{
  const gchar *name;
  guint vector_width;
  guint rows;
  guint columns;
  guint piece;
  gboolean is_bf16;
  gdouble bound;
  gboolean (*may_use) (
      const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
  gboolean (*is_worthwhile) (const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params);
  gboolean (*append) (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
      const MsnetConv2dParams *params, GError **error);
};

/* All candidates, the best first; the last one, plain, computes everything. */
const MsnetConv2dCandidate *msnet_conv2d_get_candidates (guint *n_candidates);

/* Returns: what was measured to be the fastest where MSNET_PLAN is unset and the tuner has been here, else
 * by rules */
const MsnetConv2dCandidate *msnet_conv2d_choose (MsnetDevice *device, const MsnetConv2dParams *params);

/**
 * msnet_conv2d_choose_by_rules:
 * @width: floats in the widest vectors to take
 *
 * Returns: what MSNET_PLAN asks for (plan.h), else the first candidate that fits both device and shape
 */
const MsnetConv2dCandidate *msnet_conv2d_choose_by_rules (
    const MsnetDeviceInfo *device, guint width, const MsnetConv2dParams *params);

/* Returns: multiply-adds of the direct way */
gdouble msnet_conv2d_get_work (const MsnetConv2dParams *params);

gboolean msnet_conv2d_plain_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

gboolean msnet_conv2d_cpu_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
/* Whether tiles of five rows compute clearly fewer pixels twice than tiles of six: one frame of 7 x 7. */
gboolean msnet_conv2d_five_is_worthwhile (
    const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params);
gboolean msnet_conv2d_cpu_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

gboolean msnet_conv2d_winograd_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
gboolean msnet_conv2d_winograd_is_worthwhile (
    const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params);
/* Whether small pieces are: a single frame of few pixels, of which large ones leave much unused. */
gboolean msnet_conv2d_winograd2_is_worthwhile (
    const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params);
gboolean msnet_conv2d_winograd_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

gboolean msnet_conv2d_amx_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
/* Whether tiles are filled well; a plan of a width asks for vectors. */
gboolean msnet_conv2d_amx_is_worthwhile (
    const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params);
gboolean msnet_conv2d_amx_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

gboolean msnet_conv2d_fused_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
gboolean msnet_conv2d_fused_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

gboolean msnet_conv2d_stem_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
gboolean msnet_conv2d_stem_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

G_END_DECLS
