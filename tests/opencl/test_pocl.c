/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where PoCL would write, and whether it can: found out without a trace. */
#include "common/common.h"
#include "common/folder.h"
#include "opencl/drivers.h"

#include <glib/gstdio.h>

static gchar *home;

static void
setup (void)
{
  const gchar *names[] = { "POCL_CACHE_DIR", "POCL_KERNEL_CACHE", "XDG_CACHE_HOME" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_unsetenv (names[i]);
  home = test_make_folder ();
  g_setenv ("HOME", home, TRUE);
}

static void
teardown (void)
{
  g_clear_pointer (&home, g_free);
}

/* @variable is set to something below a file, which nobody can make a folder of.
 * Returns: (transfer full): where PoCL cannot write */
static gchar *
find_fault_below_file (const gchar *variable)
{
  g_autofree gchar *file = g_build_filename (home, "file", NULL);
  g_autofree gchar *below = g_build_filename (file, "below", NULL);
  g_autofree gchar *fault = NULL;
  gchar **words;
  gchar *folder;

  ck_assert (g_file_set_contents (file, "", 0, NULL));
  g_setenv (variable, below, TRUE);
  fault = msnet_pocl_find_fault ();
  ck_assert_ptr_nonnull (fault);
  ck_assert_msg (strstr (fault, ": Not a directory") != NULL, "message: %s", fault);
  words = g_strsplit (strstr (fault, below) + strlen (below), ": ", 2);
  folder = g_strdup (words[0]);
  g_strfreev (words);
  return folder;
}

START_TEST (folder_is_that_of_pocl)
{
  const gchar *variables[] = { "HOME", "XDG_CACHE_HOME", "POCL_CACHE_DIR" };
  const gchar *kept[] = { "/.cache/pocl/kcache", "/pocl/kcache", "" };

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++) {
    g_autofree gchar *folder = find_fault_below_file (variables[i]);
    ck_assert_str_eq (folder, kept[i]);
  }
}
END_TEST

/* Somebody debugs PoCL. */
START_TEST (kernels_that_are_not_kept_lie_elsewhere)
{
  g_autofree gchar *folder = NULL;

  g_setenv ("POCL_KERNEL_CACHE", "0", TRUE);
  folder = find_fault_below_file ("HOME");
  ck_assert_str_eq (folder, "/.cache/pocl/uncached");
}
END_TEST

/* A home of before UTF-8: the message is text all the same. */
START_TEST (names_are_bytes)
{
  g_autofree gchar *fault = NULL;

  g_setenv ("POCL_CACHE_DIR", "/dev/null/caf\xe9", TRUE);
  fault = msnet_pocl_find_fault ();
  ck_assert_msg (strstr (fault, "/dev/null/caf\xef\xbf\xbd:") != NULL, "message: %s", fault);
  ck_assert (g_utf8_validate (fault, -1, NULL));
}
END_TEST

START_TEST (looking_makes_no_folder)
{
  g_autofree gchar *cache = g_build_filename (home, ".cache", NULL);

  ck_assert_ptr_null (msnet_pocl_find_fault ());
  ck_assert (!msnet_pocl_is_noexec ()); /* which looks, too */
  ck_assert (!g_file_test (cache, G_FILE_TEST_EXISTS));
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("pocl");
  TCase *tests = tcase_create ("pocl");

  tcase_add_checked_fixture (tests, setup, teardown);
  tcase_add_test (tests, folder_is_that_of_pocl);
  tcase_add_test (tests, kernels_that_are_not_kept_lie_elsewhere);
  tcase_add_test (tests, names_are_bytes);
  tcase_add_test (tests, looking_makes_no_folder);
  suite_add_tcase (suite, tests);
  return suite;
}
