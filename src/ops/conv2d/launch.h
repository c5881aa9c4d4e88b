/* What the kernels of a convolution are told.  For this folder. */
#pragma once

#include "kernels.h"

G_BEGIN_DECLS

/* Channels [0, next_end) are read from frame t + 1, [next_end, previous_end) from t - 1, all others from t.
 */
typedef struct
{
  guint next_end;
  guint previous_end;
} MsnetConv2dShift;

MsnetConv2dShift msnet_conv2d_get_shift (const MsnetConv2dParams *params);

/**
 * MsnetConv2dPrevious: where the channels of frame t - 1 lie.
 * @buffer: the input's, or that of the frame before a stream's
 * @shape: of the tensor there
 * @origin: of frame -1
 */
typedef struct
{
  MsnetBuffer *buffer;
  const MsnetShape *shape;
  gint origin;
} MsnetConv2dPrevious;

MsnetConv2dPrevious msnet_conv2d_get_previous (const MsnetConv2dParams *params);

/* As one argument of a kernel, like MSNET_GEOMETRY(). */
#define MSNET_PREVIOUS(previous)                                                                             \
  MSNET_INTS ((previous).origin, msnet_shape_get_row_stride ((previous).shape),                              \
      msnet_shape_get_frame_stride ((previous).shape), (previous).shape->channels)

/* So many work-items a core, that the last ones do not keep the others waiting for long. */
#define MSNET_ITEMS_A_CORE 4

static inline guint
msnet_divide_up (guint value, guint divisor)
{
  return (value + divisor - 1) / divisor;
}

/* Whether tiles of @rows suit @n rows: of tiles with less than six, which take more loads a product, where clearly fewer
 * rows are computed twice. */
gboolean msnet_conv2d_suits_tiles (guint rows, guint n);

/* Returns: floats in the widest vector, of at most 16, in which no two channels of the input come from different frames
 */
guint msnet_conv2d_get_input_width (const MsnetConv2dParams *params);

/* Bytes of the map without borders. */
gsize msnet_conv2d_count_bytes (const MsnetShape *shape);

/* Whether @candidate should store @output past the caches: none will hold it until it is read.  Only vectors that lie
 * at multiples of their size can be. */
gboolean msnet_conv2d_flows_past_caches (const MsnetKernel *candidate, const MsnetShape *output);

/* Returns: (transfer full): the `-D` of a kernel with a register tile */
gchar *msnet_conv2d_get_options (const MsnetKernel *candidate, const MsnetConv2dParams *params);

/**
 * msnet_conv2d_launch:
 * @launch: file, kernel, options and work sizes; arguments are filled in
 * @weights: in the kernel's order
 * @unit: input values that the kernel counts as one: 1, or 2 where it takes them in pairs
 * @extra: (nullable): @n_extra more arguments, the kernel's last
 *
 * Uploads the bias and appends @launch with the arguments that all direct kernels share, in the
 * order of kernels/plain/conv2d.cl.
 */
gboolean msnet_conv2d_launch (MsnetCommandList *list, const MsnetConv2dParams *params, MsnetLaunch *launch,
    MsnetBuffer *weights, guint unit, const MsnetArgument *extra, guint n_extra, GError **error);

G_END_DECLS
