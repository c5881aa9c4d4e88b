/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/amx.h"
#include "common/common.h"
#include "common/folder.h"
#include "machine/instructions.h"
#include "opencl/candidate.h"
#include "opencl/open.h"
#include "opencl/self_test.h"

#include <stdlib.h>

#define WITHOUT_DRIVER "--without-driver"
#define WITH_HANGING_DRIVER "--with-hanging-driver"
#define VENDORS "/etc/OpenCL/vendors"

static const gchar *program_path;

START_TEST (opens_by_each_selector)
{
  const gchar *selectors[] = { "auto", "", "0:0", NULL };
  g_autoptr (MsnetDevice) device = test_open_device ();
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  g_autofree gchar *part = g_utf8_strup (info->name, 6);

  ck_assert_str_ne (info->name, "");
  ck_assert_str_ne (info->platform, "");
  ck_assert_str_ne (info->version, "");
  ck_assert_uint_ge (info->vector_width, 1);
  ck_assert_uint_ge (info->compute_units, 1);
  for (guint i = 0; i < G_N_ELEMENTS (selectors); i++) {
    g_autoptr (MsnetDevice) same = msnet_device_open (selectors[i], NULL);
    ck_assert_ptr_nonnull (same);
  }
  {
    g_autoptr (MsnetDevice) same = msnet_device_open (part, NULL);
    ck_assert_ptr_nonnull (same);
  }
}
END_TEST

static gboolean
processor_lists (const gchar *flag)
{
  g_autofree gchar *text = NULL;

  return g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL) && strstr (text, flag) != NULL;
}

/* Whether bfloat16 is fast nobody can tell but by trying; that it is there the processor must say. */
START_TEST (instructions_are_found)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  g_autoptr (MsnetDevice) same = test_open_device ();
  gboolean has_bf16;

  msnet_instructions_find (device);
  has_bf16 = msnet_device_get_info (device)->has_bf16;
  ck_assert (!has_bf16 || processor_lists (" avx512_bf16"));
  msnet_instructions_find (same);
  ck_assert_int_eq (msnet_device_get_info (same)->has_bf16, has_bf16);
}
END_TEST

/* Its own instructions, or emulated ones: the self-test must pass, and no other handle be asked again. */
START_TEST (tiles_compute_rightly)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  g_autoptr (MsnetDevice) same = test_open_device ();

  msnet_instructions_find_amx (device);
  ck_assert (!msnet_device_get_info (device)->has_amx || processor_lists (" amx_bf16"));
#if defined(__x86_64__) && defined(__linux__)
  if (msnet_device_get_info (device)->is_cpu
      && g_str_equal (msnet_device_get_info (device)->platform, "Portable Computing Language"))
    ck_assert (test_provide_amx (device));
#endif
  ck_assert_int_eq (msnet_device_get_info (same)->has_amx, msnet_device_get_info (device)->has_amx);
}
END_TEST

START_TEST (environment_selects)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("MSNET_DEVICE", "no such device", TRUE);
  ck_assert_ptr_null (msnet_device_open (NULL, &error));
  g_unsetenv ("MSNET_DEVICE");
  test_expect_error (error, MSNET_ERROR_NO_DEVICE, "\"no such device\"");
}
END_TEST

START_TEST (missing_device_lists_those_found)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (msnet_device_open ("77:5", &error));
  test_expect_error (error, MSNET_ERROR_NO_DEVICE, "\"77:5\"");
  test_expect_error (error, MSNET_ERROR_NO_DEVICE, msnet_device_get_info (device)->name);
  test_expect_error (error, MSNET_ERROR_NO_DEVICE, "\n0:0 ");
  test_expect_error (error, MSNET_ERROR_NO_DEVICE, "apt-get install pocl-opencl-icd");
}
END_TEST

