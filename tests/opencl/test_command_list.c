/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arguments/geometry.h"
#include "base/error.h"
#include "common/common.h"
#include "opencl/command_list.h"

#define N_VALUES 10

static MsnetDevice *device;

static gboolean
append (MsnetCommandList *list, const gchar *kernel, const gchar *options, MsnetBuffer *buffer,
    gint32 n_values, GError **error)
{
  return msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "plain/self_test.cl",
          .kernel = kernel,
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (n_values)),
          .global = { 16 },
          .local = { 4 } },
      error);
}

static void
expect_values (MsnetBuffer *buffer, guint n_written)
{
  gfloat values[N_VALUES];

  ck_assert (msnet_buffer_download (buffer, 0, values, sizeof values, NULL));
  for (guint i = 0; i < N_VALUES; i++)
    ck_assert_float_eq (values[i], i < n_written ? 2.0f * i + 1.0f : 0.0f);
}

START_TEST (runs_all_and_ranges)
{
  g_autoptr (MsnetBuffer) first = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetBuffer) second = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  ck_assert (append (list, "self_test", NULL, first, N_VALUES, NULL));
  ck_assert (append (list, "self_test", NULL, second, N_VALUES - 3, NULL));
  ck_assert_uint_eq (msnet_command_list_get_length (list), 2);
  ck_assert_ptr_eq (msnet_command_list_get_device (list), device);

  ck_assert (msnet_command_list_run_range (list, 1, 2, NULL));
  expect_values (first, 0);
  expect_values (second, N_VALUES - 3);
  ck_assert (msnet_command_list_run (list, NULL));
  expect_values (first, N_VALUES);
}
END_TEST

START_TEST (keeps_buffers_alive)
{
  MsnetBuffer *buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  ck_assert (append (list, "self_test", NULL, buffer, N_VALUES, NULL));
  msnet_buffer_unref (buffer);
  ck_assert (msnet_command_list_run (list, NULL));
  expect_values (buffer, N_VALUES);
}
END_TEST

/* Of two rows of two pixels the first channel is copied. */
START_TEST (passes_structures)
{
  const gfloat values[N_VALUES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
  const gfloat expected[N_VALUES] = { 0, 0, 1, 3, 0, 0, 0, 5, 7, 0 };
  const MsnetGeometry out = { .origin = 2, .row = 5, .channels = 1 };
  const MsnetGeometry in = { .origin = 1, .row = 4, .channels = 2 };
  gfloat found[N_VALUES];
  g_autoptr (MsnetBuffer) input = msnet_buffer_new (device, sizeof values, NULL);
  g_autoptr (MsnetBuffer) output = msnet_buffer_new (device, sizeof values, NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  const MsnetLaunch launch = {
    .file = "plain/copy_channels.cl",
    .kernel = "copy_channels",
    MSNET_ARGUMENTS (
        MSNET_BUFFER (output), MSNET_STRUCT (out), MSNET_BUFFER (input), MSNET_STRUCT (in), MSNET_INT (2)),
    .global = { 2, 1 },
  };

  ck_assert (msnet_buffer_upload (input, 0, values, sizeof values, NULL));
  ck_assert (msnet_command_list_append (list, &launch, NULL) && msnet_command_list_run (list, NULL));
  ck_assert (msnet_buffer_download (output, 0, found, sizeof found, NULL));
  for (guint i = 0; i < N_VALUES; i++)
    ck_assert_float_eq (found[i], expected[i]);
}
END_TEST

START_TEST (build_failure_names_file_and_log)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;

  ck_assert (!append (list, "self_test", "-DMSNET_BREAK_BUILD", buffer, N_VALUES, &error));
  test_expect_error (error, MSNET_ERROR_BUILD, "plain/self_test.cl");
  test_expect_error (error, MSNET_ERROR_BUILD, "CL_BUILD_PROGRAM_FAILURE");
  test_expect_error (error, MSNET_ERROR_BUILD, "-DMSNET_BREAK_BUILD");
  ck_assert_uint_eq (msnet_command_list_get_length (list), 0);
  ck_assert (append (list, "self_test", NULL, buffer, N_VALUES, NULL));
}
END_TEST

START_TEST (wrong_kernel_is_named)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;

  ck_assert (!append (list, "no_such_kernel", NULL, buffer, N_VALUES, &error));
  test_expect_error (error, MSNET_ERROR_DEVICE, "no_such_kernel");
  test_expect_error (error, MSNET_ERROR_DEVICE, "CL_INVALID_KERNEL_NAME");
}
END_TEST

START_TEST (wrong_work_size_is_an_error)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;

  if (msnet_device_get_info (device)->group_size < 4) /* which are made smaller: no size is wrong then */
    return;
  ck_assert (msnet_command_list_append (list,
      &(MsnetLaunch){ .file = "plain/self_test.cl",
          .kernel = "self_test",
          MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (N_VALUES)),
          .global = { 10 },
          .local = { 4 } },
      NULL));
  ck_assert (!msnet_command_list_run (list, &error));
  test_expect_error (error, MSNET_ERROR_DEVICE, "CL_INVALID_WORK_GROUP_SIZE");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("command list");
  TCase *tests = tcase_create ("command list");

  device = test_get_device ();
  tcase_add_test (tests, runs_all_and_ranges);
  tcase_add_test (tests, keeps_buffers_alive);
  tcase_add_test (tests, passes_structures);
  tcase_add_test (tests, build_failure_names_file_and_log);
  tcase_add_test (tests, wrong_kernel_is_named);
  tcase_add_test (tests, wrong_work_size_is_an_error);
  suite_add_tcase (suite, tests);
  return suite;
}
