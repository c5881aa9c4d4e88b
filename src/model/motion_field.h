/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The motion field that users see: displacement, with the flat cells marked.  Read from the scores of a
 * run, and computed only on request.  For network.c. */
#pragma once

#include "network_spec.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

typedef struct _MsnetMotionField MsnetMotionField;

/**
 * msnet_motion_field_new:
 * @scores: [pairs, H, W, P * P], borrowed: must live as long as the field
 * @frames: T
 *
 * Returns: (transfer full): the field's commands and memory, or NULL with an error
 */
MsnetMotionField *msnet_motion_field_new (
    MsnetDevice *device, MsnetTensor *scores, const MsnetMotionSpec *motion, guint frames, GError **error);
void msnet_motion_field_free (MsnetMotionField *field);

/* @values: H x W x 3: dx, dy in cells, confidence, of pair @pair, of both directions the forward one; see
 * msnet_network_read_field() */
gboolean msnet_motion_field_read (MsnetMotionField *field, guint pair, gfloat *values, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetMotionField, msnet_motion_field_free)

G_END_DECLS
