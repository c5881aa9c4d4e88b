/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device: its context and queue.
 *
 * Only src/opencl calls the CL API; everyone else holds a MsnetDevice and hands it on.
 * A MsnetDevice is a handle, reference counted (any thread); what is run on it goes through its own
 * in-order queue, used by one thread at a time.  Handles on the same device may run at the same time, each
 * in a thread of its own: in a process they share one CL context, in which a program is built once and a
 * constant (buffer.h) lies once, until the last handle and buffer are gone. */
#pragma once

#include "device_info.h"

G_BEGIN_DECLS

typedef struct _MsnetDevice MsnetDevice;

MsnetDevice *msnet_device_ref (MsnetDevice *device);
void msnet_device_unref (MsnetDevice *device);

/* Its driver did not return: handles that are opened from now on share nothing with this one. */
void msnet_device_give_up (MsnetDevice *device);

/* Whether a handle waits for each command by itself, so that msnet_device_has_hung() hears of it: some us
 * each. */
void msnet_device_set_watched (MsnetDevice *device, gboolean watched);

/**
 * MsnetPatience: microseconds after which a driver is taken to hang
 * @list: while it lists its devices
 * @open: while it opens one
 * @command: without a finished command, while it builds nothing
 * @build: in one call that builds: a program, or the first launch of a kernel, at which drivers build what
 *     they put off.  PoCL takes a second or two for one on a desktop; a small board that is emulated and
 *     busy has a hundred times as long
 */
typedef struct
{
  gint64 list;
  gint64 open;
  gint64 command;
  gint64 build;
} MsnetPatience;

/* 30 s, and 5 minutes for a build.  Only tests change it. */
extern MsnetPatience msnet_device_patience;

/**
 * MsnetVigil: what whoever waits for a watched handle has seen of it; zeroed at first
 * @n_signs: of life, in all
 * @silent_since: when the last one of them was seen
 */
typedef struct
{
  guint n_signs;
  gint64 silent_since;
} MsnetVigil;

/**
 * msnet_device_has_hung:
 * @device: in use by another thread
 * @allowance: microseconds by which the patience with a command is longer
 *
 * To be called again and again.
 *
 * Returns: TRUE with @error if a watched handle gave no sign of life for longer than msnet_device_patience
 *     says; it is then given up, as by msnet_device_give_up()
 */
gboolean msnet_device_has_hung (MsnetDevice *device, MsnetVigil *vigil, gint64 allowance, GError **error);

/**
 * msnet_device_save_programs:
 *
 * Writes the binaries of all programs that were built since, and not read from the cache (cache.h), so that
 * later processes need not build them.  They must have run: PoCL makes code for the sizes of the first
 * launch.  Takes seconds, in which no handle on the device may be at anything: PoCL 3.1 compiles each kernel
 * once more for the binary, and was seen to abort where one ran meanwhile.  So it is for tools, not for
 * streams.
 */
void msnet_device_save_programs (MsnetDevice *device);

const MsnetDeviceInfo *msnet_device_get_info (MsnetDevice *device);

/* What only trying finds out of a device (machine/instructions.h). */
typedef enum
{
  MSNET_ABILITY_BF16, /* info's has_bf16 */
  MSNET_ABILITY_AMX,  /* has_amx */
} MsnetAbility;

/**
 * msnet_device_find_out:
 * @try_out: called for the first who asks, while others wait; once for as long as the process lives
 *
 * Any thread.
 *
 * Returns: what info says from now on
 */
gboolean msnet_device_find_out (
    MsnetDevice *device, MsnetAbility ability, gboolean (*try_out) (MsnetDevice *device));

/* For tests, who emulate what the processor lacks. */
void msnet_device_set_ability (MsnetDevice *device, MsnetAbility ability, gboolean is_there);

/* Returns: (nullable): one sentence why a GPU was passed over, NULL if none was */
const gchar *msnet_device_get_warning (MsnetDevice *device);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetDevice, msnet_device_unref)

G_END_DECLS
