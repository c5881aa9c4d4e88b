/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which vectors are the faster ones.  A CPU with vectors of 16 floats may compute two of 8 in the same time,
 * or slow its clock down for the wide ones: neither its name nor its driver says so, a timing does. */
#pragma once

#include "opencl/device.h"

G_BEGIN_DECLS

/**
 * msnet_width_get:
 *
 * A CPU that states 16 is timed for some ten milliseconds, for the first caller, whom it takes the
 * compilation of a small kernel as well; later callers and processes find the result (tuning.h), unless
 * other work disturbed it: then it is 16 for this process.  Others have no choice.
 *
 * Returns: floats in the vectors to prefer: what the device states, or 8
 */
guint msnet_width_get (MsnetDevice *device);

/**
 * msnet_width_decide:
 * @wide, @narrow: seconds of @n rounds
 *
 * Narrow vectors must win clearly, and in every round: what is about equal must not change from run to run,
 * and other work on the machine must not decide.
 *
 * Returns: 16, 8, or 0 where the rounds contradict each other
 */
guint msnet_width_decide (const gdouble *wide, const gdouble *narrow, guint n);

G_END_DECLS
