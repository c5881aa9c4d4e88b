/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints what src/clip/actions.h makes of score sequences, for actions_reference.py.
 *
 * Lines in:  classes FLAG...                       another stream; a flag for each class: 1 is background
 *            params ENTER LEAVE SMOOTHING MIN_DURATION
 *            result START END SCORE...
 *            reset
 * Lines out: what each line changed: "begin CLASS START PEAK" and "end CLASS START END PEAK"; then "." */
#include "clip/actions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  MsnetActions *actions;
  MsnetActionParams params;
  guint n_classes;
  GArray *changes;
} Printer;

static void
start_stream (Printer *printer, gchar **flags)
{
  g_autofree gboolean *background = NULL;

  printer->n_classes = g_strv_length (flags);
  background = g_new (gboolean, printer->n_classes);
  for (guint i = 0; i < printer->n_classes; i++)
    background[i] = flags[i][0] == '1';
  msnet_actions_free (printer->actions);
  printer->actions = msnet_actions_new (printer->n_classes, background);
}

static void
set_params (Printer *printer, gchar **words)
{
  printer->params = (MsnetActionParams){
    .enter = g_ascii_strtod (words[0], NULL),
    .leave = g_ascii_strtod (words[1], NULL),
    .smoothing = g_ascii_strtoull (words[2], NULL, 10),
    .min_duration = g_ascii_strtoull (words[3], NULL, 10),
  };
}

static void
add_result (Printer *printer, gchar **words)
{
  g_autofree gfloat *scores = g_new (gfloat, printer->n_classes);

  for (guint i = 0; i < printer->n_classes; i++)
    scores[i] = g_ascii_strtod (words[2 + i], NULL);
  msnet_actions_add (printer->actions, &printer->params, g_ascii_strtoull (words[0], NULL, 10),
      g_ascii_strtoull (words[1], NULL, 10), scores, printer->changes);
}

static void
obey (Printer *printer, const gchar *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (strcmp (words[0], "classes") == 0)
    start_stream (printer, words + 1);
  else if (strcmp (words[0], "params") == 0)
    set_params (printer, words + 1);
  else if (strcmp (words[0], "result") == 0)
    add_result (printer, words + 1);
  else
    msnet_actions_reset (printer->actions, printer->changes);
}

static void
print (GArray *changes)
{
  for (guint i = 0; i < changes->len; i++) {
    const MsnetActionChange *change = &g_array_index (changes, MsnetActionChange, i);
    printf ("%s %u %" G_GUINT64_FORMAT, change->ended ? "end" : "begin", change->class_index, change->start);
    if (change->ended)
      printf (" %" G_GUINT64_FORMAT, change->end);
    printf (" %.9g\n", change->score);
  }
  puts (".");
  g_array_set_size (changes, 0);
}

int
main (void)
{
  Printer printer = { .changes = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange)) };
  gchar line[4096];

  while (fgets (line, sizeof line, stdin) != NULL) {
    obey (&printer, g_strchomp (line));
    print (printer.changes);
  }
  msnet_actions_free (printer.actions);
  g_array_unref (printer.changes);
  return EXIT_SUCCESS;
}
