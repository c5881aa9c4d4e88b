/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that later processes find again: built programs, and what was measured about a device.
 *
 * They lie in the folder MSNET_CACHE_DIR, else in `msnet` in the user's cache folder, and only that user can
 * read or write them.  Whatever is wrong with one (missing, damaged, of another version, in a place that
 * others can write to) is the same to the caller: it is not there.  Any of them may be deleted at any time;
 * nothing else deletes them.  Any thread, any number of processes. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * msnet_cache_make_key:
 * @parts: (array zero-terminated=1): all that the content of a file depends on
 *
 * Returns: (transfer full): what names it
 */
gchar *msnet_cache_make_key (const gchar *const *parts);

/* Returns: (transfer full): where @key of @kind lies, or would; for people */
gchar *msnet_cache_get_path (const gchar *kind, const gchar *key);

/* Returns: (transfer full) (nullable): what was last written as @key of @kind, byte for byte
 * @kind: such as `program`; what file names begin with */
GBytes *msnet_cache_read (const gchar *kind, const gchar *key);

/* Readers find all of @content from now on, or what they found before; never a part.  Returns: FALSE where
 * it could not be written, which nobody needs to know */
gboolean msnet_cache_write (const gchar *kind, const gchar *key, GBytes *content);

G_END_DECLS
