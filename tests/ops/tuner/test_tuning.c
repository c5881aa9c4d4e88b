/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What was measured, its file, and who takes notice of it. */
#include "base/error.h"
#include "common/common.h"
#include "common/folder.h"
#include "machine/instructions.h"
#include "machine/tuning.h"
#include "machine/width.h"
#include "opencl/cache.h"
#include "ops/choice.h"
#include "ops/conv2d/conv2d.h"
#include "ops/conv2d/sizes.h"
#include "ops/operations.h"

#include <glib/gstdio.h>
#include <string.h>

#define OTHER "direct-8-6x16"

static MsnetDevice *device;
static const MsnetDeviceInfo *info;

/* A convolution that is never run. */
static gfloat values[64 * 64];
static MsnetTensor input, output;
static MsnetConv2dParams params;
static gchar *key;

static void
set_up (void)
{
  input.shape = (MsnetShape){ 1, 8, 8, 64 };
  output.shape = (MsnetShape){ 1, 8, 8, 64 };
  params = (MsnetConv2dParams){
    .input = &input, .output = &output, .weights = values, .bias = values, .kernel = 1
  };
  key = msnet_operation_make_key (&msnet_conv2d_operation, &params);
  g_unsetenv ("MSNET_PLAN");
  msnet_tuning_forget (info);
}

static void
tear_down (void)
{
  g_autofree gchar *path = msnet_tuning_get_path (info);

  g_unlink (path);
  g_clear_pointer (&key, g_free);
}

START_TEST (a_key_tells_all_sizes)
{
  MsnetConv2dSizes sizes;

  params.shift = MSNET_SHIFT_CAUSAL;
  params.epilogue = MSNET_EPILOGUE_RELU;
  g_free (key);
  key = msnet_operation_make_key (&msnet_conv2d_operation, &params);
  ck_assert (msnet_conv2d_parse_sizes (key + strlen ("conv2d "), &sizes));
  ck_assert (sizes.kernel == 1 && sizes.stride == 1 && sizes.frames == 1 && sizes.height == 8
             && sizes.width == 8 && sizes.inputs == 64 && sizes.outputs == 64
             && sizes.shift == MSNET_SHIFT_CAUSAL && sizes.epilogue == MSNET_EPILOGUE_RELU
             && !sizes.has_previous);
  ck_assert (!msnet_conv2d_parse_sizes ("of a kind that is not known", &sizes));
}
END_TEST

START_TEST (what_is_saved_is_found_again)
{
  g_autofree gchar *nothing = NULL, *found = NULL, *missing = NULL;

  msnet_tuning_set (info, key, "one");
  msnet_tuning_set (info, "another key", "two words");
  ck_assert (msnet_tuning_save (info));
  msnet_tuning_set (info, key, NULL);
  nothing = msnet_tuning_find (info, key);
  ck_assert_ptr_null (nothing);
  msnet_tuning_forget (info);
  found = msnet_tuning_find (info, key);
  ck_assert_str_eq (found, "one");
  g_free (found);
  found = msnet_tuning_find (info, "another key");
  ck_assert_str_eq (found, "two words");
  missing = msnet_tuning_find (info, "a third key");
  ck_assert_ptr_null (missing);
}
END_TEST

START_TEST (another_device_or_driver_has_another_file)
{
  MsnetDeviceInfo foreign = *info;
  g_autofree gchar *found = NULL;

  msnet_tuning_set (info, key, "one");
  ck_assert (msnet_tuning_save (info));
  foreign.identity = "another driver";
  found = msnet_tuning_find (&foreign, key);
  ck_assert_ptr_null (found);
}
END_TEST

START_TEST (a_damaged_file_is_an_empty_one)
{
  g_autofree gchar *path = msnet_tuning_get_path (info);
  g_autofree gchar *text = NULL, *found = NULL;
  gsize size;

  msnet_tuning_set (info, key, OTHER);
  ck_assert (msnet_tuning_save (info));
  ck_assert (g_file_get_contents (path, &text, &size, NULL));
  text[size - 2] ^= 1;
  ck_assert (g_file_set_contents (path, text, size, NULL));
  msnet_tuning_forget (info);
  found = msnet_tuning_find (info, key);
  ck_assert_ptr_null (found);
}
END_TEST

static void
expect_choice (const gchar *name)
{
  ck_assert_str_eq (msnet_operation_choose (&msnet_conv2d_operation, device, &params)->name, name);
}

/* Returns: the choice without any file */
static const gchar *
choose_by_rules (void)
{
  return msnet_operation_choose_by_rules (&msnet_conv2d_operation, info, msnet_width_get (device), &params)
      ->name;
}

START_TEST (a_choice_follows_the_file)
{
  if (!info->is_cpu)
    return;
  expect_choice (choose_by_rules ());
  msnet_tuning_set (info, key, OTHER);
  ck_assert (msnet_tuning_save (info));
  msnet_tuning_forget (info);
  expect_choice (OTHER);
  params.kernel = 3;
  expect_choice (choose_by_rules ());
}
END_TEST

START_TEST (candidates_that_cannot_be_used_are_not_taken)
{
  const gchar *names[] = { "", "no candidate's name", "winograd-8-6x16", "direct", "8" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    msnet_tuning_set (info, key, names[i]);
    expect_choice (choose_by_rules ());
  }
}
END_TEST

