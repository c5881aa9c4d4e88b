/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starts a model on a device, on a thread of its own, because some drivers hang. */
#pragma once

#include "model/model.h"
#include "recognizer.h"

G_BEGIN_DECLS

/**
 * MsnetStart: what a recognizer is made of
 * @precision: see MsnetNetworkOptions
 * @activation: see MsnetEngineOptions
 * @grid: see msnet_recognizer_new()
 */
typedef struct
{
  MsnetModel *model;
  MsnetDevice *device;
  MsnetDataType precision;
  gboolean activation;
  MsnetGrid grid;
} MsnetStart;

/* What msnet_instructions_find() does, given up like msnet_start_run().
 * Returns: FALSE with MSNET_ERROR_DEVICE if the driver hangs; what was found is in msnet_device_get_info() */
gboolean msnet_start_find_instructions (MsnetDevice *device, GError **error);

/**
 * msnet_start_run:
 * @start: copied
 * @duration: (out): see msnet_recognizer_warm_up()
 *
 * Builds the network and warms it up.  A device that hangs (see msnet_device_has_hung()) is left behind with
 * the thread and all that it has made, which is freed if it ever returns; nobody shares the device with it
 * any more.
 *
 * Returns: (transfer full): NULL with MSNET_ERROR_DEVICE, MSNET_ERROR_BUILD or another reason why it cannot
 *     run; then @start's handle on the device must not be used any more
 */
MsnetRecognizer *msnet_start_run (const MsnetStart *start, guint64 *duration, GError **error);

G_END_DECLS
