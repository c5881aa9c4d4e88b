/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory for activations, planned: tensors whose lives do not overlap may lie in the same bytes.
 *
 * Tensors are acquired and released in the order of the forward pass, while it is built, and get their
 * memory when that is done: the largest first, each at the lowest place that no tensor which lives at the
 * same time takes (greedy by size, as Pisarchyk and Lee, "Efficient memory management for deep neural net
 * inference", 2020, found best).
 *
 * Zeros around a tensor stay zeros where it shares its bytes with tensors of the same shape only.  That is
 * how single frames with a halo are placed: they are small, and a launch more would cost what it clears.
 * All others share with all, and have their borders cleared in every run (ops/border.h).  One thread. */
#pragma once

#include "tensor.h"

G_BEGIN_DECLS

typedef struct _MsnetArena MsnetArena;

/* @reuse FALSE: every tensor gets memory of its own, so that all can be read afterwards */
MsnetArena *msnet_arena_new (MsnetDevice *device, gboolean reuse);
void msnet_arena_free (MsnetArena *arena);

/* Returns: (transfer none): a tensor that lives as long as the arena, reserved until msnet_arena_place();
 *     NULL with MSNET_ERROR_SHAPE */
MsnetTensor *msnet_arena_acquire (MsnetArena *arena, const MsnetShape *shape, GError **error);

/* What is acquired after this may overwrite @tensor.  One that is never released is never overwritten; one
 * that is not of the arena is not touched. */
void msnet_arena_release (MsnetArena *arena, MsnetTensor *tensor);

/* Gives all tensors their memory; once, after the last was acquired. */
gboolean msnet_arena_place (MsnetArena *arena, GError **error);

/* FALSE where the borders of a tensor of @shape must be cleared in every run. */
gboolean msnet_arena_keeps_zeros (MsnetArena *arena, const MsnetShape *shape);

/* Bytes that it takes, once placed. */
gsize msnet_arena_get_bytes (MsnetArena *arena);

/* The largest sum of the tensors that live at the same time: no plan takes less. */
gsize msnet_arena_get_least_bytes (MsnetArena *arena);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetArena, msnet_arena_free)

G_END_DECLS
