/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "common/folder.h"
#include "opencl/cache.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KIND "test"
#define N_WRITERS 4
#define N_ROUNDS 200

/* The folder of one test, and the file in it. */
static gchar *parent;
static gchar *folder;
static gchar *key;
static gchar *path;

static void
set_up (void)
{
  const gchar *parts[] = { "source", "options", NULL };
  g_autofree gchar *name = NULL;

  parent = test_make_folder ();
  folder = g_build_filename (parent, "a", "b", NULL);
  key = msnet_cache_make_key (parts);
  name = g_strjoin ("-", KIND, key, NULL);
  path = g_build_filename (folder, name, NULL);
  g_setenv ("MSNET_CACHE_DIR", folder, TRUE);
}

static void
tear_down (void)
{
  g_clear_pointer (&parent, g_free);
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&key, g_free);
  g_clear_pointer (&path, g_free);
}

/* Another one for each @seed; of @size bytes, none of which is 0. */
static GBytes *
make_content (gsize size, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  guint8 *bytes = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    bytes[i] = g_rand_int_range (random, 1, 256);
  return g_bytes_new_take (bytes, size);
}

static void
write_content (gsize size, guint32 seed)
{
  g_autoptr (GBytes) content = make_content (size, seed);

  ck_assert (msnet_cache_write (KIND, key, content));
}

static gboolean
holds (gsize size, guint32 seed)
{
  g_autoptr (GBytes) expected = make_content (size, seed);
  g_autoptr (GBytes) found = msnet_cache_read (KIND, key);

  return found != NULL && g_bytes_equal (found, expected);
}

static gboolean
is_there (void)
{
  g_autoptr (GBytes) found = msnet_cache_read (KIND, key);

  return found != NULL;
}

/* Whatever was wrong, the next write makes it right. */
static void
expect_repaired (void)
{
  ck_assert (!is_there ());
  write_content (1000, 2);
  ck_assert (holds (1000, 2));
}

static guint
count_files (void)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (entries) != NULL)
    n++;
  return n;
}

START_TEST (comes_back)
{
  static const gsize sizes[] = { 0, 1, 7, 4095, 4096, 1000003 };

  ck_assert (!is_there ());
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    write_content (sizes[i], i);
    ck_assert (holds (sizes[i], i));
  }
  ck_assert_uint_eq (count_files (), 1);
}
END_TEST

START_TEST (is_private)
{
  GStatBuf status;
  mode_t mask = umask (0);

  write_content (10, 1);
  umask (mask);
  ck_assert_int_eq (g_stat (folder, &status), 0);
  ck_assert_uint_eq (status.st_mode & 0777, 0700);
  ck_assert_int_eq (g_stat (path, &status), 0);
  ck_assert_uint_eq (status.st_mode & 0777, 0600);
  /* A file that others may read, as a copy from elsewhere: what replaces it is private. */
  ck_assert_int_eq (g_chmod (path, 0644), 0);
  write_content (10, 1);
  ck_assert_int_eq (g_stat (path, &status), 0);
  ck_assert_uint_eq (status.st_mode & 0777, 0600);
}
END_TEST

START_TEST (keys_tell_parts_apart)
{
  const gchar *lists[][4] = { { "ab", "c" }, { "a", "bc" }, { "abc" }, { "abc", "" }, { "c", "ab" } };
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_hash_table_add (keys, msnet_cache_make_key (lists[i]));
  ck_assert_uint_eq (g_hash_table_size (keys), G_N_ELEMENTS (lists));
}
END_TEST

START_TEST (cut_short_anywhere)
{
  GStatBuf status;

  write_content (300, 1);
  ck_assert_int_eq (g_stat (path, &status), 0);
  for (off_t size = 0; size < status.st_size; size++) {
    write_content (300, 1);
    ck_assert_int_eq (truncate (path, size), 0);
    ck_assert_msg (!is_there (), "read a file cut to %ld of %ld bytes", (long)size, (long)status.st_size);
  }
  expect_repaired ();
}
END_TEST

/* Byte by byte: magic, version, size, name, digest and content. */
START_TEST (changed_anywhere)
{
  g_autofree gchar *good = NULL;
  gsize size;

  write_content (300, 1);
  ck_assert (g_file_get_contents (path, &good, &size, NULL));
  for (gsize i = 0; i < size; i++) {
    gint file = g_open (path, O_WRONLY);
    gchar changed = good[i] ^ (1 << i % 8);

    ck_assert_int_eq (pwrite (file, &changed, 1, (off_t)i), 1);
    ck_assert_msg (!is_there (), "read a file whose byte %zu of %zu was changed", i, size);
    ck_assert_int_eq (pwrite (file, &good[i], 1, (off_t)i), 1);
    close (file);
  }
  ck_assert (holds (300, 1));
  ck_assert_int_eq (truncate (path, (off_t)size + 1), 0);
  expect_repaired ();
}
END_TEST

START_TEST (of_another_name)
{
  const gchar *parts[] = { "source", "options", "another device", NULL };
  g_autofree gchar *other_key = msnet_cache_make_key (parts);
  g_autoptr (GBytes) content = make_content (50, 1);

  ck_assert (msnet_cache_write (KIND, other_key, content));
  ck_assert (!is_there ());
  {
    g_autofree gchar *name = g_strjoin ("-", KIND, other_key, NULL);
    g_autofree gchar *other_path = g_build_filename (folder, name, NULL);

    ck_assert_int_eq (g_rename (other_path, path), 0);
  }
  expect_repaired ();
}
END_TEST

