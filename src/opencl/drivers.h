/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why devices that people expect are not there, and what to do about it: for messages. */
#pragma once

#include <CL/cl.h>
#include <glib.h>

G_BEGIN_DECLS

/* Returns: (transfer full): a line for each platform without a device and each driver that cannot be loaded;
 *     "" where there is none of them */
gchar *msnet_drivers_explain (void);

/* PoCL compiles kernels to files, and gives no device, cannot build, or aborts where it cannot.
 *
 * Returns: (transfer full) (nullable): why it cannot, and what to do; NULL where it can */
gchar *msnet_pocl_find_fault (void);

/* Whether compiled kernels in PoCL's folder cannot be run: it would abort. */
gboolean msnet_pocl_is_noexec (void);

gboolean msnet_platform_is_pocl (const gchar *name);

G_END_DECLS
