/* The kernels that compute a convolution.  Included by conv2d*.c, tests and benches only. */
#pragma once

#include "conv2d.h"

G_BEGIN_DECLS

/**
 * MsnetConv2dCandidate: one way to compute a convolution.
 * @vector_width: floats in a vector of the kernel; 0 for the plain kernel
 * @rows, @columns: the register tile: output pixels x output channels
 * @may_use: whether it can compute @params; speed is a matter of the order of candidates
 * @append: packs, uploads and appends; @params are checked
 */
typedef struct _MsnetConv2dCandidate MsnetConv2dCandidate;
struct _MsnetConv2dCandidate
{
  const gchar *name;
  guint vector_width;
  guint rows;
  guint columns;
  gboolean (*may_use) (
      const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
  gboolean (*append) (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
      const MsnetConv2dParams *params, GError **error);
};

/* All candidates, the best first; the last one, plain, computes everything. */
const MsnetConv2dCandidate *msnet_conv2d_get_candidates (guint *n_candidates);

/* The first candidate that fits both device and shape. */
const MsnetConv2dCandidate *msnet_conv2d_choose (
    const MsnetDeviceInfo *device, const MsnetConv2dParams *params);

gboolean msnet_conv2d_plain_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

gboolean msnet_conv2d_cpu_may_use (
    const MsnetConv2dCandidate *candidate, const MsnetDeviceInfo *device, const MsnetConv2dParams *params);
gboolean msnet_conv2d_cpu_append (const MsnetConv2dCandidate *candidate, MsnetCommandList *list,
    const MsnetConv2dParams *params, GError **error);

/**
 * msnet_conv2d_launch:
 * @launch: file, kernel, options and work sizes; arguments are filled in
 * @packed: @n_packed weights in the kernel's order
 * @extra: (nullable): one more argument, the kernel's last
 *
 * Uploads weights and bias and appends @launch with the arguments that all direct kernels share, in the
 * order of kernels/plain/conv2d.cl.
 */
gboolean msnet_conv2d_launch (MsnetCommandList *list, const MsnetConv2dParams *params, MsnetLaunch *launch,
    const gfloat *packed, gsize n_packed, const MsnetArgument *extra, GError **error);

G_END_DECLS
