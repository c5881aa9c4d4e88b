/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operations that make one tensor of another, and need no more to know.  For src/ops, tests and benches. */
#pragma once

#include "case.h"

G_BEGIN_DECLS

typedef struct
{
  MsnetTensor *output;
  MsnetTensor *input;
} MsnetMapParams;

/* MsnetOperation.print_sizes() and .fill_case() of them all.  The input has a halo, and no negative
 * values. */
gchar *msnet_map_print_sizes (gconstpointer params);
gboolean msnet_map_fill_case (MsnetCase *self, const gchar *sizes, GError **error);

G_END_DECLS
