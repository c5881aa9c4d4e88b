/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "amx.h"

#include "machine/instructions.h"

#if defined(__x86_64__) && defined(__linux__)
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define N_TILES 8
#define MOST_ROWS 16
#define ROW_BYTES 64
#define N_FLOATS 16

/* As ldtilecfg reads it. */
typedef struct
{
  guint8 palette;
  guint8 first_row;
  guint8 reserved[14];
  guint16 row_bytes[16];
  guint8 rows[16];
} Shapes;

/* What a thread has. */
static __thread Shapes shapes;
static __thread guint8 tiles[N_TILES][MOST_ROWS][ROW_BYTES];

/* An instruction behind a VEX prefix of three bytes, as the manual names its parts. */
typedef struct
{
  const guint8 *bytes;
  guint prefix; /* pp: 0 none, 1 66, 2 F3, 3 F2 */
  guint vvvv;
  guint mod;
  guint reg;
  guint rm;
  guint length;
} Instruction;

static gboolean
decode (Instruction *instruction, const guint8 *bytes)
{
  *instruction = (Instruction){ .bytes = bytes,
    .prefix = bytes[2] & 3,
    .vvvv = ~bytes[2] >> 3 & 15,
    .mod = bytes[4] >> 6,
    .reg = bytes[4] >> 3 & 7,
    .rm = bytes[4] & 7,
    .length = 5 };
  return bytes[0] == 0xc4 && (bytes[1] & 31) == 2 && (bytes[2] & 0x84) == 0;
}

/* The registers of a context in the order of their numbers. */
static guint64
get_register (const ucontext_t *context, guint number)
{
  static const int order[] = { REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI, REG_R8,
    REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };

  return context->uc_mcontext.gregs[order[number]];
}

static gint32
read_displacement (Instruction *instruction)
{
  const guint8 *bytes = instruction->bytes + instruction->length;
  gint32 wide = 0;

  if (instruction->mod == 1) {
    instruction->length += 1;
    return (gint8)*bytes;
  }
  if (instruction->mod == 2) {
    memcpy (&wide, bytes, sizeof wide);
    instruction->length += 4;
  }
  return wide;
}

/* Where the memory begins, and bytes from row to row where there is an index.  Bases that are no register
 * abort: no kernel has any. */
static guint8 *
find_memory (Instruction *instruction, const ucontext_t *context, gint64 *pitch)
{
  const guint8 extension = ~instruction->bytes[1];
  guint base = instruction->rm | (extension & 0x20 ? 8 : 0);
  guint64 address;

  *pitch = 0;
  if (instruction->rm == 4) {
    const guint8 sib = instruction->bytes[instruction->length++];
    const guint index = (sib >> 3 & 7) | (extension & 0x40 ? 8 : 0);

    base = (sib & 7) | (extension & 0x20 ? 8 : 0);
    if (index != 4)
      *pitch = get_register (context, index) << (sib >> 6);
  }
  if (instruction->mod == 0 && (base & 7) == 5)
    abort ();
  address = get_register (context, base) + read_displacement (instruction);
  return (guint8 *)address;
}

static void
load_shapes (const guint8 *memory)
{
  memcpy (&shapes, memory, sizeof shapes);
  memset (tiles, 0, sizeof tiles);
  if (shapes.palette != 1)
    abort ();
  for (guint tile = 0; tile < N_TILES; tile++)
    if (shapes.rows[tile] > MOST_ROWS || shapes.row_bytes[tile] > ROW_BYTES)
      abort ();
}

static void
move_tile (guint tile, guint8 *memory, gint64 pitch, gboolean is_load)
{
  if (shapes.palette == 0) /* as the processor would: not without a configuration */
    abort ();
  for (guint row = 0; row < shapes.rows[tile]; row++) {
    if (is_load)
      memcpy (tiles[tile][row], memory + row * pitch, shapes.row_bytes[tile]);
    else
      memcpy (memory + row * pitch, tiles[tile][row], shapes.row_bytes[tile]);
  }
}

/* Even and odd channels are summed apart, then added, as the processor does.  Products of bfloat16 are exact
 * in float: no fma is needed. */
