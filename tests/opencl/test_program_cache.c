/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "common/folder.h"
#include "opencl/cache.h"
#include "opencl/candidate.h"
#include "opencl/command_list.h"
#include "opencl/private.h"

#define N_VALUES 4096

static gchar *folder;

static void
set_up (void)
{
  folder = test_make_folder ();
  g_setenv ("MSNET_CACHE_DIR", folder, TRUE);
  /* By index, a GPU is opened without a self-test, whose program would be kept as well. */
  g_setenv ("MSNET_DEVICE", "0:0", TRUE);
}

/* Returns: (transfer full) (nullable): the only file of the cache */
static gchar *
find_file (void)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const gchar *name = g_dir_read_name (entries);

  ck_assert_ptr_null (name != NULL ? g_dir_read_name (entries) : NULL);
  return name != NULL ? g_build_filename (folder, name, NULL) : NULL;
}

static void
tear_down (void)
{
  g_clear_pointer (&folder, g_free);
}

static void
compute (MsnetDevice *device)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *values = g_new (gfloat, N_VALUES);
  const MsnetLaunch launch = {
    .file = "plain/self_test.cl",
    .kernel = "self_test",
    .options = "-DMSNET_TEST=2",
    MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (N_VALUES)),
    .global = { N_VALUES },
  };

  ck_assert_msg (
      msnet_command_list_append (list, &launch, &error), "%s", error != NULL ? error->message : "");
  ck_assert (msnet_command_list_run (list, NULL));
  ck_assert (msnet_buffer_download (buffer, 0, values, N_VALUES * sizeof (gfloat), NULL));
  for (guint i = 0; i < N_VALUES; i++)
    ck_assert_float_eq (values[i], 2.0f * i + 1.0f);
}

/* Computes on a device of its own, which forgets what it built.  Returns: whether the program came from the
 * cache */
static gboolean
start (gboolean save)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  gboolean from_cache;

  compute (device);
  from_cache = g_hash_table_size (device->context->unsaved) == 0;
  if (save)
    msnet_device_save_programs (device);
  ck_assert (!save || g_hash_table_size (device->context->unsaved) == 0);
  return from_cache;
}

START_TEST (found_again_when_saved)
{
  g_autofree gchar *file = NULL;

  ck_assert (!start (FALSE));
  ck_assert_ptr_null (find_file ());
  ck_assert (!start (TRUE));
  file = find_file ();
  ck_assert_ptr_nonnull (file);
  ck_assert (start (FALSE));
  ck_assert (start (TRUE));
}
END_TEST

/* The driver refuses it, though it is what was written. */
START_TEST (built_anew_where_the_driver_refuses)
{
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("nonsense", 8);
  g_autofree gchar *file = NULL;
  g_autofree gchar *name = NULL;

  start (TRUE);
  file = find_file ();
  name = g_path_get_basename (file);
  ck_assert (msnet_cache_write ("program", name + strlen ("program-"), nonsense));
  ck_assert (!start (TRUE));
  ck_assert (start (TRUE));
}
END_TEST

START_TEST (built_anew_where_it_is_damaged)
{
  g_autofree gchar *file = NULL;
  g_autofree gchar *content = NULL;
  gsize size;

  start (TRUE);
  file = find_file ();
  ck_assert (g_file_get_contents (file, &content, &size, NULL));
  content[size / 2] ^= 1;
  ck_assert (g_file_set_contents_full (file, content, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  ck_assert (!start (TRUE));
  ck_assert (start (TRUE));
}
END_TEST

START_TEST (works_without_a_cache)
{
  g_autofree gchar *nowhere = g_build_filename ("/dev/null", "nowhere", NULL);

  g_setenv ("MSNET_CACHE_DIR", nowhere, TRUE);
  ck_assert (!start (TRUE));
  ck_assert (!start (TRUE));
}
END_TEST

/* Source, options and device: each of them makes another program. */
START_TEST (keys_are_of_one_program)
{
  g_autoptr (MsnetDevice) device = test_open_device ();
  MsnetContext other = { .info.identity = (gchar *)"another device" };
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_hash_table_add (keys, msnet_program_cache_make_key (device->context, "source", "options"));
  g_hash_table_add (keys, msnet_program_cache_make_key (device->context, "another source", "options"));
  g_hash_table_add (keys, msnet_program_cache_make_key (device->context, "source", "other options"));
  g_hash_table_add (keys, msnet_program_cache_make_key (&other, "source", "options"));
  ck_assert_uint_eq (g_hash_table_size (keys), 4);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("program_cache");
  TCase *tests = tcase_create ("program_cache");

  msnet_device_unref (test_open_device ());
  tcase_add_checked_fixture (tests, set_up, tear_down);
  tcase_add_test (tests, found_again_when_saved);
  tcase_add_test (tests, built_anew_where_the_driver_refuses);
  tcase_add_test (tests, built_anew_where_it_is_damaged);
  tcase_add_test (tests, works_without_a_cache);
  tcase_add_test (tests, keys_are_of_one_program);
  suite_add_tcase (suite, tests);
  return suite;
}
