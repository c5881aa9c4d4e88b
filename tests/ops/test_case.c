/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cases that are made of keys: for every operation that is tuned. */
#include "base/error.h"
#include "common/common.h"
#include "machine/instructions.h"
#include "ops/case.h"
#include "ops/operations.h"

#include <string.h>

static MsnetDevice *device;

static const struct
{
  const MsnetOperation *operation;
  const gchar *key;
} cases[] = {
  { &msnet_conv2d_operation, "conv2d kernel 3 stride 1 padding 0, 2x9x8x64 to 32, shift 1 by 8, epilogue 4, "
                             "previous 0, elements 0 to 0" },
  { &msnet_conv2d_operation, "conv2d kernel 1 stride 2 padding 0, 1x9x8x64 to 32, shift 2 by 12, epilogue 1, "
                             "previous 1, elements 1 to 1" },
  { &msnet_depthwise_conv2d_operation,
      "depthwise convolution kernel 3 stride 1 padding 0, 2x5x6x16, epilogue 1, elements 0 to 0" },
  { &msnet_depthwise_conv2d_operation,
      "depthwise convolution kernel 5 stride 2 padding 1, 2x6x5x24, epilogue 2, elements 1 to 1" },
  { &msnet_inverted_residual_operation,
      "inverted residual kernel 3 stride 1 padding 0, 2x9x10x16 by 96 to 16, shift 1 of 2, epilogues 2 3, "
      "previous 0, elements 0 to 0" },
  { &msnet_inverted_residual_operation,
      "inverted residual kernel 5 stride 2 padding 1, 1x24x22x32 by 96 to 24, shift 2 of 4, epilogues 2 0, "
      "previous 1, elements 1 to 1" },
  { &msnet_inverted_residual_operation,
      "inverted residual kernel 3 stride 1 padding 0, 2x9x10x32 by 0 to 16, shift 0 of 0, epilogues 2 0, "
      "previous 0, elements 1 to 1" },
  { &msnet_max_pool_operation, "max pool 2x9x8x16 elements 1 to 2x5x4x16 elements 1, extent 0, variant 0" },
  { &msnet_average_pool_operation,
      "average pool 2x7x7x24 elements 1 to 2x1x1x24 elements 0, extent 0, variant 0" },
  { &msnet_average_pool_operation,
      "average pool 2x7x7x24 elements 1 to 2x1x1x96 elements 0, extent 0, variant 0" },
  { &msnet_normalize_operation,
      "normalisation 2x5x6x16 elements 0 to 2x5x6x16 elements 0, extent 0, variant 0" },
  { &msnet_correlation_operation,
      "correlation 3x6x7x16 elements 0 to 2x6x7x25 elements 0, extent 5, variant 0" },
  { &msnet_correlation_operation,
      "correlation 3x6x7x16 elements 0 to 3x6x7x25 elements 0, extent 5, variant 1" },
  { &msnet_correlation_operation,
      "correlation 1x6x7x16 elements 0 to 1x6x7x25 elements 0, extent 5, variant 2" },
  { &msnet_correlation_operation,
      "correlation 3x6x7x16 elements 0 to 4x6x7x25 elements 0, extent 5, variant 3" },
  { &msnet_correlation_operation,
      "correlation 3x6x7x16 elements 0 to 2x6x7x289 elements 0, extent 17, variant 4" },
  { &msnet_displacement_operation,
      "displacement 4x6x7x225 elements 0 to 3x6x7x4 elements 0, extent 15, variant 2" },
  { &msnet_displacement_operation,
      "displacement 2x6x7x225 elements 0 to 3x6x7x3 elements 0, extent 15, variant 0" },
  { &msnet_flatness_operation, "flatness 2x6x7x25 elements 0 to 2x6x7x1 elements 0, extent 5, variant 0" },
  { &msnet_flatness_operation, "flatness 2x6x7x25 elements 0 to 2x6x7x1 elements 0, extent 5, variant 1" },
  { &msnet_change_operation, "change 3x1x1x24 elements 0 to 3x1x1x48 elements 0, extent 0, variant 0" },
  { &msnet_change_operation, "change 1x1x1x24 elements 0 to 1x1x1x24 elements 0, extent 0, variant 1" },
  { &msnet_linear_operation, "linear 3x1x1x24 elements 0 to 3x1x1x11 elements 0, extent 0, variant 0" },
  { &msnet_consensus_operation, "consensus 3x1x1x24 elements 0 to 1x1x1x24 elements 0, extent 0, variant 0" },
  { &msnet_activation_operation,
      "activation 3x5x6x24 elements 0 to 1x5x6x1 elements 0, extent 1, variant 0" },
  { &msnet_activation_operation,
      "activation 2x5x6x16 elements 1 to 1x5x6x1 elements 0, extent 2, variant 0" },
  { &msnet_copy_channels_operation, "copy 2x5x6x16 elements 1 to 2x5x6x3 elements 1, extent 0, variant 0" },
  { &msnet_temporal_shift_operation,
      "temporal shift 2x5x6x16 elements 1 to 2x5x6x16 elements 1, extent 4, variant 1" },
  { &msnet_temporal_shift_operation,
      "temporal shift 1x5x6x16 elements 0 to 1x5x6x16 elements 0, extent 2, variant 3" },
};

