/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"

#include <math.h>

static MsnetDevice *device;

START_TEST (strides_count_borders)
{
  const MsnetShape plain = { .frames = 2, .height = 3, .width = 4, .channels = 5 };
  const MsnetShape padded = { 2, 3, 4, 5, .halo = 1, .frame_halo = TRUE };

  ck_assert_uint_eq (msnet_shape_get_row_stride (&plain), 20);
  ck_assert_uint_eq (msnet_shape_get_frame_stride (&plain), 60);
  ck_assert_uint_eq (msnet_shape_get_origin (&plain), 0);
  ck_assert_uint_eq (msnet_shape_get_row_stride (&padded), 30);
  ck_assert_uint_eq (msnet_shape_get_frame_stride (&padded), 150);
  ck_assert_uint_eq (msnet_shape_get_origin (&padded), 150 + 30 + 5);
  ck_assert_uint_eq (msnet_shape_get_size (&padded), 120);
  ck_assert (msnet_shape_equal (&padded, &padded));
  ck_assert (!msnet_shape_equal (&plain, &padded));
}
END_TEST

/* What was uploaded lies where the strides say, and the borders stay zero. */
static void
check_round_trip (GRand *random, const MsnetShape *shape)
{
  g_autofree gfloat *values = test_random_values (random, msnet_shape_get_size (shape), 0.5, 1.0);
  g_autoptr (MsnetTensor) tensor = test_tensor_new (device, shape, values);
  gsize last = msnet_shape_get_size (shape) - 1;
  gsize offset = msnet_shape_get_origin (shape) + (shape->frames - 1) * msnet_shape_get_frame_stride (shape)
                 + (shape->height - 1) * msnet_shape_get_row_stride (shape) + shape->width * shape->channels
                 - 1;
  gfloat found;

  test_compare_tensor ("round trip", values, tensor, 0.0);
  ck_assert (msnet_buffer_download (tensor->buffer, offset * sizeof found, &found, sizeof found, NULL));
  ck_assert_float_eq (found, values[last]);
}

START_TEST (uploads_inside_borders)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 30; i++) {
    const MsnetShape shape
        = { g_rand_int_range (random, 1, 5), g_rand_int_range (random, 1, 9), g_rand_int_range (random, 1, 9),
            g_rand_int_range (random, 1, 20), g_rand_int_range (random, 0, 4), g_rand_boolean (random) };
    check_round_trip (random, &shape);
  }
}
END_TEST

START_TEST (bfloat16_rounds_to_nearest_even)
{
  const struct
  {
    gfloat value;
    gfloat stored;
  } cases[] = { { 1.0f, 1.0f }, { -0.0f, -0.0f }, { 1.00390625f, 1.0f }, { 1.01171875f, 1.015625f },
    { 1.00390637f, 1.0078125f }, { 3.4e38f, INFINITY }, { -INFINITY, -INFINITY }, { 1e-40f, 9.18e-41f } };
  const MsnetShape shape = { 1, 1, G_N_ELEMENTS (cases), 1, .halo = 1, .data_type = MSNET_BFLOAT16 };
  g_autoptr (MsnetTensor) tensor = msnet_tensor_new (device, &shape, NULL);
  gfloat values[G_N_ELEMENTS (cases)], found[G_N_ELEMENTS (cases)];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    values[i] = cases[i].value;
  ck_assert_uint_eq (msnet_buffer_get_size (tensor->buffer), 3 * 10 * 2);
  ck_assert (msnet_tensor_upload (tensor, values, NULL));
  ck_assert (msnet_tensor_download (tensor, found, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    ck_assert_msg (found[i] == cases[i].stored || fabsf (found[i] / cases[i].stored - 1) < 0.01f, "%g: %g",
        cases[i].value, found[i]);
  values[0] = NAN;
  ck_assert (msnet_tensor_upload (tensor, values, NULL));
  ck_assert (msnet_tensor_download (tensor, found, NULL));
  ck_assert (isnan (found[0]));
}
END_TEST

START_TEST (bad_sizes_are_errors)
{
  const MsnetShape shapes[] = { { 0, 1, 1, 1 }, { 1, 0, 1, 1 }, { 1, 1, 0, 1 }, { 1, 1, 1, 0 },
    { 1, 65536, 65536, 1 }, { 4, 23171, 23170, 1 }, { 1, G_MAXUINT, G_MAXUINT, G_MAXUINT, G_MAXUINT } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_autoptr (GError) error = NULL;
    ck_assert_ptr_null (msnet_tensor_new (device, &shapes[i], &error));
    test_expect_error (error, MSNET_ERROR_SHAPE, "expected 1 to 2147483647 values");
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("tensor");
  TCase *tests = tcase_create ("tensor");

  device = test_get_device ();
  tcase_add_test (tests, strides_count_borders);
  tcase_add_test (tests, uploads_inside_borders);
  tcase_add_test (tests, bfloat16_rounds_to_nearest_even);
  tcase_add_test (tests, bad_sizes_are_errors);
  suite_add_tcase (suite, tests);
  return suite;
}
