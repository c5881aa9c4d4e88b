/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#define SKIPPED 77

Ending
inside_run (const gchar *layer, const gchar *guard, const gchar *first, const gchar *second)
{
  g_autofree gchar *program = g_file_read_link ("/proc/self/exe", NULL);
  gchar *arguments[] = { program, (gchar *)layer, (gchar *)first, (gchar *)second, NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "OPENCL_LAYERS", layer, TRUE);
  Ending ending = { 0 };
  gint status = -1;

  environment = g_environ_setenv (environment, "MSNET_GUARD", guard, TRUE);
  ck_assert (g_spawn_sync (NULL, arguments, environment, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
      &ending.messages, &status, NULL));
  if (WIFEXITED (status) && WEXITSTATUS (status) == SKIPPED) {
    printf ("%s", ending.messages);
    exit (SKIPPED);
  }
  ending.succeeded = WIFEXITED (status) && WEXITSTATUS (status) == EXIT_SUCCESS;
  return ending;
}

MsnetDevice *
inside_open_device (const gchar *layer)
{
  MsnetDevice *device = test_open_device ();
  g_autofree gchar *maps = NULL;

  if (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL) && strstr (maps, layer) != NULL)
    return device;
  fprintf (stderr, "the OpenCL loader knows no layers (ocl-icd does from 2.3 on)\n");
  exit (SKIPPED);
}
