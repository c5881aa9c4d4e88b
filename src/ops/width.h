/* Which vectors are the faster ones.  A CPU with vectors of 16 floats may compute two of 8 in the same time, or slow
 * its clock down for the wide ones: neither its name nor its driver says so, a timing does. */
#pragma once

#include "opencl/device.h"

G_BEGIN_DECLS

/**
 * msnet_width_get:
 *
 * A CPU that states 16 is timed for some ten milliseconds, for the first caller, whom it takes the compilation of a
 * small kernel as well; later callers and processes find the result (tuning.h).  Others have no choice.
 *
 * Returns: floats in the vectors to prefer: what the device states, or 8
 */
guint msnet_width_get (MsnetDevice *device);

/* Returns: TRUE where the narrow vectors win clearly: what is about equal must not change from run to run.
 * @wide, @narrow: seconds */
gboolean msnet_width_prefers_narrow (gdouble wide, gdouble narrow);

G_END_DECLS
