/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loops whose turns do not depend on each other, on all cores. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Does turn @index of a loop.  Any thread, several at a time. */
typedef void (*MsnetTurnFunc) (guint index, gpointer data);

/* Calls @turn for 0 to @n - 1, in any order, and returns when all are done.  A turn should be worth more
 * than the start of a thread, some 50 us.  Any thread. */
void msnet_parallel_run (guint n, MsnetTurnFunc turn, gpointer data);

G_END_DECLS
