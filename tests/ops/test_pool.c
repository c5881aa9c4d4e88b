/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/map.h"
#include "ops/pool.h"
#include "reference/pool.h"

static MsnetDevice *device;

static gboolean
append_max_pool (MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;

  return msnet_max_pool_append (list, params->output, params->input, error);
}

static gboolean
append_average_pool (MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetMapParams *params = data;

  return msnet_average_pool_append (list, params->output, params->input, error);
}

/* @grid: of the average's parts; 0: the maximum */
static void
check_pool (GRand *random, const MsnetShape *in, MsnetShape out, guint grid)
{
  const MsnetOperation *operation = grid == 0 ? &msnet_max_pool_operation : &msnet_average_pool_operation;
  g_autofree gchar *what
      = g_strdup_printf ("pool %ux%ux%ux%u, grid %u", in->frames, in->height, in->width, in->channels, grid);
  g_autofree gfloat *values = test_random_values (random, msnet_shape_get_size (in), 0.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, msnet_shape_get_size (&out));
  gdouble tolerance = test_get_tolerance (out.data_type, 1e-6);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, in, values);
  g_autoptr (MsnetTensor) output = NULL;

  out = test_random_borders (random, out, 0);
  output = test_tensor_new (device, &out, NULL);
  test_round_values (values, msnet_shape_get_size (in), in->data_type);
  if (grid == 0)
    reference_max_pool (expected, values, in);
  else
    reference_average_pool (expected, values, in, grid);
  test_kernels (operation, device, what, &(MsnetMapParams){ output, input }, output, expected, tolerance);
}

static MsnetShape
random_shape (GRand *random, guint halo)
{
  const guint channels[] = { 1, 3, 7, 8, 9, 16, 24, 64 };
  const MsnetShape shape = { g_rand_int_range (random, 1, 4), g_rand_int_range (random, 1, 12),
    g_rand_int_range (random, 1, 12), TEST_PICK (random, channels),
    .data_type = g_rand_boolean (random) ? MSNET_BFLOAT16 : MSNET_FLOAT32 };

  return test_random_borders (random, shape, halo);
}

START_TEST (max_pool_equals_its_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (21);

  for (guint i = 0; i < 60; i++) {
    MsnetShape in = random_shape (random, 1);
    MsnetShape out
        = { in.frames, (in.height + 1) / 2, (in.width + 1) / 2, in.channels, .data_type = in.data_type };
    check_pool (random, &in, out, 0);
  }
  test_expect_all_kernels (&msnet_max_pool_operation);
}
END_TEST

START_TEST (average_pool_equals_its_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (22);

  for (guint i = 0; i < 90; i++) {
    MsnetShape in = random_shape (random, 0);
    const guint grid = g_rand_int_range (random, 1, MIN (4, MIN (in.height, in.width)) + 1);
    MsnetShape out = { in.frames, 1, 1, grid * grid * in.channels };

    check_pool (random, &in, out, grid);
  }
  test_expect_all_kernels (&msnet_average_pool_operation);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) bare = test_tensor_new (device, &(MsnetShape){ 2, 5, 6, 8 }, NULL);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 2, 5, 6, 8, 1 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 2, 2, 3, 8 }, NULL);

  test_refusal (device, append_max_pool, &(MsnetMapParams){ output, bare },
      "max pool: expected input of shape [2, 5, 6, 8] with halo >= 1, found [2, 5, 6, 8] with halo 0");
  test_refusal (device, append_max_pool, &(MsnetMapParams){ output, input },
      "expected output of shape [2, 3, 3, 8] with halo >= 0, found [2, 2, 3, 8]");
  input->shape.data_type = MSNET_BFLOAT16;
  output->shape.height = 3;
  test_refusal (device, append_max_pool, &(MsnetMapParams){ output, input },
      "expected output of shape [2, 3, 3, 8] of bfloat16 with halo >= 0, found [2, 3, 3, 8]");
  test_refusal (device, append_average_pool, &(MsnetMapParams){ output, input },
      "average pool: expected output of shape [2, 1, 1, 8]");
  output->shape = (MsnetShape){ 2, 1, 1, 33 };
  test_refusal (device, append_average_pool, &(MsnetMapParams){ output, input },
      "average pool: expected output of shape [2, 1, 1, 72]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("pool");
  TCase *tests = tcase_create ("pool");

  device = test_get_device ();
  tcase_add_test (tests, max_pool_equals_its_twin);
  tcase_add_test (tests, average_pool_equals_its_twin);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