static void
multiply_row (gfloat *sums, const guint32 *pixels, guint n_pairs, guint8 weights[MOST_ROWS][ROW_BYTES])
{
  gfloat even[N_FLOATS] = { 0 }, odd[N_FLOATS] = { 0 };

  for (guint k = 0; k < n_pairs; k++) {
    const guint32 bits[2] = { pixels[k] << 16, pixels[k] & 0xffff0000 };
    guint32 low[N_FLOATS], high[N_FLOATS];
    gfloat value[2], factors[N_FLOATS], others[N_FLOATS];

    memcpy (value, bits, sizeof value);
    memcpy (high, weights[k], sizeof high);
    for (guint i = 0; i < N_FLOATS; i++) {
      low[i] = high[i] << 16;
      high[i] &= 0xffff0000;
    }
    memcpy (factors, low, sizeof factors);
    memcpy (others, high, sizeof others);
    for (guint i = 0; i < N_FLOATS; i++) {
      even[i] += value[0] * factors[i];
      odd[i] += value[1] * others[i];
    }
  }
  for (guint i = 0; i < N_FLOATS; i++)
    sums[i] += even[i] + odd[i];
}

static void
multiply_tiles (guint sum, guint pixels, guint weights)
{
  for (guint row = 0; row < shapes.rows[sum]; row++) {
    gfloat sums[N_FLOATS];
    guint32 pairs[N_FLOATS];

    memcpy (sums, tiles[sum][row], sizeof sums);
    memcpy (pairs, tiles[pixels][row], sizeof pairs);
    multiply_row (sums, pairs, shapes.row_bytes[pixels] / 4, tiles[weights]);
    memcpy (tiles[sum][row], sums, sizeof sums);
  }
}

/* Opcode 49: what is about all tiles, and tilezero. */
static gboolean
emulate_state (Instruction *instruction, const ucontext_t *context)
{
  gint64 pitch;

  if (instruction->prefix == 0 && instruction->mod != 3 && instruction->reg == 0)
    load_shapes (find_memory (instruction, context, &pitch));
  else if (instruction->prefix == 0 && instruction->mod == 3)
    memset (&shapes, 0, sizeof shapes);
  else if (instruction->prefix == 3 && instruction->mod == 3)
    memset (tiles[instruction->reg], 0, sizeof tiles[0]);
  else
    return FALSE;
  return TRUE;
}

/* Returns: FALSE for any other instruction */
static gboolean
emulate (Instruction *instruction, const ucontext_t *context)
{
  const gboolean is_load = instruction->prefix == 3;
  gint64 pitch;
  guint8 *memory;

  switch (instruction->bytes[3]) {
  case 0x49:
    return emulate_state (instruction, context);
  case 0x4b: /* tileloadd, tilestored */
    if (instruction->prefix < 2 || instruction->mod == 3)
      return FALSE;
    memory = find_memory (instruction, context, &pitch);
    move_tile (instruction->reg, memory, pitch, is_load);
    return TRUE;
  case 0x5c: /* tdpbf16ps */
    if (instruction->prefix != 2 || instruction->mod != 3)
      return FALSE;
    multiply_tiles (instruction->reg, instruction->rm, instruction->vvvv);
    return TRUE;
  default:
    return FALSE;
  }
}

/* Those that follow the first at once are computed with it: a signal takes as long as a product. */
static void
handle (int number, siginfo_t *information, void *data)
{
  ucontext_t *context = data;
  greg_t *const next = &context->uc_mcontext.gregs[REG_RIP];
  const greg_t first = *next;
  Instruction instruction;

  while (decode (&instruction, (const guint8 *)*next) && emulate (&instruction, context))
    *next += instruction.length;
  if (*next == first)
    signal (number, SIG_DFL); /* raised again on return */
}

gboolean
test_provide_amx (MsnetDevice *device)
{
  const struct sigaction action = { .sa_sigaction = handle, .sa_flags = SA_SIGINFO };

  msnet_instructions_find_amx (device);
  if (msnet_device_get_info (device)->has_amx)
    return TRUE;
  if (!msnet_device_get_info (device)->is_cpu || sigaction (SIGILL, &action, NULL) != 0)
    return FALSE;
  msnet_device_set_ability (device, MSNET_ABILITY_AMX, msnet_instructions_is_amx_right (device));
  return msnet_device_get_info (device)->has_amx;
}
#else
gboolean
test_provide_amx (MsnetDevice *device)
{
  return FALSE;
}
#endif
