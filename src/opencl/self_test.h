/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Trying a device out before trusting it: drivers that fail or hang exist. */
#pragma once

#include "device.h"

#include <CL/cl.h>

G_BEGIN_DECLS

/**
 * msnet_self_test_open:
 * @timeout: microseconds
 *
 * Opens @id and lets it compute something known, on a thread of its own: a driver that hangs is left
 * behind with that thread.
 *
 * Returns: (transfer full): the device, or NULL with MSNET_ERROR_DEVICE or MSNET_ERROR_BUILD
 */
MsnetDevice *msnet_self_test_open (cl_device_id id, gint64 timeout, GError **error);

G_END_DECLS
