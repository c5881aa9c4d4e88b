/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a window's logit comes from: the class activation map (DESIGN.md, Activation), read from the last
 * feature maps of its frames, and computed only on request.  For the engines.
 *
 * The classifier is linear over what it reads, so the logit is its bias plus the mean over the cells of what
 * each of them adds: at cell (y, x), of features f(t) and the weights w of the class,
 *
 *     pooled   w f(t, y, x)
 *     change   w sign (pooled(t) - pooled(t - 1)) (f(t, y, x) - f(t - 1, y, x))
 *
 * summed over the channels.  The sign is that of the whole map: so the mean over the cells is the absolute
 * change of the mean, which the absolute changes of the cells would exceed.  With a grid, the means are those
 * of parts (MSNET.md 4): w, pooled and the sign are those of the cell's part, and what it adds counts as
 * often as the map is larger than the part. */
#pragma once

#include "model.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

typedef struct _MsnetActivationReader MsnetActivationReader;

/**
 * MsnetActivationPoint: a point of a window.
 * @frame: which frame of the feature maps it takes
 * @before: the frame before that, from which it has changed; -1: none, it has not changed
 */
typedef struct
{
  guint frame;
  gint before;
} MsnetActivationPoint;

/**
 * msnet_activation_reader_new:
 * @features: [N, H, W, C], borrowed: must live as long as the reader
 *
 * Returns: (transfer full): NULL with MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE
 */
MsnetActivationReader *msnet_activation_reader_new (
    MsnetModel *model, MsnetDevice *device, MsnetTensor *features, GError **error);
void msnet_activation_reader_free (MsnetActivationReader *reader);

/**
 * msnet_activation_reader_read:
 * @points: @n_points of them
 * @pooled: [N][grid * grid * C], the means of the feature maps; not read unless the classifier reads change
 * @map: [H][W]: the mean over the points of what the cells add to the logit of class @class_index
 */
gboolean msnet_activation_reader_read (MsnetActivationReader *reader, guint class_index,
    const MsnetActivationPoint *points, guint n_points, const gfloat *pooled, gfloat *map, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetActivationReader, msnet_activation_reader_free)

G_END_DECLS
