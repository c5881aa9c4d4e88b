/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The zeros around a tensor (tensor/tensor.h), where its memory served another before. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * MsnetBorderParams:
 * @shifted: of the frames before the first and after the last, the first channels of each pixel: those that a
 *     temporal shift reads
 */
typedef struct
{
  MsnetTensor *tensor;
  guint shifted;
} MsnetBorderParams;

/* Appends nothing where the tensor has no border. */
gboolean msnet_border_clear_append (
    MsnetCommandList *list, MsnetTensor *tensor, guint shifted, GError **error);

G_END_DECLS
