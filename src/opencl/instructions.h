/* What a CPU can do beyond plain vectors, found out by trying. */
#pragma once

#include "command_list.h"

G_BEGIN_DECLS

/* Whether kernels on @device may multiply pairs of bfloat16 (AVX512-BF16): the processor and the operating system
 * say so, the device's compiler takes it, it computes rightly, and it is at least 1.5 times as fast as multiplying
 * floats.  Some processors have it at half the speed of floats. */
gboolean msnet_instructions_try_bf16 (MsnetDevice *device);

/* The same for tiles of bfloat16 (AMX), but for the timing: every processor that has them multiplies them about 14 times
 * as fast as floats.  A timing told between 4 and 14, by what else the machine was at, and elements that were opened one
 * after the other ran different kernels. */
gboolean msnet_instructions_try_amx (MsnetDevice *device);

/* Whether @device's compiler takes the instructions of AMX, and they compute rightly.  Where the processor has none, and
 * nobody emulates them, they end the process. */
gboolean msnet_instructions_is_amx_right (MsnetDevice *device);

G_END_DECLS
