/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ranking.h"

static gint
compare_classes (gconstpointer a, gconstpointer b, gpointer probabilities)
{
  guint first = *(const guint *)a, second = *(const guint *)b;
  const gfloat *p = probabilities;

  if (p[first] != p[second])
    return p[first] < p[second] ? 1 : -1;
  return first < second ? -1 : 1;
}

void
msnet_rank (const MsnetRecognition *recognition, const gchar *const *labels, guint top_k, MsnetResult *result)
{
  g_autofree guint *order = g_new (guint, recognition->n_classes);
  guint n = MIN (top_k, recognition->n_classes);

  for (guint i = 0; i < recognition->n_classes; i++)
    order[i] = i;
  g_qsort_with_data (
      order, recognition->n_classes, sizeof *order, compare_classes, recognition->probabilities);
  result->labels = g_new0 (gchar *, n + 1);
  result->scores = g_new0 (gdouble, n);
  result->n_labels = n;
  for (guint i = 0; i < n; i++) {
    result->labels[i] = g_strdup (labels[order[i]]);
    result->scores[i] = recognition->probabilities[order[i]];
  }
  result->label = g_strdup (result->labels[0]);
  result->class_index = order[0];
  result->score = result->scores[0];
}
