/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/correlation.h"
#include "reference/correlation.h"

#include <math.h>

static MsnetDevice *device;

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_displacement_append (list, params, error);
}

/* Scores of few different values where @coarse: the best one then occurs several times in a cell. */
static gfloat *
random_scores (GRand *random, gsize n, gboolean coarse)
{
  gfloat *scores = test_random_values (random, n, 0.0, 1.0);

  for (gsize i = 0; coarse && i < n; i++)
    scores[i] = (gint)(scores[i] * 3.0f) / 4.0f;
  return scores;
}

/* Both halves of direction both, expected: [T, H, W, 2 * channels] of scores of twice the pairs. */
static void
refer_to_both (gfloat *expected, const gfloat *scores, const ReferenceDisplacement *sizes)
{
  const gsize n_cells = (gsize)sizes->frames * sizes->height * sizes->width;
  const gsize n_scores = (gsize)sizes->pairs * sizes->height * sizes->width * sizes->patch * sizes->patch;
  g_autofree gfloat *half = g_new (gfloat, n_cells * sizes->channels);

  for (guint i = 0; i < 2; i++) {
    reference_displacement (half, scores + i * n_scores, sizes);
    for (gsize k = 0; k < n_cells * sizes->channels; k++)
      expected[(k / sizes->channels * 2 + i) * sizes->channels + k % sizes->channels] = half[k];
  }
}

/* @sizes: of one half with direction both */
static void
check_both (GRand *random, const ReferenceDisplacement *sizes)
{
  const MsnetShape in = { 2 * sizes->pairs, sizes->height, sizes->width, sizes->patch * sizes->patch };
  const MsnetShape out = { sizes->pairs + 1, sizes->height, sizes->width, 2 * sizes->channels };
  g_autofree gfloat *values = test_random_values (random, msnet_shape_get_size (&in), 0.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, msnet_shape_get_size (&out));
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) displacement = test_tensor_new (device, &out, NULL);
  const MsnetDisplacementParams params
      = { displacement, scores, sizes->patch, MSNET_DIRECTION_BOTH, sizes->sigma, sizes->temperature };

  refer_to_both (expected, values, sizes);
  test_kernels (&msnet_displacement_operation, device, "both", &params, displacement, expected, 2e-5);
}

START_TEST (both_directions_lie_side_by_side)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (72);

  for (guint i = 0; i < 12; i++) {
    const guint pairs = 1 + i % 3;
    const ReferenceDisplacement sizes = { .frames = pairs + 1,
      .pairs = pairs,
      .height = 3,
      .width = 4,
      .channels = 2 + i % 2,
      .patch = 3 + 2 * i,
      .sigma = i % 4 ? 3.0 : INFINITY,
      .temperature = 0.1 };

    check_both (random, &sizes);
  }
}
END_TEST

static void
check_sizes (GRand *random, const ReferenceDisplacement *sizes, gboolean coarse)
{
  g_autofree gchar *what = g_strdup_printf ("displacement %u of %u pairs, %ux%ux%u, patch %u", sizes->frames,
      sizes->pairs, sizes->height, sizes->width, sizes->channels, sizes->patch);
  const MsnetShape cells = { sizes->pairs, sizes->height, sizes->width, sizes->patch * sizes->patch };
  const MsnetShape vectors = { sizes->frames, sizes->height, sizes->width, sizes->channels };
  MsnetShape in = test_random_borders (random, cells, 0);
  MsnetShape out = test_random_borders (random, vectors, 0);
  g_autofree gfloat *values = random_scores (random, msnet_shape_get_size (&cells), coarse);
  g_autofree gfloat *expected = g_new (gfloat, msnet_shape_get_size (&vectors));
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) displacement = test_tensor_new (device, &out, NULL);
  const MsnetDisplacementParams params = {
    .displacement = displacement,
    .scores = scores,
    .patch = sizes->patch,
    .direction = sizes->frames > sizes->pairs ? MSNET_DIRECTION_FORWARD : MSNET_DIRECTION_PAST,
    .sigma = sizes->sigma,
    .temperature = sizes->temperature,
  };

  reference_displacement (expected, values, sizes);
  test_kernels (&msnet_displacement_operation, device, what, &params, displacement, expected, 2e-5);
}

START_TEST (equals_its_twin)
{
  const guint patches[] = { 3, 5, 7, 9, 11, 13, 15, 15, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33 };
  const gdouble temperatures[] = { 0.01, 0.03, 0.1, 1.0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (71);

  for (guint i = 0; i < 100; i++) {
    guint pairs = g_rand_int_range (random, 1, 4);
    const ReferenceDisplacement sizes = {
      .frames = pairs + g_rand_int_range (random, 0, 2),
      .pairs = pairs,
      .height = g_rand_int_range (random, 1, 6),
      .width = g_rand_int_range (random, 1, 6),
      .channels = g_rand_int_range (random, 2, 4),
      .patch = TEST_PICK (random, patches),
      .sigma = i % 5 == 0 ? INFINITY : g_rand_double_range (random, 1.0, 6.0),
      .temperature = TEST_PICK (random, temperatures),
    };
    check_sizes (random, &sizes, i % 3 == 0);
  }
  test_expect_all_kernels (&msnet_displacement_operation);
}
END_TEST

/* Nothing matches anywhere: every displacement is as likely, and the mean of them is none. */
START_TEST (cells_without_a_match_stay_where_they_are)
{
  const MsnetShape cells = { 2, 2, 3, 225 };
  const gfloat nothing[2 * 2 * 3 * 3] = { 0.0f };
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &cells, NULL);
  g_autoptr (MsnetTensor) displacement = test_tensor_new (device, &(MsnetShape){ 2, 2, 3, 3 }, NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  const MsnetDisplacementParams params
      = { displacement, scores, 15, MSNET_DIRECTION_PAST, .sigma = 5.0, .temperature = 0.01 };
  gfloat found[G_N_ELEMENTS (nothing)];

  ck_assert (append (list, &params, NULL));
  ck_assert (msnet_command_list_run (list, NULL));
  ck_assert (msnet_tensor_download (displacement, found, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    ck_assert_float_eq_tol (found[i], 0.0f, 1e-6f);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 9 }, NULL);
  g_autoptr (MsnetTensor) displacement = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 3 }, NULL);
  MsnetDisplacementParams params = { displacement, scores, 3, MSNET_DIRECTION_FORWARD, 5.0, 0.01 };

  test_refusal (device, append, &params, "displacement: expected output of shape [3, 3, 4, 3]");
  params.patch = 5;
  test_refusal (device, append, &params, "expected scores of shape [2, 3, 4, 25]");
  params.patch = 1;
  test_refusal (device, append, &params, "expected an odd patch >= 3, found 1");
  params.patch = 3;
  params.direction = MSNET_DIRECTION_BOTH;
  test_refusal (device, append, &params, "displacement: expected output of shape [2, 3, 4, 4]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("displacement");
  TCase *tests = tcase_create ("displacement");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, both_directions_lie_side_by_side);
  tcase_add_test (tests, cells_without_a_match_stay_where_they_are);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
