/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "look.h"

#include <string.h>

void
msnet_look_add_double (MsnetLook *look, gdouble value)
{
  g_byte_array_append (look, (const guint8 *)&value, sizeof value);
}

void
msnet_look_add_uint64 (MsnetLook *look, guint64 value)
{
  g_byte_array_append (look, (const guint8 *)&value, sizeof value);
}

/* With the zero at its end, which keeps texts apart. */
void
msnet_look_add_text (MsnetLook *look, const gchar *text)
{
  g_byte_array_append (look, (const guint8 *)text, strlen (text) + 1);
}

gboolean
msnet_look_equal (const MsnetLook *a, const MsnetLook *b)
{
  return a->len == b->len && (a->len == 0 || memcmp (a->data, b->data, a->len) == 0);
}
