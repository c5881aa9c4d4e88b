/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of a device. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MsnetDeviceInfo: what the choice of kernels depends on.
 * @name: the device's own name
 * @platform: name of its platform
 * @version: driver version
 * @is_cpu: TRUE: kernels run in this process's memory, on its cores
 * @vector_width: floats in a native vector: 8 (AVX2), 16 (AVX-512), 4 or 1 elsewhere
 * @compute_units: cores of a CPU
 * @alignment: bytes; a part of a buffer begins at a multiple of it
 * @group_size: most work-items in a work-group; a kernel may take fewer
 * @identity: what tells devices and drivers apart, for keys of cached files (cache.h)
 * @has_bf16: products of pairs of bfloat16 are there and faster than those of floats: known once
 *     machine/instructions.h has found it out
 * @has_amx: the same of tiles of bfloat16
 */
typedef struct
{
  gchar *name;
  gchar *platform;
  gchar *version;
  gboolean is_cpu;
  guint vector_width;
  guint compute_units;
  guint alignment;
  guint group_size;
  gchar *identity;
  gboolean has_bf16;
  gboolean has_amx;
} MsnetDeviceInfo;

G_END_DECLS
