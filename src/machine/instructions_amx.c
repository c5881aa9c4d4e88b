/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "instructions.h"
#include "opencl/command_list.h"

#include <string.h>

/* Of the kernel: 32 pixels by 32 output channels, in chunks of 32 input channels. */
#define SIDE 32
#define TILE_ROWS 16

/* Values are whole numbers, so small that sums of floats are exact. */
#define MOST_VALUE 4

/* One product of the kernel multiply_panel. */
typedef struct
{
  guint chunks;
  guint pixel; /* values from pixel to pixel */
  guint turns;
} Shape;

typedef struct
{
  Shape shape;
  gint8 *pixels;  /* [32][channels] */
  gint8 *weights; /* [channels][32] */
  MsnetBuffer *sums;
  MsnetCommandList *list;
} Trial;

static void
trial_clear (Trial *trial)
{
  g_free (trial->pixels);
  g_free (trial->weights);
  msnet_command_list_free (trial->list);
  msnet_buffer_unref (trial->sums);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

static gint8 *
make_values (GRand *random, guint n)
{
  gint8 *values = g_new (gint8, n);

  for (guint i = 0; i < n; i++)
    values[i] = g_rand_int_range (random, -MOST_VALUE, MOST_VALUE + 1);
  return values;
}

/* The upper half of a float32; whole numbers as small as these have no lower one. */
static guint16
to_bf16 (gint8 value)
{
  const gfloat real = value;
  guint32 bits;

  memcpy (&bits, &real, sizeof bits);
  return bits >> 16;
}

static MsnetBuffer *
upload_pixels (MsnetDevice *device, const Trial *trial)
{
  const guint channels = trial->shape.chunks * SIDE;
  const gsize n = (gsize)SIDE * trial->shape.pixel;
  g_autofree guint16 *stored = g_new0 (guint16, n);

  for (guint i = 0; i < SIDE; i++)
    for (guint c = 0; c < channels; c++)
      stored[i * trial->shape.pixel + c] = to_bf16 (trial->pixels[i * channels + c]);
  return msnet_buffer_new_constant (device, stored, n * sizeof *stored, NULL);
}

/* [chunks][2][16][16][2]: pairs of input channels, by two tiles of 16 output channels */
static MsnetBuffer *
upload_weights (MsnetDevice *device, const Trial *trial)
{
  const gsize n = (gsize)trial->shape.chunks * SIDE * SIDE;
  g_autofree guint16 *stored = g_new (guint16, n);

  for (guint c = 0; c < trial->shape.chunks * SIDE; c++)
    for (guint o = 0; o < SIDE; o++) {
      const guint tile = c / SIDE * 2 + o / TILE_ROWS;
      const guint pair = c % SIDE / 2 * TILE_ROWS + o % TILE_ROWS;

      stored[tile * TILE_ROWS * SIDE + pair * 2 + c % 2] = to_bf16 (trial->weights[c * SIDE + o]);
    }
  return msnet_buffer_new_constant (device, stored, n * sizeof *stored, NULL);
}

static gboolean
trial_init (Trial *trial, MsnetDevice *device, const Shape *shape)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (shape->chunks);
  g_autoptr (MsnetBuffer) pixels = NULL;
  g_autoptr (MsnetBuffer) weights = NULL;

  trial->shape = *shape;
  trial->pixels = make_values (random, SIDE * shape->chunks * SIDE);
  trial->weights = make_values (random, SIDE * shape->chunks * SIDE);
  pixels = upload_pixels (device, trial);
  weights = upload_weights (device, trial);
  trial->sums = msnet_buffer_new (device, SIDE * SIDE * sizeof (gfloat), NULL);
  trial->list = msnet_command_list_new (device);
  return pixels != NULL && weights != NULL && trial->sums != NULL
         && msnet_command_list_append (trial->list,
             &(MsnetLaunch){ .file = "cpu/conv2d/amx.cl",
                 .kernel = "multiply_panel",
                 .options = "-DVECTOR_WIDTH=16 -DINPUT_BF16 -DOUTPUT_BF16",
                 MSNET_ARGUMENTS (MSNET_BUFFER (trial->sums), MSNET_BUFFER (pixels), MSNET_BUFFER (weights),
                     MSNET_INT (shape->chunks), MSNET_INT (shape->pixel), MSNET_INT (shape->turns)) },
             NULL);
}

static gboolean
is_right (const Trial *trial)
{
  const guint channels = trial->shape.chunks * SIDE;
  gfloat sums[SIDE][SIDE];

  if (!msnet_command_list_run (trial->list, NULL)
      || !msnet_buffer_download (trial->sums, 0, sums, sizeof sums, NULL))
    return FALSE;
  for (guint i = 0; i < SIDE; i++)
    for (guint o = 0; o < SIDE; o++) {
      gint expected = 0;

      for (guint c = 0; c < channels; c++)
        expected += trial->pixels[i * channels + c] * trial->weights[c * SIDE + o];
      if (sums[i][o] != (gfloat)expected * trial->shape.turns)
        return FALSE;
    }
  return TRUE;
}

/* Pixels side by side, with a gap, and at odd places. */
gboolean
msnet_instructions_is_amx_right (MsnetDevice *device)
{
  const Shape shapes[] = { { 1, 32, 1 }, { 5, 192, 3 }, { 2, 101, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_auto (Trial) trial = { .list = NULL };

    if (!trial_init (&trial, device, &shapes[i]) || !is_right (&trial))
      return FALSE;
  }
  return TRUE;
}
