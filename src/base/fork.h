/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A driver's threads do not follow into a fork, and its locks stay as they were: a process that is forked
 * after OpenCL was opened waits for ever for whatever it asks of it, be it of a device of its own. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on a fork is one too late. */
void msnet_fork_watch (void);

/* Whether this process was forked too late: OpenCL, and threads and locks of before the fork, are to be left
 * alone. */
gboolean msnet_fork_happened (void);

/* Returns: FALSE with MSNET_ERROR_DEVICE where it happened */
gboolean msnet_fork_check (GError **error);

G_END_DECLS
