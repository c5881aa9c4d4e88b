/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What processor and operating system say that they can do: necessary for instructions.h, not sufficient. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* AVX512-BF16: products of pairs of bfloat16 in vectors. */
gboolean msnet_processor_has_bf16 (void);

/* AMX-BF16: products of tiles of bfloat16.  Asks the kernel for the permission to use tiles, which this
 * process then has for good. */
gboolean msnet_processor_may_use_amx (void);

G_END_DECLS
