/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs what may never return, such as a call of a driver, on a thread of its own.  The caller waits for it,
 * and can leave it behind. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MsnetAttempt: what is tried; static
 * @name: of the thread
 * @run: on that thread.  Returns: (transfer full) (nullable): the result; NULL with @error
 * @has_hung: called at once, and then now and again, on the thread that waits.  Returns: TRUE with @error to
 *     leave the attempt behind
 * @free_result: frees what comes too late
 * @free_data: on either thread, whichever is the last
 */
typedef struct
{
  const gchar *name;
  gpointer (*run) (gpointer data, GError **error);
  gboolean (*has_hung) (gpointer data, GError **error);
  GDestroyNotify free_result;
  GDestroyNotify free_data;
} MsnetAttempt;

/**
 * msnet_attempt_run:
 * @data: (transfer full)
 *
 * Returns: (transfer full) (nullable): what run() returned; NULL with its error, or with that of
 *     has_hung().  Then the thread is left behind with @data and what it made, all of which it frees if it
 *     ever ends
 */
gpointer msnet_attempt_run (const MsnetAttempt *attempt, gpointer data, GError **error);

G_END_DECLS
