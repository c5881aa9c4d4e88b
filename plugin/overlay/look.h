/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* By which values a drawing looks as it does: drawings with equal looks need not be drawn again.
 *
 * For the layers of msnetoverlay and its picture.  One thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The values, one after the other; empty: nothing is shown. */
typedef GByteArray MsnetLook;

void msnet_look_add_double (MsnetLook *look, gdouble value);
void msnet_look_add_uint64 (MsnetLook *look, guint64 value);
void msnet_look_add_text (MsnetLook *look, const gchar *text);

gboolean msnet_look_equal (const MsnetLook *a, const MsnetLook *b);

G_END_DECLS
