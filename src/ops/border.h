/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The zeros around a tensor (tensor/tensor.h), where its memory served another before. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* Appends nothing where @tensor has no border. */
gboolean msnet_border_clear_append (MsnetCommandList *list, MsnetTensor *tensor, GError **error);

G_END_DECLS
