/* How the environment limits the choice of kernels. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* TRUE with MSNET_PLAN=plain: every operation takes its plain kernel, whatever the device. */
gboolean msnet_plan_is_plain (void);

/* TRUE with MSNET_PLAN=fixed: the choice of kernels must not depend on the number of frames. */
gboolean msnet_plan_is_fixed (void);

G_END_DECLS