START_TEST (others_could_have_written_it)
{
  static const mode_t modes[] = { 0602, 0620, 0666 };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    write_content (50, 1);
    ck_assert_int_eq (g_chmod (path, modes[i]), 0);
    expect_repaired ();
  }
  ck_assert_int_eq (g_chmod (folder, 0702), 0);
  ck_assert (!is_there ());
  ck_assert_int_eq (g_chmod (folder, 0755), 0);
  ck_assert (holds (1000, 2));
}
END_TEST

/* Only root can give files away. */
START_TEST (others_own_it)
{
  if (geteuid () != 0)
    return;
  write_content (50, 1);
  ck_assert_int_eq (chown (path, 12345, -1), 0);
  expect_repaired ();
  ck_assert_int_eq (chown (folder, 12345, -1), 0);
  ck_assert (!is_there ());
}
END_TEST

START_TEST (no_plain_file)
{
  g_autofree gchar *elsewhere = g_build_filename (parent, "elsewhere", NULL);

  write_content (50, 1);
  ck_assert_int_eq (g_rename (path, elsewhere), 0);
  ck_assert_int_eq (symlink (elsewhere, path), 0);
  expect_repaired ();
  g_unlink (path);
  ck_assert_int_eq (mkfifo (path, 0600), 0);
  expect_repaired ();
  g_unlink (path);
  ck_assert_int_eq (g_mkdir (path, 0700), 0);
  ck_assert (!is_there ());
  {
    g_autoptr (GBytes) content = make_content (50, 1);

    ck_assert (!msnet_cache_write (KIND, key, content));
  }
  ck_assert_uint_eq (count_files (), 1);
}
END_TEST

static void
expect_unusable (const gchar *name)
{
  g_autoptr (GBytes) content = make_content (50, 1);

  g_setenv ("MSNET_CACHE_DIR", name, TRUE);
  ck_assert (!msnet_cache_write (KIND, key, content));
  ck_assert (!is_there ());
}

START_TEST (folder_is_none)
{
  g_autofree gchar *file = g_build_filename (parent, "file", NULL);
  g_autofree gchar *below = g_build_filename (file, "below", NULL);

  ck_assert (g_file_set_contents (file, "text", -1, NULL));
  expect_unusable (file);
  expect_unusable (below);
  expect_unusable ("/proc/nowhere");
  expect_unusable ("/dev/null");
}
END_TEST

/* Root may write anywhere. */
START_TEST (folder_is_read_only)
{
  if (geteuid () == 0)
    return;
  write_content (50, 1);
  g_unlink (path);
  ck_assert_int_eq (g_chmod (folder, 0500), 0);
  expect_unusable (folder);
}
END_TEST

/* Nothing that was begun stays. */
START_TEST (disk_is_full)
{
  g_autoptr (GBytes) content = make_content (200000, 3);
  struct rlimit limit, low;

  write_content (100, 1);
  ck_assert_int_eq (getrlimit (RLIMIT_FSIZE, &limit), 0);
  low = (struct rlimit){ 100000, limit.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  ck_assert_int_eq (setrlimit (RLIMIT_FSIZE, &low), 0);
  ck_assert (!msnet_cache_write (KIND, key, content));
  ck_assert_int_eq (setrlimit (RLIMIT_FSIZE, &limit), 0);
  ck_assert (holds (100, 1));
  ck_assert_uint_eq (count_files (), 1);
}
END_TEST

/* Whatever writer wrote it. */
static gboolean
is_whole (GBytes *found)
{
  guint32 seed = (guint32)(g_bytes_get_size (found) - 20000);
  g_autoptr (GBytes) expected = make_content (20000 + seed, seed);

  return g_bytes_equal (found, expected);
}

/* In a process of its own. */
static void
write_again_and_again (guint32 seed)
{
  g_autoptr (GBytes) content = make_content (20000 + seed, seed);

  for (guint i = 0; i < N_ROUNDS; i++)
    if (!msnet_cache_write (KIND, key, content))
      _exit (1);
  _exit (0);
}

/* Processes, as it is between them that the cache is shared. */
START_TEST (writers_at_the_same_time)
{
  guint n_running = N_WRITERS;

  write_content (20000, 0);
  for (guint32 i = 0; i < N_WRITERS; i++)
    if (fork () == 0)
      write_again_and_again (i);
  while (n_running > 0) {
    g_autoptr (GBytes) found = msnet_cache_read (KIND, key);
    gint status;

    ck_assert_ptr_nonnull (found);
    ck_assert (is_whole (found));
    if (waitpid (-1, &status, WNOHANG) > 0) {
      ck_assert_int_eq (status, 0);
      n_running--;
    }
  }
  ck_assert_uint_eq (count_files (), 1);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("cache");
  TCase *tests = tcase_create ("cache");

  tcase_add_checked_fixture (tests, set_up, tear_down);
  tcase_add_test (tests, comes_back);
  tcase_add_test (tests, is_private);
  tcase_add_test (tests, keys_tell_parts_apart);
  tcase_add_test (tests, cut_short_anywhere);
  tcase_add_test (tests, changed_anywhere);
  tcase_add_test (tests, of_another_name);
  tcase_add_test (tests, others_could_have_written_it);
  tcase_add_test (tests, others_own_it);
  tcase_add_test (tests, no_plain_file);
  tcase_add_test (tests, folder_is_none);
  tcase_add_test (tests, folder_is_read_only);
  tcase_add_test (tests, disk_is_full);
  tcase_add_test (tests, writers_at_the_same_time);
  suite_add_tcase (suite, tests);
  return suite;
}
