/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "job_queue.h"

gboolean
msnet_job_queue_needs (const GQueue *queue, guint slot)
{
  for (const GList *item = queue->head; item != NULL; item = item->next)
    if (msnet_job_needs (item->data, slot))
      return TRUE;
  return FALSE;
}

static gboolean
is_replaced (const MsnetJob *old, const MsnetJob *job, gboolean is_stream)
{
  return job == NULL || !is_stream || msnet_job_get_last (old) == msnet_job_get_last (job);
}

guint64
msnet_job_queue_forget (GQueue *queue, const MsnetJob *job, gboolean is_stream, GArray *spans)
{
  guint64 n = 0;
  GList *next;

  for (GList *item = queue->head; item != NULL; item = next) {
    MsnetJob *old = item->data;
    next = item->next;
    if (!is_replaced (old, job, is_stream))
      continue;
    n += 1 + old->recognition->skipped;
    msnet_job_add_span (old, spans);
    msnet_job_free (old);
    g_queue_delete_link (queue, item);
  }
  return n;
}
