/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>

static guint
count_words (const gchar *text)
{
  g_auto (GStrv) words = g_strsplit (text != NULL ? text : "", " ", -1);

  return g_strv_length (words);
}

static gboolean
check_arguments (const BenchProgram *program, gchar **arguments, GError **error)
{
  g_autofree gchar *found = g_strjoinv (" ", arguments);

  if (g_strv_length (arguments) == count_words (program->arguments))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "expected %s beside options, found \"%s\"",
      program->arguments != NULL ? program->arguments : "nothing", found);
  return FALSE;
}

static gboolean
check_numbers (const GOptionEntry *options, GError **error)
{
  for (const GOptionEntry *option = options; option->long_name != NULL; option++)
    if (option->arg == G_OPTION_ARG_INT && *(gint *)option->arg_data < 1) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
          "--%s: expected a number of at least 1, found %d", option->long_name, *(gint *)option->arg_data);
      return FALSE;
    }
  return TRUE;
}

static gboolean
parse (const BenchProgram *program, gint *argc, gchar ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (program->arguments);

  g_option_context_set_summary (context, program->summary);
  g_option_context_add_main_entries (context, program->options, NULL);
  if (program->group != NULL)
    g_option_context_add_group (context, program->group);
  return g_option_context_parse (context, argc, argv, error) && check_arguments (program, *argv + 1, error)
         && check_numbers (program->options, error);
}

gint
bench_main (const BenchProgram *program, gint argc, gchar **argv)
{
  g_autoptr (GError) error = NULL;

  if (!parse (program, &argc, &argv, &error)) {
    fprintf (stderr, "%s: %s; see --help\n", g_get_prgname (), error->message);
    return EXIT_FAILURE;
  }
  if (program->run (argv + 1, &error))
    return EXIT_SUCCESS;
  fprintf (stderr, "%s: %s\n", g_get_prgname (), error->message);
  return EXIT_FAILURE;
}

gboolean
bench_parse_precision (const gchar *word, MsnetDataType *precision, GError **error)
{
  *precision = g_strcmp0 (word, "bf16") == 0 ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  if (word == NULL || g_str_equal (word, "f32") || *precision == MSNET_BFLOAT16)
    return TRUE;
  g_set_error (
      error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--precision: expected f32 or bf16, found %s", word);
  return FALSE;
}
