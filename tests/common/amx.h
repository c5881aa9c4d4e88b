/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AMX for machines that have none: the instructions of kernels/cpu/conv2d/amx.cl are computed by the handler
 * of the signal that the processor raises for them, so that tests run the very machine code that runs where
 * AMX is. */
#pragma once

#include "opencl/device.h"

G_BEGIN_DECLS

/**
 * test_provide_amx:
 *
 * From now on @device has AMX: the processor's own, else an emulated one, thousands of times slower.  That
 * needs an x86-64 with Linux, a CPU device and a compiler that knows the instructions; elsewhere nothing
 * happens.
 *
 * Returns: whether it has
 */
gboolean test_provide_amx (MsnetDevice *device);

G_END_DECLS
