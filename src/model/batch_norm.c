/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch_norm.h"

#include <math.h>

void
msnet_batch_norm_clear (MsnetBatchNorm *norm)
{
  g_free (norm->gamma);
  g_free (norm->beta);
  g_free (norm->mean);
  g_free (norm->variance);
}

/* gamma (w x - mean) / sqrt (variance + epsilon) + beta, as one convolution: computed in double, so
 * that folding adds no error of its own.  Returns: FALSE where a value is not finite */
static gboolean
fold_channel (const MsnetBatchNorm *norm, guint channel, gdouble epsilon, gfloat *weights, gsize n_weights,
    gfloat *bias)
{
  gdouble scale = norm->gamma[channel] / sqrt (norm->variance[channel] + epsilon);
  gboolean finite = TRUE;

  for (gsize i = 0; i < n_weights; i++) {
    weights[i] = (gfloat)(weights[i] * scale);
    finite = finite && isfinite (weights[i]);
  }
  *bias = (gfloat)(norm->beta[channel] - norm->mean[channel] * scale);
  return finite && isfinite (*bias);
}

gboolean
msnet_batch_norm_fold (const MsnetBatchNorm *norm, MsnetLayer *layer, guint *channel)
{
  gsize n_weights = (gsize)layer->inputs * layer->kernel * layer->kernel;

  layer->bias = g_new0 (gfloat, layer->outputs);
  for (guint i = 0; i < layer->outputs; i++) {
    *channel = i;
    if (!fold_channel (
            norm, i, layer->norm_epsilon, layer->weights + i * n_weights, n_weights, &layer->bias[i]))
      return FALSE;
  }
  return TRUE;
}
