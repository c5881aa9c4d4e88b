/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Windows that were asked for and have not started, oldest first.
 *
 * For the worker, under its lock. */
#pragma once

#include "job.h"

G_BEGIN_DECLS

/* @queue: (element-type MsnetJob).  Returns: whether any of them needs @slot */
gboolean msnet_job_queue_needs (const GQueue *queue, guint slot);

/**
 * msnet_job_queue_forget:
 * @job: (nullable): what replaces them; NULL: nobody wants any of them
 * @is_stream: all frames are computed, so each is answered for: @job replaces only those that end on the
 *     same frame
 * @spans: (element-type MsnetSpan) (nullable): gains the windows that are forgotten
 *
 * Returns: how many windows that leaves unseen, with those that they were to stand for
 */
guint64 msnet_job_queue_forget (GQueue *queue, const MsnetJob *job, gboolean is_stream, GArray *spans);

G_END_DECLS
