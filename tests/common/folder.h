/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Folders of a test program, for tests of src/ and of plugin/. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): an empty folder of the caller's own, which goes with all that is in it when the
 *     process ends, however its checks ended.  One thread */
gchar *test_make_folder (void);

G_END_DECLS
