/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "noise.h"

#define SIZE (NOISE_WIDTH * NOISE_HEIGHT)

guint8 *
noise_new (guint n, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *noise = g_malloc (n * SIZE);

  for (guint i = 0; i < n * SIZE; i++)
    noise[i] = g_rand_int_range (random, 0, 256);
  return noise;
}

MsnetFrame
noise_get_picture (const guint8 *noise, guint index)
{
  return (MsnetFrame){
    .pixels = MSNET_PIXELS_GRAY,
    .width = NOISE_WIDTH,
    .height = NOISE_HEIGHT,
    .planes = { { noise + index * SIZE, SIZE } },
    .n_planes = 1,
    .components = { { .stride = NOISE_WIDTH, .step = 1 } },
    .scales = { 255 },
  };
}
