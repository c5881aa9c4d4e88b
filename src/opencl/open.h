/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds the device that somebody asks for. */
#pragma once

#include "device.h"

G_BEGIN_DECLS

/**
 * msnet_device_open:
 * @selector: (nullable): `auto`, `gpu`, `cpu`, `P:D` (indices of platform and device), or part
 *     of a device's name, case ignored; NULL: the environment's MSNET_DEVICE, else `auto`
 *
 * `auto` takes the first GPU that passes a self-test within 5 s, else a CPU; why it did not take
 * a GPU that is there is told by msnet_device_get_warning().
 *
 * Returns: (transfer full): the device, or NULL with MSNET_ERROR_NO_DEVICE: the message names
 *     every platform and device found and what to install
 */
MsnetDevice *msnet_device_open (const gchar *selector, GError **error);

/**
 * msnet_device_open_next:
 * @failed: passed its self-test, and failed in what it is for
 * @reason: how
 *
 * Returns: (transfer full): what `auto` takes instead, with a warning; NULL with @reason and what to do if
 *     @failed was asked for by other words, or is a CPU, or if nothing else can be opened
 */
MsnetDevice *msnet_device_open_next (MsnetDevice *failed, const GError *reason, GError **error);

G_END_DECLS
