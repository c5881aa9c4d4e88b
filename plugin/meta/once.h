/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is reported once a run, however often it happens.
 *
 * For elements; one thread at a time. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @told: bits of what was reported since the start.  Returns: whether @what happens for the first time */
static inline gboolean
msnet_once (guint *told, guint what)
{
  gboolean first = (*told & what) == 0;

  *told |= what;
  return first;
}

G_END_DECLS
