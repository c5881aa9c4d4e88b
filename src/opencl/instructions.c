#include "instructions.h"

#include "command_list.h"
#include "processor.h"

#include <math.h>

#define TURNS 100000
#define ROUNDS 10
#define LEAST_GAIN 1.5
#define VECTOR_WIDTH 16
#define MEAN_BEGIN 5.5f

/* The kernel of cpu/products.cl in one of its two forms. */
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

/* @a_turn: what a turn adds; numbers are small enough for every sum to be exact. */
static gboolean
is_right (const Trial *trial, gfloat a_turn)
{
  const gfloat expected = a_turn * TURNS + MEAN_BEGIN;
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
time_once (const Trial *trial)
{
  const gint64 start = g_get_monotonic_time ();

  return msnet_command_list_run (trial->list, NULL) ? g_get_monotonic_time () - start : G_MAXINT64;
}

/* In turn, so that both see the same neighbours on the machine. */
static gboolean
is_faster (const Trial *pairs, const Trial *floats)
{
  gint64 best = G_MAXINT64, best_floats = G_MAXINT64;

  for (guint i = 0; i < ROUNDS; i++) {
    best = MIN (best, time_once (pairs));
    best_floats = MIN (best_floats, time_once (floats));
  }
  return best * LEAST_GAIN <= 2.0 * best_floats; /* of half the products */
}

gboolean
msnet_instructions_try_bf16 (MsnetDevice *device)
{
  g_auto (Trial) pairs = { NULL };
  g_auto (Trial) floats = { NULL };

  return msnet_device_get_info (device)->is_cpu && msnet_processor_has_bf16 ()
         && trial_init (&pairs, device, "-DVECTOR_WIDTH=16 -DPRODUCTS_BF16")
         && trial_init (&floats, device, "-DVECTOR_WIDTH=16") && is_right (&pairs, 5.0f)
         && is_right (&floats, 3.0f) && is_faster (&pairs, &floats);
}
