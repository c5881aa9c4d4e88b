/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/correlation.h"
#include "reference/correlation.h"

static MsnetDevice *device;

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_correlation_append (list, params, error);
}

static const gchar *const direction_names[] = { "forward", "past", "both" };

static void
check_shape (GRand *random, const MsnetShape *shape, guint patch, guint dilation, MsnetDirection direction)
{
  g_autofree gchar *what
      = g_strdup_printf ("correlation %ux%ux%ux%u, patch %u, dilation %u, %s", shape->frames, shape->height,
          shape->width, shape->channels, patch, dilation, direction_names[direction]);
  const MsnetShape pairs
      = { msnet_direction_get_pairs (direction, shape->frames), shape->height, shape->width, patch * patch };
  MsnetShape in = test_random_borders (random, *shape, 0);
  MsnetShape out = test_random_borders (random, pairs, 0);
  g_autofree gfloat *values = test_random_values (random, msnet_shape_get_size (shape), -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, msnet_shape_get_size (&out));
  g_autoptr (MsnetTensor) features = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &out, NULL);
  const MsnetCorrelationParams params
      = { scores, features, .patch = patch, .dilation = dilation, .direction = direction };

  reference_correlation (expected, values, shape, patch, dilation, direction);
  test_kernels (&msnet_correlation_operation, device, what, &params, scores, expected, 1e-5);
}

START_TEST (equals_its_twin)
{
  const guint channels[] = { 1, 3, 8, 13, 64 };
  const guint patches[] = { 1, 3, 5, 7, 9, 11, 13, 15, 15, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33 };
  g_autoptr (GRand) random = g_rand_new_with_seed (61);

  for (guint i = 0; i < 120; i++) {
    const MsnetDirection direction = i % 3;
    const guint least = msnet_direction_get_least_frames (direction), dilation = 1 + i % 5 / 3;
    const MsnetShape shape = { g_rand_int_range (random, least, 4), g_rand_int_range (random, 1, 12),
      g_rand_int_range (random, 1, 12), TEST_PICK (random, channels) };

    check_shape (random, &shape, TEST_PICK (random, patches), dilation, direction);
  }
  test_expect_all_kernels (&msnet_correlation_operation);
}
END_TEST

START_TEST (maps_of_networks)
{
  const guint sides[] = { 14, 20, 28 };
  g_autoptr (GRand) random = g_rand_new_with_seed (62);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    for (guint dilation = 1; dilation < 3; dilation++)
      check_shape (random, &(MsnetShape){ 3, sides[i], sides[i], 64 }, 15, dilation, i);
}
END_TEST

/* The second of two frames, alone, when a stream kept the first. */
static void
check_stream (GRand *random, const MsnetShape *shape, guint patch, guint dilation)
{
  const MsnetShape both = { 2, shape->height, shape->width, shape->channels };
  const MsnetShape pairs = { 1, shape->height, shape->width, patch * patch };
  const MsnetShape in = test_random_borders (random, *shape, 0),
                   kept = test_random_borders (random, *shape, 0);
  const gsize frame = msnet_shape_get_size (shape), pair = msnet_shape_get_size (&pairs);
  g_autofree gfloat *values = test_random_values (random, 2 * frame, -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, 2 * pair);
  g_autoptr (MsnetTensor) features = test_tensor_new (device, &in, values + frame);
  g_autoptr (MsnetTensor) searched = test_tensor_new (device, &kept, values);
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &pairs, NULL);
  const MsnetCorrelationParams params = { scores, features, searched, patch, dilation, MSNET_DIRECTION_PAST };

  reference_correlation (expected, values, &both, patch, dilation, MSNET_DIRECTION_PAST);
  test_kernels (&msnet_correlation_operation, device, "of a stream", &params, scores, expected + pair, 1e-5);
}

START_TEST (a_stream_compares_with_what_it_kept)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (63);

  for (guint i = 0; i < 20; i++)
    check_stream (random,
        &(MsnetShape){
            1, g_rand_int_range (random, 1, 12), g_rand_int_range (random, 1, 12), i % 2 ? 64 : 13 },
        i % 3 ? 15 : 5, 1 + i % 2);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) features = test_tensor_new (device, &(MsnetShape){ 1, 3, 4, 8 }, NULL);
  g_autoptr (MsnetTensor) scores = test_tensor_new (device, &(MsnetShape){ 1, 3, 4, 8 }, NULL);
  MsnetCorrelationParams params
      = { scores, features, .patch = 3, .dilation = 1, .direction = MSNET_DIRECTION_PAST };

  test_refusal (device, append, &params,
      "correlation: expected scores of shape [1, 3, 4, 9] with halo >= 0, found [1, 3, 4, 8]");
  params.patch = 4;
  test_refusal (device, append, &params, "expected an odd patch and a dilation of 1 or more, found 4 and 1");
  params.patch = 3;
  params.dilation = 0;
  test_refusal (device, append, &params, "expected an odd patch and a dilation of 1 or more, found 3 and 0");
  params.dilation = 1;
  params.direction = MSNET_DIRECTION_FORWARD;
  test_refusal (device, append, &params, "this direction needs 2 frames or more, found 1");
  params.direction = MSNET_DIRECTION_BOTH;
  test_refusal (device, append, &params, "this direction needs 2 frames or more, found 1");
  params.searched = features;
  params.direction = MSNET_DIRECTION_PAST;
  features->shape.frames = 2;
  test_refusal (device, append, &params, "the frame before a stream's is for one frame with direction past");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("correlation");
  TCase *tests = tcase_create ("correlation");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, maps_of_networks);
  tcase_add_test (tests, a_stream_compares_with_what_it_kept);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
