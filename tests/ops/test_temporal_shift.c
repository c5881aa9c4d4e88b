/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/temporal_shift.h"
#include "reference/temporal_shift.h"

static MsnetDevice *device;

/* @keeps: a stream: one frame, and the one before is kept */
static void
check_shift (GRand *random, const MsnetShape *shape, MsnetShift shift, guint n_channels, gboolean keeps)
{
  MsnetShape in = test_random_borders (random, *shape, 0), out = test_random_borders (random, *shape, 0);
  MsnetShape kept = *shape;
  const guint pixels = shape->height * shape->width;
  const gsize size = msnet_shape_get_size (shape);
  g_autofree gfloat *values = test_random_values (random, size, -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, size);

  in.frame_halo |= !keeps;
  kept.channels = n_channels;
  g_autofree gfloat *before = test_random_values (random, msnet_shape_get_size (&kept), -1.0, 1.0);
  test_round_values (values, size, shape->data_type);
  test_round_values (before, msnet_shape_get_size (&kept), shape->data_type);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &out, NULL);
  kept = test_random_borders (random, kept, 0);
  kept.frame_halo = FALSE;
  g_autoptr (MsnetTensor) previous = keeps ? test_tensor_new (device, &kept, before) : NULL;
  const MsnetTemporalShiftParams params = { output, input, previous, shift, n_channels };

  reference_temporal_shift (
      expected, values, keeps ? before : NULL, shape->frames, pixels, shape->channels, shift, n_channels);
  test_kernels (&msnet_temporal_shift_operation, device, "temporal shift", &params, output, expected, 0.0);
}

START_TEST (equals_its_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (91);

  for (guint i = 0; i < 60; i++) {
    const gboolean keeps = i % 3 == 2;
    const MsnetShift shift = i % 3 == 0 ? MSNET_SHIFT_BIDIRECTIONAL : MSNET_SHIFT_CAUSAL;
    const MsnetShape shape = { keeps ? 1 : g_rand_int_range (random, 1, 5), g_rand_int_range (random, 1, 8),
      g_rand_int_range (random, 1, 8), g_rand_int_range (random, 2, 70),
      .data_type = i / 3 % 2 ? MSNET_BFLOAT16 : MSNET_FLOAT32 };
    const guint most = shape.channels / (shift == MSNET_SHIFT_BIDIRECTIONAL ? 2 : 1);

    check_shift (random, &shape, shift, g_rand_int_range (random, 1, most + 1), keeps);
  }
  test_expect_all_kernels (&msnet_temporal_shift_operation);
}
END_TEST

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_temporal_shift_append (list, params, error);
}

START_TEST (what_does_not_fit_is_refused)
{
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8, 0, TRUE }, NULL);
  g_autoptr (MsnetTensor) bare = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8 }, NULL);
  g_autoptr (MsnetTensor) wide = test_tensor_new (device, &(MsnetShape){ 2, 3, 5, 8 }, NULL);
  g_autoptr (MsnetTensor) kept = test_tensor_new (device, &(MsnetShape){ 1, 3, 4, 2 }, NULL);
  MsnetTemporalShiftParams params = { wide, input, NULL, MSNET_SHIFT_BIDIRECTIONAL, 2 };

  test_refusal (device, append, &params, "temporal shift: expected output of shape [2, 3, 4, 8]");
  params.output = input;
  test_refusal (device, append, &params, "expected two buffers");
  params.output = output;
  params.n_channels = 5;
  test_refusal (device, append, &params, "no more shifted channels than there are");
  params.n_channels = 2;
  params.shift = MSNET_SHIFT_NONE;
  test_refusal (device, append, &params, "expected a shift");
  params.shift = MSNET_SHIFT_BIDIRECTIONAL;
  params.input = bare;
  test_refusal (device, append, &params, "an input with a frame halo");
  params.previous = kept;
  test_refusal (device, append, &params, "one frame and a causal shift");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("temporal_shift");
  TCase *tests = tcase_create ("temporal_shift");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, what_does_not_fit_is_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