START_TEST (every_operation_with_a_key_is_here)
{
  for (const MsnetOperation *const *operation = msnet_operations_get (); *operation != NULL; operation++) {
    guint n = 0;

    for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
      n += cases[i].operation == *operation;
    ck_assert_msg ((n > 0) == ((*operation)->print_sizes != NULL), "%s has %u cases", (*operation)->name, n);
    ck_assert (((*operation)->print_sizes != NULL) == ((*operation)->fill_case != NULL));
  }
}
END_TEST

START_TEST (a_case_has_the_sizes_of_its_key)
{
  const MsnetOperation *operation = cases[_i].operation;
  g_autoptr (MsnetCase) work = msnet_case_new (operation, device, cases[_i].key, MSNET_CASE_STORED, NULL);
  g_autofree gchar *key = NULL;

  ck_assert_ptr_nonnull (work);
  ck_assert (operation->check == NULL || operation->check (work->params, NULL));
  key = msnet_operation_make_key (operation, work->params);
  ck_assert_str_eq (key, cases[_i].key);
}
END_TEST

static gfloat *
run (MsnetCase *work, const MsnetKernel *kernel)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  gfloat *found = msnet_case_run (work, kernel, list, NULL);

  ck_assert_ptr_nonnull (found);
  return found;
}

/* Returns: (transfer full): what plain makes of case @i, whose values are stored as @values says */
static gfloat *
compute (guint i, MsnetCaseValues values, gsize *n)
{
  g_autoptr (MsnetCase) work = msnet_case_new (cases[i].operation, device, cases[i].key, values, NULL);

  *n = msnet_shape_get_size (&work->output->shape);
  return run (work, msnet_operation_get_plain (cases[i].operation));
}

/* Whether and where values are rounded. */
START_TEST (the_same_values_are_stored_in_three_ways)
{
  g_autoptr (MsnetCase) work
      = msnet_case_new (cases[_i].operation, device, cases[_i].key, MSNET_CASE_STORED, NULL);
  gsize n;
  g_autofree gfloat *exact = compute (_i, MSNET_CASE_EXACT, &n);
  g_autofree gfloat *stored = compute (_i, MSNET_CASE_STORED, &n);
  g_autofree gfloat *rounded = compute (_i, MSNET_CASE_ROUNDED, &n);

  test_compare ("stored", exact, stored, n, work->is_bf16 ? 2e-2 : 0.0);
  test_compare ("rounded", exact, rounded, n, work->is_bf16 ? 2e-2 : 0.0);
  ck_assert (!work->is_bf16 || memcmp (exact, stored, n * sizeof *exact) != 0);
}
END_TEST

START_TEST (every_kernel_computes_it)
{
  const MsnetOperation *operation = cases[_i].operation;
  g_autoptr (MsnetCase) work = msnet_case_new (operation, device, cases[_i].key, MSNET_CASE_STORED, NULL);
  gsize n;
  g_autofree gfloat *plain = compute (_i, MSNET_CASE_STORED, &n);

  for (guint i = 0; i < operation->n_kernels; i++) {
    const MsnetKernel *kernel = &operation->kernels[i];
    g_autofree gfloat *found = NULL;

    if (!msnet_kernel_may_use (kernel, msnet_device_get_info (device), work->params))
      continue;
    found = run (work, kernel);
    test_compare (kernel->name, plain, found, n,
        kernel->bound > 0.0 ? test_get_tolerance (work->output->shape.data_type, kernel->bound) : 0.0);
  }
}
END_TEST

START_TEST (other_keys_are_refused)
{
  const gchar *keys[] = { "linear", "linear 3x1x1x24",
    "linearly 3x1x1x24 elements 0 to 3x1x1x11 elements 0, extent 0, variant 0",
    "max pool 2x9x8x16 elements 1 to 2x5x4x16 elements 1, extent 0, variant 0" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (GError) error = NULL;

    ck_assert_ptr_null (msnet_case_new (&msnet_linear_operation, device, keys[i], MSNET_CASE_STORED, &error));
    test_expect_error (error, MSNET_ERROR_UNSUPPORTED, "linear: expected a key of its sizes, found \"");
    test_expect_error (error, MSNET_ERROR_UNSUPPORTED, keys[i]);
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("case");
  TCase *tests = tcase_create ("case");

  device = test_get_device ();
  msnet_instructions_find (device);
  tcase_add_test (tests, every_operation_with_a_key_is_here);
  tcase_add_loop_test (tests, a_case_has_the_sizes_of_its_key, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tests, the_same_values_are_stored_in_three_ways, 0, G_N_ELEMENTS (cases));
  tcase_add_loop_test (tests, every_kernel_computes_it, 0, G_N_ELEMENTS (cases));
  tcase_add_test (tests, other_keys_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
