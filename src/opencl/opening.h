/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds and opens devices, each on a thread of its own: drivers that hang exist. */
#pragma once

#include "candidate.h"
#include "device.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (element-type MsnetCandidate): see msnet_candidates_find(); NULL with
 * MSNET_ERROR_DEVICE if a driver hangs */
GPtrArray *msnet_opening_find (GError **error);

/* Returns: (transfer full): a handle on candidate @index; NULL with MSNET_ERROR_DEVICE.  A driver that
 * hangs is left behind, and the error says what to use instead */
MsnetDevice *msnet_opening_open (GPtrArray *candidates, guint index, GError **error);

G_END_DECLS
