/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Large pages of memory: weights are read from end to end in every run, and small pages are thousands of
 * addresses to translate. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Asks the system for large pages for @bytes, before they are touched.  Where it has none, nothing
 * changes. */
void msnet_pages_enlarge (gpointer bytes, gsize size);

/* Returns: (transfer full) (nullable): @size bytes that hold anything, of large pages from the first on; for
 *     free() */
gpointer msnet_pages_alloc (gsize size);

G_END_DECLS
