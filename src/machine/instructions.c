/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "instructions.h"

#include "arguments/chains.h"
#include "base/processor.h"
#include "opencl/command_list.h"

#include <math.h>

#define TURNS 100000
#define LEAST_ROUNDS 10
#define MOST_ROUNDS 200
#define LEAST_GAIN 1.5
#define VECTOR_WIDTH 16
#define A_TURN 5.0f /* adds 1 * 3 and 2 * 1 */
#define MEAN_BEGIN 5.5f

/* The kernel of cpu/products.cl in one of its two forms; that of pairs makes twice as many products. */
typedef struct
{
  MsnetBuffer *sums;
  MsnetCommandList *list;
} Trial;

static void
trial_clear (Trial *trial)
{
  msnet_command_list_free (trial->list);
  msnet_buffer_unref (trial->sums);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

static gboolean
trial_init (Trial *trial, MsnetDevice *device, const gchar *options)
{
  trial->list = msnet_command_list_new (device);
  trial->sums = msnet_buffer_new (device, 2 * VECTOR_WIDTH * sizeof (gfloat), NULL);
  return trial->sums != NULL
         && msnet_command_list_append (trial->list,
             &(MsnetLaunch){ .file = "cpu/products.cl",
                 .kernel = "products",
                 .options = options,
                 MSNET_ARGUMENTS (MSNET_BUFFER (trial->sums), MSNET_INT (TURNS)) },
             NULL);
}

/* Whether pairs are: numbers are small enough for every sum to be exact. */
static gboolean
is_right (const Trial *trial)
{
  const gfloat expected = A_TURN * TURNS + MEAN_BEGIN;
  gfloat sums[2 * VECTOR_WIDTH];

  if (!msnet_command_list_run (trial->list, NULL)
      || !msnet_buffer_download (trial->sums, 0, sums, sizeof sums, NULL))
    return FALSE;
  for (guint i = 0; i < VECTOR_WIDTH; i++)
    if (sums[i] != expected || fabsf (sums[VECTOR_WIDTH + i] - expected) > expected / 256)
      return FALSE;
  return TRUE;
}

static gint64
time_once (MsnetCommandList *list)
{
  const gint64 start = g_get_monotonic_time ();

  return msnet_command_list_run (list, NULL) ? g_get_monotonic_time () - start : G_MAXINT64;
}

/* Whether one core adds up so many more products of pairs, with @list, than of floats.  In turn, so that both
 * see the same neighbours on the machine; the best times of some rounds.  Other work slows down either of
 * them: what looks slow is tried for longer. */
static gboolean
are_pairs_faster (MsnetCommandList *list)
{
  g_auto (Trial) floats = { NULL };
  gint64 best = G_MAXINT64, best_floats = G_MAXINT64;
  gboolean faster = FALSE;

  if (!trial_init (&floats, msnet_command_list_get_device (list), "-DVECTOR_WIDTH=16"))
    return FALSE;
  for (guint i = 0; i < MOST_ROUNDS && (i < LEAST_ROUNDS || !faster); i++) {
    best = MIN (best, time_once (list));
    best_floats = MIN (best_floats, time_once (floats.list));
    faster = best < G_MAXINT64 && 2.0 * best_floats >= LEAST_GAIN * best;
  }
  return faster;
}

static gboolean
try_bf16 (MsnetDevice *device)
{
  g_auto (Trial) pairs = { NULL };

  return msnet_device_get_info (device)->is_cpu && msnet_processor_has_bf16 ()
         && trial_init (&pairs, device, "-DVECTOR_WIDTH=16 -DPRODUCTS_BF16") && is_right (&pairs)
         && are_pairs_faster (pairs.list);
}

static gboolean
try_amx (MsnetDevice *device)
{
  return msnet_device_get_info (device)->is_cpu && msnet_processor_may_use_amx ()
         && msnet_instructions_is_amx_right (device);
}

void
msnet_instructions_find_amx (MsnetDevice *device)
{
  msnet_device_find_out (device, MSNET_ABILITY_AMX, try_amx);
}

gboolean
msnet_instructions_find (MsnetDevice *device)
{
  const gboolean has_bf16 = msnet_device_find_out (device, MSNET_ABILITY_BF16, try_bf16);

  return msnet_device_find_out (device, MSNET_ABILITY_AMX, try_amx) || has_bf16;
}
