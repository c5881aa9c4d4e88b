/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the operations share: tensors as arguments of kernels, checks of shapes.  For src/ops only. */
#pragma once

#include "arguments/geometry.h"
#include "kernel.h"
#include "opencl/command_list.h"
#include "padding.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* How a tensor lies in memory: for kernels, and as one argument. */
MsnetGeometry msnet_operation_get_geometry (const MsnetShape *shape);
#define MSNET_GEOMETRY(shape) MSNET_STRUCT ((MsnetGeometry[]){ msnet_operation_get_geometry (shape) }[0])

/* The same of a tensor that a convolution reads, from the first tap of its pixel (0, 0) on. */
MsnetGeometry msnet_operation_get_taps (
    const MsnetShape *shape, MsnetPadding padding, guint kernel, guint stride);

/* A tensor as two arguments of a kernel: memory, then its geometry. */
#define MSNET_TENSOR(tensor) MSNET_BUFFER ((tensor)->buffer), MSNET_GEOMETRY (&(tensor)->shape)

/* Work sizes of a plain kernel that makes @n values or pixels, one a work-item, and guards its range. */
#define MSNET_FLAT_SIZES(n) .global = { ((gsize)(n) + 63) / 64 * 64 }, .local = { 64 }

/**
 * msnet_operation_check_shape:
 * @operation, @name: for the message: "max pool", "output"
 * @expected: frames, height, width, channels, data type; halo is the least that will do
 *
 * Returns: FALSE with MSNET_ERROR_SHAPE, both shapes in the message
 */
gboolean msnet_operation_check_shape (const gchar *operation, const gchar *name, const MsnetTensor *tensor,
    const MsnetShape *expected, GError **error);

/* Returns: (transfer none): the `-D` by which kernels that only move values know how wide they are */
const gchar *msnet_operation_get_element_option (const MsnetShape *shape);

/* @input: (nullable).  Returns: (transfer none): the `-D` by which kernels that compute know how their
 *     tensors are stored (kernels/storage.h) */
const gchar *msnet_operation_get_storage_options (const MsnetTensor *input, const MsnetTensor *output);

/* Returns: (transfer full): a constant of @n values on the device of @list, one for all that ask for the
 *     same; NULL with MSNET_ERROR_DEVICE */
MsnetBuffer *msnet_operation_upload (MsnetCommandList *list, const gfloat *values, gsize n, GError **error);

/**
 * msnet_operation_append:
 * @name: (nullable): of the step, for people; NULL: the operation's
 *
 * Checks @params, chooses a kernel and appends it as a step.
 *
 * Returns: FALSE with MSNET_ERROR_SHAPE, MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE
 */
gboolean msnet_operation_append (const MsnetOperation *operation, MsnetCommandList *list, const gchar *name,
    gconstpointer params, GError **error);

G_END_DECLS