START_TEST (candidates_fit_selectors)
{
  const MsnetCandidate gpu = { NULL, 2, 1, (gchar *)"Vendor", (gchar *)"Radiant 9000", CL_DEVICE_TYPE_GPU };

  ck_assert (msnet_candidate_fits (&gpu, "GPU"));
  ck_assert (msnet_candidate_fits (&gpu, "2:1"));
  ck_assert (msnet_candidate_fits (&gpu, "radiant"));
  ck_assert (!msnet_candidate_fits (&gpu, "cpu"));
  ck_assert (!msnet_candidate_fits (&gpu, "2:0"));
  ck_assert (!msnet_candidate_fits (&gpu, "1:2"));
  ck_assert (!msnet_candidate_fits (&gpu, "vendor"));
}
END_TEST

START_TEST (self_test_passes_or_times_out)
{
  g_autoptr (GPtrArray) candidates = msnet_candidates_find ();
  const MsnetCandidate *candidate = candidates->pdata[0];
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetDevice) late = msnet_self_test_open (candidate->id, 0, &error);
  g_autoptr (MsnetDevice) device = msnet_self_test_open (candidate->id, 60 * G_USEC_PER_SEC, NULL);

  ck_assert_ptr_nonnull (device);
  ck_assert_ptr_null (late);
  test_expect_error (error, MSNET_ERROR_DEVICE, "did not end within");
}
END_TEST

static const MsnetCandidate boards[] = {
  { (cl_device_id)&boards[0], 0, 0, (gchar *)"Vendor", (gchar *)"Radiant 9000", CL_DEVICE_TYPE_GPU },
  { (cl_device_id)&boards[1], 1, 3, (gchar *)"Vendor", (gchar *)"Radiant 100", CL_DEVICE_TYPE_GPU },
  { (cl_device_id)&boards[2], 2, 0, (gchar *)"PoCL", (gchar *)"Processor", CL_DEVICE_TYPE_CPU },
  { (cl_device_id)&boards[3], 3, 0, (gchar *)"Vendor", (gchar *)"Processor", CL_DEVICE_TYPE_CPU },
};

/* @first, @n: the boards that the machine has; the first of them does not work */
static gchar *
advise (guint first, guint n)
{
  g_autoptr (GPtrArray) candidates = g_ptr_array_new ();

  for (guint i = first; i < first + n; i++)
    g_ptr_array_add (candidates, (gpointer)&boards[i]);
  return msnet_candidates_advise (candidates, boards[first].id);
}

/* A machine with a GPU and no CPU device is not told to use the CPU, and one with PoCL not to install it. */
START_TEST (advice_names_what_is_there)
{
  g_autofree gchar *alone = advise (0, 1);
  g_autofree gchar *two = advise (0, 2);
  g_autofree gchar *all = advise (0, 3);
  g_autofree gchar *processor = advise (2, 1);
  g_autofree gchar *drivers = advise (2, 2);

  ck_assert_str_eq (alone, "there is no other device; " MSNET_INSTALL_HINT);
  ck_assert_str_eq (two, "set the property \"device\" to another one, such as 1:3");
  ck_assert_str_eq (all, "set the property \"device\" to another one, such as cpu");
  ck_assert_str_eq (
      processor, "there is no other device; install a newer version of its driver, or the driver of a GPU");
  /* "cpu" would be the driver that failed. */
  ck_assert_str_eq (drivers, "set the property \"device\" to another one, such as 3:0");
}
END_TEST

/* The loader reads its environment once, so this needs a process of its own.
 * @argument: what it does
 * @vendors: where it finds drivers
 *
 * Returns: (transfer full): what it prints */
static gchar *
run_with_vendors (const gchar *argument, const gchar *vendors)
{
  gchar *arguments[] = { (gchar *)program_path, (gchar *)argument, NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "OCL_ICD_VENDORS", vendors, TRUE);
  gchar *output = NULL;
  gint status = -1;

  ck_assert (g_spawn_sync (NULL, arguments, environment, 0, NULL, NULL, &output, NULL, &status, NULL));
  ck_assert_msg (status == 0, "status %d: %s", status, output);
  return output;
}

