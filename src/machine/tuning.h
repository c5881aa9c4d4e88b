/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What measurements on a device have found: words by keys.
 *
 * Read once in a process from the cache folder (opencl/cache.h), where one file holds all of a device;
 * another driver and other kernels have another file.  A file that is missing or damaged is an empty one.
 * Whoever reads a word checks it: it may come from anybody who can write the user's files.  Any thread. */
#pragma once

#include "opencl/device.h"

G_BEGIN_DECLS

/* Returns: (transfer full) (nullable): what was found for @key */
gchar *msnet_tuning_find (const MsnetDeviceInfo *device, const gchar *key);

/* Remembers @word for this process.  @word: (nullable): nothing; neither may hold a line end, nor @key a
 * tab */
void msnet_tuning_set (const MsnetDeviceInfo *device, const gchar *key, const gchar *word);

/* Remembers all for later processes as well.  Returns: FALSE where the cache folder cannot be written */
gboolean msnet_tuning_save (const MsnetDeviceInfo *device);

/* Returns: (transfer full): where it is remembered, for people */
gchar *msnet_tuning_get_path (const MsnetDeviceInfo *device);

/* Reads the file again, once somebody asks: forgets what was set and not saved. */
void msnet_tuning_forget (const MsnetDeviceInfo *device);

G_END_DECLS
