/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the environment limits the choice of kernels: the variable MSNET_PLAN.
 *
 * - unset or empty: the fastest: what the tuner found on this machine (tuning.h), else by rules for the
 *   width of vectors that a short timing prefers (width.h)
 * - `plain`: the plain one everywhere, whatever the device
 * - `fixed`: by rules for the width that the device states, as if for one frame: neither the number of
 *   frames, nor a timing, nor a file has a say, and runs are equal bit for bit
 * - `width-8`, `width-16`: by rules for vectors of so many floats, whatever the device
 * - `direct`, `winograd`, `winograd2`, `fused`, `stem`, `bf16`, `amx`, `cpu`: that family in every operation
 *   that has it and wherever it can be used, elsewhere by rules
 * - `direct-16`, `fused-8-6x16`: the same for a part of a family or for one kernel: the words that the name
 *   of a kernel begins with
 *
 * In all but the first, neither timings nor files count.  operations.h checks it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE with MSNET_PLAN=fixed: the choice of kernels must not depend on the number of frames. */
gboolean msnet_plan_is_fixed (void);

/* TRUE without MSNET_PLAN: what was measured on this machine has a say. */
gboolean msnet_plan_is_free (void);

/* Returns: 8 or 16 with MSNET_PLAN=width-8 or width-16, else 0 */
guint msnet_plan_get_width (void);

/* TRUE where MSNET_PLAN is @name or the words that it begins with: `direct` of `direct-8-6x16`. */
gboolean msnet_plan_names (const gchar *name);

G_END_DECLS
