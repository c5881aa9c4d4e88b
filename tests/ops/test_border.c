/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/border.h"
#include "ops/copy_channels.h"
#include "ops/map.h"

static MsnetDevice *device;

static void
fill_all (MsnetTensor *tensor, gfloat value)
{
  gsize n = msnet_buffer_get_size (tensor->buffer) / sizeof (gfloat);
  g_autofree gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = value;
  ck_assert (msnet_buffer_upload (tensor->buffer, 0, values, n * sizeof (gfloat), NULL));
}

/* What a value must be: 0 in a halo, and in the channels that a shift reads of the frames around. */
static gboolean
is_cleared (const MsnetShape *shape, guint shifted, gsize index)
{
  gsize frame = index / msnet_shape_get_frame_stride (shape);
  gsize row = index % msnet_shape_get_frame_stride (shape) / msnet_shape_get_row_stride (shape);
  gsize column = index % msnet_shape_get_row_stride (shape) / shape->channels;

  if (row < shape->halo || row >= shape->halo + shape->height || column < shape->halo
      || column >= shape->halo + shape->width)
    return TRUE;
  return shape->frame_halo && (frame == 0 || frame == shape->frames + 1) && index % shape->channels < shifted;
}

static void
check_border (const MsnetKernel *kernel, const MsnetShape *shape, guint shifted)
{
  g_autoptr (MsnetTensor) tensor = test_tensor_new (device, shape, NULL);
  const MsnetBorderParams params = { tensor, shifted };
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  gsize size = msnet_buffer_get_size (tensor->buffer);
  g_autofree gfloat *values = g_malloc (size);

  fill_all (tensor, 5.0f);
  ck_assert (kernel->append (kernel, list, &params, NULL));
  ck_assert (msnet_command_list_run (list, NULL));
  ck_assert (msnet_buffer_download (tensor->buffer, 0, values, size, NULL));
  for (gsize i = 0; i < size / sizeof (gfloat); i++)
    ck_assert_msg (values[i] == (is_cleared (shape, shifted, i) ? 0.0f : 5.0f),
        "%s: [%u, %u, %u, %u] halo %u: value %zu is %g", kernel->name, shape->frames, shape->height,
        shape->width, shape->channels, shape->halo, i, values[i]);
}

static void
check_borders (const MsnetShape *shape, guint shifted)
{
  const MsnetOperation *border = &msnet_border_operation;
  const MsnetTensor tensor = { .shape = *shape };

  for (guint i = 0; i < border->n_kernels; i++)
    if (msnet_kernel_may_use (&border->kernels[i], msnet_device_get_info (device),
            &(MsnetBorderParams){ (MsnetTensor *)&tensor, shifted }))
      check_border (&border->kernels[i], shape, shifted);
}

START_TEST (borders_become_zero_and_nothing_else)
{
  const guint channels[] = { 1, 3, 8, 20, 64 };
  g_autoptr (GRand) random = g_rand_new_with_seed (71);

  for (guint i = 0; i < 40; i++) {
    const MsnetShape shape = { g_rand_int_range (random, 1, 4), g_rand_int_range (random, 1, 8),
      g_rand_int_range (random, 1, 8), TEST_PICK (random, channels) };
    const MsnetShape bordered = test_random_borders (random, shape, 0);

    check_borders (&bordered, g_rand_int_range (random, 0, shape.channels + 1));
  }
}
END_TEST

static void
check_copy (GRand *random, const MsnetShape *shape, guint kept)
{
  MsnetShape in = test_random_borders (random, *shape, 0), out = *shape;
  gsize n = msnet_shape_get_size (shape), n_kept = n / shape->channels * kept;
  g_autofree gfloat *values = test_random_values (random, n, -1.0, 1.0);
  g_autofree gfloat *expected = g_new (gfloat, n_kept);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &in, values);
  g_autoptr (MsnetTensor) output = NULL;

  out.channels = kept;
  out = test_random_borders (random, out, 0);
  output = test_tensor_new (device, &out, NULL);
  for (gsize i = 0; i < n_kept; i++)
    expected[i] = values[i / kept * shape->channels + i % kept];
  test_kernels (&msnet_copy_channels_operation, device, "copy of channels",
      &(MsnetMapParams){ output, input }, output, expected, 0.0);
}

START_TEST (channels_are_copied)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (72);

  for (guint i = 0; i < 40; i++) {
    const MsnetShape shape = { g_rand_int_range (random, 1, 4), g_rand_int_range (random, 1, 8),
      g_rand_int_range (random, 1, 8), g_rand_int_range (random, 1, 70) };

    check_copy (random, &shape, g_rand_int_range (random, 1, shape.channels + 1));
  }
}
END_TEST

static gboolean
append_copy (MsnetCommandList *list, gconstpointer params, GError **error)
{
  MsnetTensor *const *tensors = params;

  return msnet_copy_channels_append (list, tensors[0], tensors[1], error);
}

/* A tensor without borders has nothing to clear. */
START_TEST (no_border_is_no_step)
{
  g_autoptr (MsnetTensor) tensor = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8 }, NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  guint n_steps;

  ck_assert (msnet_border_clear_append (list, tensor, 0, NULL));
  msnet_command_list_get_steps (list, &n_steps);
  ck_assert_uint_eq (n_steps, 0);
  tensor->shape.halo = 1;
  ck_assert (msnet_border_clear_append (list, tensor, 0, NULL));
  ck_assert_str_eq (msnet_command_list_get_steps (list, &n_steps)[0].name, "border");
}
END_TEST

START_TEST (copies_that_do_not_fit_are_refused)
{
  g_autoptr (MsnetTensor) wide = test_tensor_new (device, &(MsnetShape){ 1, 2, 2, 9 }, NULL);
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 1, 2, 2, 8 }, NULL);
  g_autoptr (MsnetTensor) tall = test_tensor_new (device, &(MsnetShape){ 1, 3, 2, 8 }, NULL);

  test_refusal (device, append_copy, (MsnetTensor *[]){ wide, input }, "expected at most 8 channels");
  test_refusal (device, append_copy, (MsnetTensor *[]){ tall, input },
      "expected output of shape [1, 2, 2, 8] with halo >= 0, found [1, 3, 2, 8]");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("border");
  TCase *tests = tcase_create ("border");

  device = test_get_device ();
  tcase_add_test (tests, borders_become_zero_and_nothing_else);
  tcase_add_test (tests, no_border_is_no_step);
  tcase_add_test (tests, channels_are_copied);
  tcase_add_test (tests, copies_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