START_TEST (a_plan_in_the_environment_counts_more)
{
  const gchar *const expected
      = msnet_operation_choose_by_rules (&msnet_conv2d_operation, info, info->vector_width, &params)->name;

  msnet_tuning_set (info, key, "plain");
  msnet_tuning_set (info, "vector width", "8");
  expect_choice ("plain");
  g_setenv ("MSNET_PLAN", "fixed", TRUE);
  expect_choice (expected);
  g_setenv ("MSNET_PLAN", "plain", TRUE);
  expect_choice ("plain");
}
END_TEST

START_TEST (plans_name_families_and_widths)
{
  const struct
  {
    const gchar *plan;
    guint kernel;
    const gchar *choice;
  } cases[] = { { "width-8", 1, info->vector_width >= 16 ? "direct-8-6x32" : "direct-8-6x16" },
    { "width-16", 1, "direct-16-6x64" }, { "direct-8-6x16", 3, "direct-8-6x16" },
    { "direct-16", 3, "direct-16-6x64" }, { "winograd-8", 3, "winograd-8-6x16" },
    { "fused-8", 3, "fused-8-6x16" }, { "winograd-8", 1, NULL } };

  if (!info->is_cpu)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const gchar *rules;

    params.kernel = cases[i].kernel;
    g_unsetenv ("MSNET_PLAN");
    rules
        = msnet_operation_choose_by_rules (&msnet_conv2d_operation, info, info->vector_width, &params)->name;
    g_setenv ("MSNET_PLAN", cases[i].plan, TRUE);
    ck_assert (msnet_operations_check_plan (NULL));
    expect_choice (cases[i].choice != NULL ? cases[i].choice : rules);
  }
}
END_TEST

START_TEST (plans_that_name_nothing_are_refused)
{
  const gchar *plans[] = { "banana", "dir", "direct-", "width-4", "8", "direct-8-6x1", "plain " };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    g_autoptr (GError) error = NULL;

    g_setenv ("MSNET_PLAN", plans[i], TRUE);
    ck_assert_msg (!msnet_operations_check_plan (&error), "%s is taken", plans[i]);
    test_expect_error (error, MSNET_ERROR_UNSUPPORTED, plans[i]);
    test_expect_error (error, MSNET_ERROR_UNSUPPORTED, "expected plain, fixed, width-8, width-16");
  }
}
END_TEST

START_TEST (narrow_vectors_must_win_clearly)
{
  const gdouble one[] = { 1.0, 1.0, 1.0, 1.0 }, two[] = { 2.0, 2.0, 2.0, 2.0 };
  const gdouble close[] = { 1.09, 1.09, 1.09, 1.09 }, clear[] = { 1.11, 1.2, 1.3, 1.11 };
  const gdouble once[] = { 1.0, 3.0, 1.0, 1.0 }, often[] = { 1.0, 3.0, 3.0, 3.0 };

  ck_assert_uint_eq (msnet_width_decide (one, one, 4), 16);
  ck_assert_uint_eq (msnet_width_decide (close, one, 4), 16);
  ck_assert_uint_eq (msnet_width_decide (one, two, 4), 16);
  ck_assert_uint_eq (msnet_width_decide (clear, one, 4), 8);
  ck_assert_uint_eq (msnet_width_decide (once, one, 4), 16);
  ck_assert_uint_eq (msnet_width_decide (often, one, 4), 0);
}
END_TEST

START_TEST (a_width_is_remembered)
{
  const guint width = msnet_width_get (device);

  if (!info->is_cpu || info->vector_width < 16) {
    ck_assert_uint_eq (width, info->vector_width);
    return;
  }
  msnet_tuning_forget (info);
  ck_assert_uint_eq (msnet_width_get (device), width);
  msnet_tuning_set (info, "vector width", "8");
  ck_assert_uint_eq (msnet_width_get (device), 8);
  /* AMX multiplies tiles, whatever the width. */
  expect_choice (info->has_amx ? "amx-split-32x32" : "direct-8-6x32");
  msnet_tuning_set (info, "vector width", "damaged");
  ck_assert (msnet_width_get (device) == 8 || msnet_width_get (device) == 16);
}
END_TEST

Suite *
test_suite (void)
{
  g_autofree gchar *folder = test_make_folder ();
  Suite *suite = suite_create ("tuning");
  TCase *tests = tcase_create ("tuning");

  g_setenv ("MSNET_CACHE_DIR", folder, TRUE);
  device = test_get_device ();
  info = msnet_device_get_info (device);
  msnet_instructions_find (device);
  tcase_add_checked_fixture (tests, set_up, tear_down);
  tcase_add_test (tests, a_key_tells_all_sizes);
  tcase_add_test (tests, what_is_saved_is_found_again);
  tcase_add_test (tests, another_device_or_driver_has_another_file);
  tcase_add_test (tests, a_damaged_file_is_an_empty_one);
  tcase_add_test (tests, a_choice_follows_the_file);
  tcase_add_test (tests, candidates_that_cannot_be_used_are_not_taken);
  tcase_add_test (tests, a_plan_in_the_environment_counts_more);
  tcase_add_test (tests, plans_name_families_and_widths);
  tcase_add_test (tests, plans_that_name_nothing_are_refused);
  tcase_add_test (tests, narrow_vectors_must_win_clearly);
  tcase_add_test (tests, a_width_is_remembered);
  suite_add_tcase (suite, tests);
  return suite;
}
