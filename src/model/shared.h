/* One copy of networks in host memory that are equal, in layers and in weights, whatever file they came from.
 * For model.c; any thread. */
#pragma once

#include "architecture.h"

G_BEGIN_DECLS

/**
 * msnet_architecture_share:
 * @architecture: (transfer full): loaded; its content moves
 *
 * Returns: (transfer full): a network equal to it, of somebody who still has one, else itself; not to be
 *     changed, and given back by msnet_architecture_release()
 */
const MsnetArchitecture *msnet_architecture_share (MsnetArchitecture *architecture);

/* Frees it with the last.  @architecture: (nullable) */
void msnet_architecture_release (const MsnetArchitecture *architecture);

/* How many there are.  For tests. */
guint msnet_architecture_count_shared (void);

G_END_DECLS
