/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a CPU can do beyond plain vectors, found out by trying. */
#pragma once

#include "opencl/device.h"

G_BEGIN_DECLS

/**
 * msnet_instructions_find:
 *
 * A few ms of computing and a program to build, once for all handles on a device.  Any thread.
 *
 * Pairs of bfloat16 (AVX512-BF16): the processor and the operating system say so, the device's compiler
 * takes them, it computes rightly, and it is at least 1.5 times as fast as multiplying floats.  Some
 * processors have them at half the speed of floats.
 *
 * Returns: whether bfloat16 is multiplied faster than float, by whatever units; info has which
 */
gboolean msnet_instructions_find (MsnetDevice *device);

/* The part of it that networks of floats need, tiles of bfloat16 (AMX): free if the processor has none.  It
 * is not timed: every processor that has them multiplies them about 14 times as fast as floats.  A timing
 * said between 4 and 14, by what else the machine did, and elements that were opened one after the other ran
 * different kernels. */
void msnet_instructions_find_amx (MsnetDevice *device);

/* Whether @device's compiler takes the instructions of AMX, and they compute rightly.  If the processor has
 * none, and nobody emulates them, they end the process. */
gboolean msnet_instructions_is_amx_right (MsnetDevice *device);

G_END_DECLS
