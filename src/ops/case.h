/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Work of the sizes that the key of a step names, over random values: the tuner, benches and tests make it to
 * try kernels. */
#pragma once

#include "kernel.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetCaseValues: how values are stored; the values themselves are always the same.
 * @MSNET_CASE_STORED: as the key says
 * @MSNET_CASE_EXACT: all as float
 * @MSNET_CASE_ROUNDED: as the key says, and weights are rounded to bfloat16 if some tensor is bfloat16
 */
typedef enum
{
  MSNET_CASE_STORED,
  MSNET_CASE_EXACT,
  MSNET_CASE_ROUNDED,
} MsnetCaseValues;

/**
 * MsnetCase:
 * @params: of the operation
 * @output: what the operation writes
 * @is_bf16: some tensor is stored as bfloat16
 */
struct _MsnetCase
{
  gconstpointer params;
  MsnetTensor *output;
  gboolean is_bf16;

  /*< private >*/
  MsnetDevice *device;
  MsnetCaseValues values;
  GRand *random;
  GPtrArray *tensors;
  GPtrArray *arrays;
};

/* Returns: (transfer full): NULL with MSNET_ERROR_UNSUPPORTED where @key is none of @operation */
MsnetCase *msnet_case_new (const MsnetOperation *operation, MsnetDevice *device, const gchar *key,
    MsnetCaseValues values, GError **error);
void msnet_case_free (MsnetCase *self);

/* Appends @kernel to @list, and runs it.
 *
 * Returns: (transfer full): the output; NULL with MSNET_ERROR_BUILD or MSNET_ERROR_DEVICE */
gfloat *msnet_case_run (MsnetCase *self, const MsnetKernel *kernel, MsnetCommandList *list, GError **error);

/* For MsnetOperation.fill_case(), in this order.
 *
 * Returns: (transfer none): random values between @low and @high; NULL with MSNET_ERROR_DEVICE */
MsnetTensor *msnet_case_add_tensor (
    MsnetCase *self, const MsnetShape *shape, gdouble low, gdouble high, GError **error);

/* Returns: (transfer none): @n random values between -@limit and @limit; a bias is never rounded */
const gfloat *msnet_case_add_weights (MsnetCase *self, gsize n, gdouble limit);
const gfloat *msnet_case_add_bias (MsnetCase *self, gsize n, gdouble limit);

/* The last of them: @size bytes at @params are copied. */
void msnet_case_set_params (MsnetCase *self, gconstpointer params, gsize size, MsnetTensor *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetCase, msnet_case_free)

G_END_DECLS
