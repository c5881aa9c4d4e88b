/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "folder.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

/* All of this process's folders lie in one. */
static gchar *parent;
static pid_t owner;

static void
remove_all (const gchar *name)
{
  g_autoptr (GDir) entries = NULL;
  const gchar *entry;

  if (g_file_test (name, G_FILE_TEST_IS_SYMLINK) || !g_file_test (name, G_FILE_TEST_IS_DIR)) {
    g_unlink (name);
    return;
  }
  g_chmod (name, 0700);
  entries = g_dir_open (name, 0, NULL);
  while ((entry = g_dir_read_name (entries)) != NULL) {
    g_autofree gchar *child = g_build_filename (name, entry, NULL);

    remove_all (child);
  }
  g_rmdir (name);
}

/* Processes that were forked end as well. */
static void
remove_parent (void)
{
  if (getpid () == owner)
    remove_all (parent);
  g_clear_pointer (&parent, g_free);
}

gchar *
test_make_folder (void)
{
  g_autofree gchar *template = NULL;

  if (parent == NULL) {
    parent = g_dir_make_tmp ("msnet-test-XXXXXX", NULL);
    owner = getpid ();
    atexit (remove_parent);
  }
  template = g_build_filename (parent, "XXXXXX", NULL);
  if (g_mkdtemp (template) == NULL)
    g_error ("%s: expected a folder that can be written to", g_get_tmp_dir ());
  return g_steal_pointer (&template);
}
