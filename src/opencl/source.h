/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The sources of the kernels, which are bundled with the library.  Any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @unit: a file below kernels/, or a folder, with a slash at its end
 * Returns: (transfer full): the file, or all files of the folder, each with what it includes (`#include
 *     "FILE"` at the start of a line; below kernels/), which is there once; a build log names the file and
 *     the line in it; NULL with an error of GIO's if there is none */
gchar *msnet_source_compose (const gchar *unit, GError **error);

/* Returns: (transfer full): another text where any kernel is another: for keys of what was measured
 *     (cache.h) */
gchar *msnet_source_make_digest (void);

G_END_DECLS
