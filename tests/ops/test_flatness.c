/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/correlation.h"
#include "reference/correlation.h"

static MsnetDevice *device;

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_flatness_append (list, params, error);
}

/* Scores as a correlation makes them: never negative, many zeros, nothing outside the map. */
static gfloat *
make_scores (GRand *random, const MsnetShape *features, guint patch, guint dilation)
{
  g_autofree gfloat *values = test_random_values (random, msnet_shape_get_size (features), -1.0, 1.0);
  gfloat *scores
      = g_new (gfloat, (gsize)features->frames * features->height * features->width * patch * patch);

  reference_correlation (scores, values, features, patch, dilation, MSNET_DIRECTION_PAST);
  return scores;
}

static void
check_shape (GRand *random, const MsnetShape *features, guint patch, guint dilation)
{
  g_autofree gchar *what = g_strdup_printf ("flatness %ux%ux%u, patch %u, dilation %u", features->frames,
      features->height, features->width, patch, dilation);
  const MsnetShape cells = { features->frames, features->height, features->width, patch * patch };
  const MsnetShape flat = { features->frames, features->height, features->width, 1 };
  MsnetShape in = test_random_borders (random, cells, 0);
  MsnetShape out = test_random_borders (random, flat, 0);
  g_autofree gfloat *values = make_scores (random, features, patch, dilation);
  g_autofree gfloat *expected = g_new (gfloat, msnet_shape_get_size (&flat));
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) flatness = test_tensor_new (device, &out, NULL);
  const MsnetFlatnessParams params = { flatness, scores, patch, dilation };

  reference_flatness (expected, values, cells.frames, cells.height, cells.width, patch, dilation);
  test_kernels (&msnet_flatness_operation, device, what, &params, flatness, expected, 0.0);
}

START_TEST (equals_its_twin)
{
  const guint patches[] = { 1, 3, 5, 9, 15, 15, 31 };
  g_autoptr (GRand) random = g_rand_new_with_seed (81);

  for (guint i = 0; i < 60; i++) {
    const MsnetShape features = { g_rand_int_range (random, 1, 3), g_rand_int_range (random, 1, 20),
      g_rand_int_range (random, 1, 20), g_rand_int_range (random, 1, 6) };
    check_shape (random, &features, TEST_PICK (random, patches), 1 + i % 2);
  }
  test_expect_all_kernels (&msnet_flatness_operation);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 9 }, NULL);
  g_autoptr (MsnetTensor) flatness = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 2 }, NULL);
  MsnetFlatnessParams params = { flatness, scores, 3, 1 };

  test_refusal (device, append, &params, "flatness: expected output of shape [2, 3, 4, 1]");
  params.patch = 5;
  test_refusal (device, append, &params, "flatness: expected scores of shape [2, 3, 4, 25]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("flatness");
  TCase *tests = tcase_create ("flatness");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
