/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bfloat16.h"

#include <string.h>

static guint16
round_float (gfloat value)
{
  guint32 bits;

  memcpy (&bits, &value, sizeof bits);
  if (value != value)
    return bits >> 16 | 1 << 6; /* a NaN whose upper half is that of an infinity stays one */
  return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}

void
msnet_bfloat16_from_float (guint16 *rounded, const gfloat *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    rounded[i] = round_float (values[i]);
}

void
msnet_bfloat16_to_float (gfloat *values, const guint16 *stored, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const guint32 bits = (guint32)stored[i] << 16;

    memcpy (&values[i], &bits, sizeof bits);
  }
}
