/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command line of the benches. */
#pragma once

#include "tensor/tensor.h"

G_BEGIN_DECLS

/**
 * BenchProgram:
 * @arguments: (nullable): what is expected beside the options, in capitals: `MODEL`
 * @summary: what the bench does, in one line
 * @options: numbers among them are at least 1
 * @group: (nullable) (transfer full): further options, of a library
 * @run: @arguments: as many as @arguments has words
 */
typedef struct
{
  const gchar *arguments;
  const gchar *summary;
  const GOptionEntry *options;
  GOptionGroup *group;
  gboolean (*run) (gchar **arguments, GError **error);
} BenchProgram;

/* Reads the command line, runs, and prints the error of either.  Returns: what main returns */
gint bench_main (const BenchProgram *program, gint argc, gchar **argv);

/* @word: (nullable): of --precision: f32, which is the default, or bf16 */
gboolean bench_parse_precision (const gchar *word, MsnetDataType *precision, GError **error);

G_END_DECLS
