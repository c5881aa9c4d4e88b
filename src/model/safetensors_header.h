/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header of a .safetensors file: from its JSON to checked tensors.  Only for safetensors.c. */
#pragma once

#include "safetensors.h"

G_BEGIN_DECLS

/**
 * MsnetSafetensorsHeader:
 * @metadata: `__metadata__`: string to string, ordered by key
 * @tensors: of MsnetSafetensor, ordered by name
 */
typedef struct
{
  GTree *metadata;
  GPtrArray *tensors;
} MsnetSafetensorsHeader;

void msnet_safetensors_header_init (MsnetSafetensorsHeader *header);
void msnet_safetensors_header_clear (MsnetSafetensorsHeader *header);

/**
 * msnet_safetensors_header_parse:
 * @header: initialised and empty
 * @path: for messages
 * @text: the header's @length bytes
 * @data_size: bytes of the file after the header; the tensors must fill exactly these
 */
gboolean msnet_safetensors_header_parse (MsnetSafetensorsHeader *header, const gchar *path, const gchar *text,
    gsize length, guint64 data_size, GError **error);

G_END_DECLS
