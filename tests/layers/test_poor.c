/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The poor device is as poor as it says, and launches adapt to it. */
#include "inside.h"
#include "opencl/command_list.h"
#include "opencl/private.h"

#include <stdlib.h>

#define N_VALUES 64

static const gchar *layer;

static gboolean
runs_large_groups (MsnetDevice *device)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  const MsnetLaunch launch = {
    .file = "plain/self_test.cl",
    .kernel = "self_test",
    MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (N_VALUES)),
    .global = { N_VALUES },
    .local = { N_VALUES },
  };
  gfloat last;

  return msnet_command_list_append (list, &launch, NULL) && msnet_command_list_run (list, NULL)
         && msnet_buffer_download (buffer, (N_VALUES - 1) * sizeof last, &last, sizeof last, NULL)
         && last == 2 * (N_VALUES - 1) + 1;
}

static gboolean
refuses_large_groups (MsnetDevice *device)
{
  const size_t global = N_VALUES;
  const size_t local = 2;
  cl_program program = msnet_context_get_program (device->context, "plain/self_test.cl", NULL, NULL);
  cl_kernel kernel = clCreateKernel (program, "self_test", NULL);
  cl_int status = clEnqueueNDRangeKernel (device->queue, kernel, 1, NULL, &global, &local, 0, NULL, NULL);

  clReleaseKernel (kernel);
  return status == CL_INVALID_WORK_GROUP_SIZE;
}

static gint
run_case (void)
{
  g_autoptr (MsnetDevice) device = inside_open_device (layer);
  const MsnetDeviceInfo *info = msnet_device_get_info (device);

  return g_utf8_validate (info->name, -1, NULL) && !info->is_cpu && info->vector_width == 1
                 && info->group_size == 1 && runs_large_groups (device) && refuses_large_groups (device)
             ? EXIT_SUCCESS
             : EXIT_FAILURE;
}

START_TEST (launches_adapt)
{
  Ending ending = inside_run (layer, "", "adapt", NULL);

  ck_assert_msg (ending.succeeded, "%s", ending.messages);
  g_free (ending.messages);
}
END_TEST

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("poor");
  TCase *tests = tcase_create ("poor");

  layer = argv[1];
  if (argc > 2)
    return run_case ();
  msnet_device_unref (test_open_device ());
  tcase_add_test (tests, launches_adapt);
  suite_add_tcase (suite, tests);
  return test_run (suite);
}