START_TEST (no_driver_says_why)
{
  g_autofree gchar *folder = test_make_folder ();
  g_autofree gchar *output = run_with_vendors (WITHOUT_DRIVER, folder);
  g_autofree gchar *reason = g_strdup_printf ("OCL_ICD_VENDORS is \"%s\", and only", folder);

  ck_assert_msg (strstr (output, reason) != NULL, "message: %s", output);
}
END_TEST

/* Returns: (transfer full): a folder of vendors in which a driver that hangs stands beside the machine's
 * own */
static gchar *
make_vendors (void)
{
  gchar *folder = test_make_folder ();
  g_autofree gchar *own = g_build_filename (folder, "own.icd", NULL);
  g_autofree gchar *hanging = g_build_filename (folder, "hanging.icd", NULL);
  g_autofree gchar *library = NULL;

  ck_assert (g_file_test (g_getenv ("MSNET_TEST_HANGING_DRIVER"), G_FILE_TEST_EXISTS));
  ck_assert (g_file_get_contents (VENDORS "/pocl.icd", &library, NULL, NULL));
  ck_assert (g_file_set_contents (own, library, -1, NULL));
  ck_assert (g_file_set_contents (hanging, g_getenv ("MSNET_TEST_HANGING_DRIVER"), -1, NULL));
  return folder;
}

/* A GPU that fell off its bus, beside PoCL.  The message's remedy is followed: it names a file. */
START_TEST (hanging_driver_is_left_out)
{
  g_autofree gchar *folder = NULL;
  g_autofree gchar *hung = NULL;
  g_autofree gchar *opened = NULL;

  if (!g_file_test (VENDORS "/pocl.icd", G_FILE_TEST_EXISTS))
    return;
  folder = make_vendors ();
  hung = run_with_vendors (WITH_HANGING_DRIVER, folder);
  opened = run_with_vendors (WITH_HANGING_DRIVER, VENDORS "/pocl.icd");
  ck_assert_msg (
      strstr (hung, "clGetPlatformIDs and clGetDeviceIDs have not returned for 1 s; set OCL_ICD_VENDORS")
              != NULL
          && strstr (hung, VENDORS "/pocl.icd") != NULL,
      "message: %s", hung);
  ck_assert_str_eq (opened, "opened\n");
}
END_TEST

/* Prints `opened`, or why not. */
static gint
run_with_hanging_driver (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetDevice) device = NULL;

  msnet_device_patience.list = G_USEC_PER_SEC;
  device = msnet_device_open (NULL, &error);
  g_print ("%s\n", device != NULL ? "opened" : error->message);
  return EXIT_SUCCESS;
}

static gint
run_without_driver (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetDevice) device = msnet_device_open (NULL, &error);

  if (device != NULL || !g_error_matches (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE))
    return EXIT_FAILURE;
  g_print ("%s\n", error->message);
  return EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("device");
  TCase *tests = tcase_create ("device");

  if (argc > 1 && g_str_equal (argv[1], WITHOUT_DRIVER))
    return run_without_driver ();
  if (argc > 1 && g_str_equal (argv[1], WITH_HANGING_DRIVER))
    return run_with_hanging_driver ();
  program_path = argv[0];
  msnet_device_unref (test_open_device ());
  tcase_add_test (tests, opens_by_each_selector);
  tcase_add_test (tests, instructions_are_found);
  tcase_add_test (tests, tiles_compute_rightly);
  tcase_add_test (tests, environment_selects);
  tcase_add_test (tests, missing_device_lists_those_found);
  tcase_add_test (tests, candidates_fit_selectors);
  tcase_add_test (tests, self_test_passes_or_times_out);
  tcase_add_test (tests, advice_names_what_is_there);
  tcase_add_test (tests, no_driver_says_why);
  tcase_add_test (tests, hanging_driver_is_left_out);
  suite_add_tcase (suite, tests);
  return test_run (suite);
}
