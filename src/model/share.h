/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Networks that are equal, in layers and in weights, share one copy in host memory, whatever file they came
 * from.  For model.c; any thread. */
#pragma once

#include "architecture.h"

G_BEGIN_DECLS

/**
 * msnet_architecture_share:
 * @architecture: (transfer full): loaded; its content moves
 *
 * Returns: (transfer full): an equal network that is already in use, otherwise itself; must not be changed;
 *     released by msnet_architecture_release()
 */
const MsnetArchitecture *msnet_architecture_share (MsnetArchitecture *architecture);

/* Frees it when its last user releases it.  @architecture: (nullable) */
void msnet_architecture_release (const MsnetArchitecture *architecture);

G_END_DECLS
