/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pictures of noise, for tests that compare what networks make of them. */
#pragma once

#include "base/frame.h"

G_BEGIN_DECLS

#define NOISE_WIDTH 40
#define NOISE_HEIGHT 30

/* Returns: (transfer full): the gray pixels of @n pictures, the same for a @seed */
guint8 *noise_new (guint n, guint32 seed);

/* Returns: picture @index; it borrows @noise */
MsnetFrame noise_get_picture (const guint8 *noise, guint index);

G_END_DECLS
