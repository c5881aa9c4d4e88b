/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "tensor/arena.h"

static MsnetDevice *device;

static MsnetTensor *
acquire (MsnetArena *arena, guint channels)
{
  const MsnetShape shape = { 1, 1, 1, channels };
  MsnetTensor *tensor = msnet_arena_acquire (arena, &shape, NULL);

  ck_assert_ptr_nonnull (tensor);
  return tensor;
}

static void
fill (MsnetTensor *tensor, gfloat value)
{
  gsize n = msnet_shape_get_size (&tensor->shape);
  g_autofree gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = value;
  ck_assert (msnet_tensor_upload (tensor, values, NULL));
}

static gboolean
holds (MsnetTensor *tensor, gfloat value)
{
  gsize n = msnet_shape_get_size (&tensor->shape);
  g_autofree gfloat *values = g_new (gfloat, n);

  ck_assert (msnet_tensor_download (tensor, values, NULL));
  for (gsize i = 0; i < n; i++)
    if (values[i] != value)
      return FALSE;
  return TRUE;
}

START_TEST (lives_that_do_not_overlap_share_memory)
{
  g_autoptr (MsnetArena) arena = msnet_arena_new (device, TRUE);
  MsnetTensor *first = acquire (arena, 4096), *second, *third;

  second = acquire (arena, 1024);
  msnet_arena_release (arena, first);
  third = acquire (arena, 2048);
  ck_assert (msnet_arena_place (arena, NULL));
  ck_assert_uint_eq (msnet_arena_get_bytes (arena), 5120 * sizeof (gfloat));
  ck_assert_uint_eq (msnet_arena_get_least_bytes (arena), 5120 * sizeof (gfloat));
  fill (first, 1);
  fill (second, 2);
  ck_assert (holds (first, 1) && holds (second, 2));
  fill (third, 3);
  ck_assert (!holds (first, 1) && holds (second, 2) && holds (third, 3));
}
END_TEST

START_TEST (everything_is_kept_when_asked)
{
  g_autoptr (MsnetArena) arena = msnet_arena_new (device, FALSE);
  MsnetTensor *first = acquire (arena, 64), *second;

  msnet_arena_release (arena, first);
  second = acquire (arena, 64);
  ck_assert (msnet_arena_place (arena, NULL));
  fill (first, 1);
  fill (second, 2);
  ck_assert (holds (first, 1));
}
END_TEST

/* Chains of random lives: whoever lives is not overwritten, and not much memory is lost. */
START_TEST (random_lives)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 20; round++) {
    g_autoptr (MsnetArena) arena = msnet_arena_new (device, TRUE);
    MsnetTensor *tensors[40];
    guint ends[40];

    for (guint i = 0; i < G_N_ELEMENTS (tensors); i++) {
      tensors[i] = acquire (arena, g_rand_int_range (random, 1, 3000));
      ends[i] = i + g_rand_int_range (random, 1, 6);
      for (guint j = 0; j <= i; j++)
        if (ends[j] == i)
          msnet_arena_release (arena, tensors[j]);
    }
    ck_assert (msnet_arena_place (arena, NULL));
    ck_assert_uint_ge (msnet_arena_get_bytes (arena), msnet_arena_get_least_bytes (arena));
    ck_assert_uint_le (msnet_arena_get_bytes (arena), 1.3 * msnet_arena_get_least_bytes (arena));
    for (guint i = 0; i < G_N_ELEMENTS (tensors); i++) {
      fill (tensors[i], i + 1);
      for (guint j = 0; j < i; j++)
        ck_assert (ends[j] < i || holds (tensors[j], j + 1));
    }
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("arena");
  TCase *tests = tcase_create ("arena");

  device = test_get_device ();
  tcase_add_test (tests, lives_that_do_not_overlap_share_memory);
  tcase_add_test (tests, everything_is_kept_when_asked);
  tcase_add_test (tests, random_lives);
  suite_add_tcase (suite, tests);
  return suite;
}
