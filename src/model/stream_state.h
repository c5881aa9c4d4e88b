/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a stream keeps of each frame for the next (DESIGN.md, Two ways to run): an eighth of the input
 * channels of every shifted layer, the reduced features for MotionSqueeze, and the pooled features for the
 * change that the classifier reads.  For src/model.
 *
 * Zero before the first frame, which MotionSqueeze and change pair with itself.  One thread. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

typedef struct _MsnetStreamState MsnetStreamState;

MsnetStreamState *msnet_stream_state_new (MsnetDevice *device);
void msnet_stream_state_free (MsnetStreamState *state);

/* Returns: (transfer none): room for the first @channels channels of @like, with its halo; NULL with
 * MSNET_ERROR_DEVICE */
MsnetTensor *msnet_stream_state_add (
    MsnetStreamState *state, const MsnetTensor *like, guint channels, GError **error);

/* Appends a copy of the channels of @tensor to @kept; commands that read the old @kept must come before. */
gboolean msnet_stream_state_append_update (
    MsnetCommandList *list, MsnetTensor *kept, MsnetTensor *tensor, GError **error);

/* The same, but only for a stream's first frame, and before any command that reads @kept. */
gboolean msnet_stream_state_append_first (
    MsnetStreamState *state, MsnetCommandList *list, MsnetTensor *kept, MsnetTensor *tensor, GError **error);

/* A new stream starts: what is kept becomes zero. */
gboolean msnet_stream_state_reset (MsnetStreamState *state, MsnetCommandList *list, GError **error);

/* The first frame of a stream has run. */
void msnet_stream_state_advance (MsnetStreamState *state, MsnetCommandList *list);

gsize msnet_stream_state_get_bytes (MsnetStreamState *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetStreamState, msnet_stream_state_free)

G_END_DECLS
