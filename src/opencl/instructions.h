/* What a CPU can do beyond plain vectors, found out by trying. */
#pragma once

#include "device.h"

G_BEGIN_DECLS

/* Whether kernels on @device may multiply pairs of bfloat16 (AVX512-BF16): the processor and the operating system
 * say so, the device's compiler takes it, it computes rightly, and it is at least 1.5 times as fast as multiplying
 * floats.  Some processors have it at half the speed of floats. */
gboolean msnet_instructions_try_bf16 (MsnetDevice *device);

G_END_DECLS
