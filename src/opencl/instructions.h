/* What a CPU can do beyond plain vectors, found out by trying. */
#pragma once

#include "command_list.h"

G_BEGIN_DECLS

/* Whether kernels on @device may multiply pairs of bfloat16 (AVX512-BF16): the processor and the operating system
 * say so, the device's compiler takes it, it computes rightly, and it is at least 1.5 times as fast as multiplying
 * floats.  Some processors have it at half the speed of floats. */
gboolean msnet_instructions_try_bf16 (MsnetDevice *device);

/* The same for tiles of bfloat16 (AMX): they must be six times as fast, so that three products of them, which make one
 * of floats, are clearly faster than that one. */
gboolean msnet_instructions_try_amx (MsnetDevice *device);

/* Whether @device's compiler takes the instructions of AMX, and they compute rightly.  Where the processor has none, and
 * nobody emulates them, they end the process. */
gboolean msnet_instructions_is_amx_right (MsnetDevice *device);

/* Returns: how many products of floats one core adds up in the time in which it runs @list; the best times of some
 * rounds.  G_MAXDOUBLE: it cannot be told */
gdouble msnet_instructions_count_floats (MsnetCommandList *list);

G_END_DECLS
