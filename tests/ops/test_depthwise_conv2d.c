/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "ops/all_kernels.h"
#include "ops/depthwise_conv2d.h"
#include "reference/depthwise_conv2d.h"

static MsnetDevice *device;

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_depthwise_conv2d_append (list, params, error);
}

static gchar *
describe (const ReferenceDepthwise *sizes, const MsnetShape *in, const MsnetShape *out)
{
  return g_strdup_printf (
      "depthwise %ux%ux%ux%u, kernel %u, stride %u, padding %u, epilogue %u, halo %u, elements %u to %u",
      sizes->frames, sizes->height, sizes->width, sizes->channels, sizes->kernel, sizes->stride,
      sizes->padding, sizes->epilogue, in->halo, in->data_type, out->data_type);
}

static MsnetShape
get_output_shape (const ReferenceDepthwise *sizes)
{
  return (MsnetShape){ sizes->frames, (sizes->height + sizes->stride - 1) / sizes->stride,
    (sizes->width + sizes->stride - 1) / sizes->stride, sizes->channels };
}

/* @in, @out: with borders and data types */
static void
check_shape (GRand *random, const ReferenceDepthwise *sizes, const MsnetShape *in, const MsnetShape *out)
{
  g_autofree gchar *what = describe (sizes, in, out);
  gsize n_in = msnet_shape_get_size (in);
  g_autofree gfloat *values = test_random_values (random, n_in, -1.0, 1.0);
  g_autofree gfloat *weights
      = test_random_values (random, sizes->channels * sizes->kernel * sizes->kernel, -2.0, 2.0);
  g_autofree gfloat *bias = test_random_values (random, sizes->channels, 0.0, 5.0);
  g_autofree gfloat *expected = g_new (gfloat, msnet_shape_get_size (out));
  g_autoptr (MsnetTensor) input = NULL;
  g_autoptr (MsnetTensor) output = test_tensor_new (device, out, NULL);

  test_round_values (values, n_in, in->data_type);
  input = test_tensor_new (device, in, values);
  const MsnetDepthwiseConv2dParams params = {
    .output = output,
    .input = input,
    .weights = weights,
    .bias = bias,
    .kernel = sizes->kernel,
    .stride = sizes->stride,
    .epilogue = sizes->epilogue,
    .padding = sizes->padding,
  };

  reference_depthwise_conv2d (expected, values, weights, bias, sizes);
  test_kernels (&msnet_depthwise_conv2d_operation, device, what, &params, output, expected,
      test_get_tolerance (out->data_type, 1e-5));
}

/* A program for each kernel, stride, data type and row of the list: not every combination of types. */
START_TEST (equals_its_twin)
{
  const guint channels[] = { 1, 2, 3, 4, 5, 6, 8, 12, 16, 20, 24, 32, 48, 64, 144 };
  const guint kernels[] = { 3, 5, 7, 9 };
  g_autoptr (GRand) random = g_rand_new_with_seed (51);

  for (guint i = 0; i < 240; i++) {
    const ReferenceDepthwise sizes = {
      .frames = g_rand_int_range (random, 1, 4),
      .height = g_rand_int_range (random, 1, 20),
      .width = g_rand_int_range (random, 1, 20),
      .channels = TEST_PICK (random, channels),
      .kernel = TEST_PICK (random, kernels),
      .stride = g_rand_int_range (random, 1, 3),
      .padding = g_rand_int_range (random, 0, 2),
      .epilogue = g_rand_int_range (random, 0, MSNET_EPILOGUE_ADD),
    };
    MsnetShape in = { sizes.frames, sizes.height, sizes.width, sizes.channels };
    MsnetShape out = get_output_shape (&sizes);

    in = test_random_borders (random, in, sizes.kernel / 2);
    out = test_random_borders (random, out, 0);
    in.data_type = out.data_type = g_rand_int_range (random, 0, 2);
    if (sizes.kernel == 3 && sizes.stride == 1)
      out.data_type = g_rand_int_range (random, 0, 2);
    check_shape (random, &sizes, &in, &out);
  }
  test_expect_all_kernels (&msnet_depthwise_conv2d_operation);
}
END_TEST

START_TEST (shapes_that_do_not_fit_are_refused)
{
  const gfloat nothing[8 * 9] = { 0.0f };
  g_autoptr (MsnetTensor) input = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 8, 1 }, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 2, 3, 4, 9 }, NULL);
  const MsnetDepthwiseConv2dParams right
      = { .output = output, .input = input, .weights = nothing, .bias = nothing, .kernel = 3 };
  MsnetDepthwiseConv2dParams params = right;

  test_refusal (device, append, &params, "depthwise convolution: expected output of shape [2, 3, 4, 8]");
  params.stride = 2;
  test_refusal (device, append, &params, "depthwise convolution: expected output of shape [2, 2, 2, 8]");
  params.stride = 3;
  test_refusal (device, append, &params, "expected a stride of 1 or 2, found 3");
  params = right;
  params.kernel = 5;
  test_refusal (device, append, &params, "expected input of shape [2, 3, 4, 8] with halo >= 2");
  params.kernel = 2;
  test_refusal (device, append, &params, "expected an odd kernel size, found 2");
  params = right;
  params.epilogue = MSNET_EPILOGUE_ADD;
  test_refusal (device, append, &params, "expected an epilogue that adds nothing, found 3");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("depthwise_conv2d");
  TCase *tests = tcase_create ("depthwise_conv2d");

  device = test_get_device ();
  tcase_add_test (tests, equals_its_twin);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
