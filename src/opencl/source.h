/* The sources of the kernels, which are bundled with the library.  Any thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the text of kernels/@file; NULL with an error of GIO's where there is none */
gchar *msnet_source_read (const gchar *file, GError **error);

/* Returns: (transfer full): another text where any kernel is another: for keys of what was measured (cache.h) */
gchar *msnet_source_make_digest (void);

G_END_DECLS
