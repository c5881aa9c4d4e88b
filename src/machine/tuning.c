/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tuning.h"

#include "base/lock.h"
#include "opencl/cache.h"
#include "opencl/source.h"

#include <string.h>

#define KIND "tuning"

/* Of the keys, and of what else a measurement depends on and the parts of make_key() do not say. */
#define VERSION "2"

/* A device's identity to its table: GHashTable of words by keys.  Both under the lock. */
static MsnetLock tables_lock;
static GHashTable *tables;

static gchar *
make_key (const MsnetDeviceInfo *device)
{
  g_autofree gchar *digest = msnet_source_make_digest ();
  g_autofree gchar *cores = g_strdup_printf ("%u", device->compute_units);
  const gchar *parts[] = { VERSION, device->identity, cores, digest, NULL };

  return msnet_cache_make_key (parts);
}

/* A line each: key, tab, word. */
static GHashTable *
parse (const gchar *text, gsize size)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree gchar *copy = g_strndup (text, size);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *tab = strchr (lines[i], '\t');

    if (tab != NULL)
      g_hash_table_insert (table, g_strndup (lines[i], tab - lines[i]), g_strdup (tab + 1));
  }
  return table;
}

static GHashTable *
load (const MsnetDeviceInfo *device)
{
  g_autofree gchar *key = make_key (device);
  g_autoptr (GBytes) content = msnet_cache_read (KIND, key);
  gsize size = 0;
  const gchar *text = content != NULL ? g_bytes_get_data (content, &size) : "";

  return parse (text, size);
}

/* With the lock held.  A read of a small file, once a process, is all that others may wait for. */
static GHashTable *
get_table (const MsnetDeviceInfo *device)
{
  GHashTable *table;

  if (tables == NULL)
    tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  table = g_hash_table_lookup (tables, device->identity);
  if (table == NULL) {
    table = load (device);
    g_hash_table_insert (tables, g_strdup (device->identity), table);
  }
  return table;
}

gchar *
msnet_tuning_find (const MsnetDeviceInfo *device, const gchar *key)
{
  gchar *word;

  msnet_lock_take (&tables_lock);
  word = g_strdup (g_hash_table_lookup (get_table (device), key));
  msnet_lock_give (&tables_lock);
  return word;
}

void
msnet_tuning_set (const MsnetDeviceInfo *device, const gchar *key, const gchar *word)
{
  msnet_lock_take (&tables_lock);
  if (word != NULL)
    g_hash_table_insert (get_table (device), g_strdup (key), g_strdup (word));
  else
    g_hash_table_remove (get_table (device), key);
  msnet_lock_give (&tables_lock);
}

static GString *
format (GHashTable *table)
{
  GString *text = g_string_new (NULL);
  GHashTableIter iterator;
  gpointer key, word;

  g_hash_table_iter_init (&iterator, table);
  while (g_hash_table_iter_next (&iterator, &key, &word))
    g_string_append_printf (text, "%s\t%s\n", (const gchar *)key, (const gchar *)word);
  return text;
}

gboolean
msnet_tuning_save (const MsnetDeviceInfo *device)
{
  g_autofree gchar *key = make_key (device);
  g_autoptr (GBytes) content = NULL;

  msnet_lock_take (&tables_lock);
  content = g_string_free_to_bytes (format (get_table (device)));
  msnet_lock_give (&tables_lock);
  return msnet_cache_write (KIND, key, content);
}

gchar *
msnet_tuning_get_path (const MsnetDeviceInfo *device)
{
  g_autofree gchar *key = make_key (device);

  return msnet_cache_get_path (KIND, key);
}

void
msnet_tuning_forget (const MsnetDeviceInfo *device)
{
  msnet_lock_take (&tables_lock);
  if (tables != NULL)
    g_hash_table_remove (tables, device->identity);
  msnet_lock_give (&tables_lock);
}
