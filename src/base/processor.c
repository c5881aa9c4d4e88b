/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "processor.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Bits of leaves 1 and 7, of XCR0, and the kernel's name for tile data. */
#define OSXSAVE (1u << 27)
#define AMX_BF16 (1u << 22)
#define AMX_TILE (1u << 24)
#define STATES_OF_TILES (3u << 17)
#define REQUEST_PERMISSION 0x1023
#define TILE_DATA 18

#define LEAF_TILES 0x1d
#define PALETTE 1

static gboolean
has_instructions (void)
{
  guint a, b, c, d;

  return __get_cpuid_count (7, 0, &a, &b, &c, &d) && (d & AMX_TILE) && (d & AMX_BF16);
}

/* Whether the operating system keeps tiles when it changes threads. */
static gboolean
are_tiles_kept (void)
{
  guint a, b, c, d, enabled;

  if (!__get_cpuid (1, &a, &b, &c, &d) || !(c & OSXSAVE))
    return FALSE;
  __asm__("xgetbv" : "=a"(enabled), "=d"(d) : "c"(0));
  return (enabled & STATES_OF_TILES) == STATES_OF_TILES;
}

/* Eight tiles of 16 rows of 64 bytes: loading a configuration of more would be a fault. */
static gboolean
are_tiles_large_enough (void)
{
  guint a, b, c, d;

  return __get_cpuid_count (LEAF_TILES, PALETTE, &a, &b, &c, &d) && b >> 16 >= 8 && (b & 0xffff) >= 64
         && (c & 0xffff) >= 16;
}

gboolean
msnet_processor_may_use_amx (void)
{
  return has_instructions () && are_tiles_kept () && are_tiles_large_enough ()
         && syscall (SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}
#else
gboolean
msnet_processor_may_use_amx (void)
{
  return FALSE;
}
#endif

gboolean
msnet_processor_has_bf16 (void)
{
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_cpu_supports ("avx512bf16");
#else
  return FALSE;
#endif
}
