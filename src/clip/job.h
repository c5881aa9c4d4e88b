/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A window on its way to the device and back.  The recognizer makes it, and the worker fills it; it belongs
 * to one of them at a time. */
#pragma once

#include "engine.h"
#include "recognition.h"

G_BEGIN_DECLS

/**
 * MsnetJob:
 * @slots: of the window's @n_slots points, oldest first
 * @newer: position of the newer frame of the pair whose field is wanted; 0: no field is
 * @due: when the frame that completed the window came, in time of g_get_monotonic_time()
 * @recognition: complete except for what the network computes; its activation map, if it has one, is wanted
 */
typedef struct
{
  guint *slots;
  guint n_slots;
  guint newer;
  gint64 due;
  MsnetRecognition *recognition;
} MsnetJob;

/* @recognition: (transfer full) */
MsnetJob *msnet_job_new (guint n_slots, MsnetRecognition *recognition);
void msnet_job_free (MsnetJob *job);

/* Returns: whether a point of the window takes the frame in @slot */
gboolean msnet_job_needs (const MsnetJob *job, guint slot);

/* Returns: the slot of the window's last point */
guint msnet_job_get_last (const MsnetJob *job);

/* @spans: (element-type MsnetSpan) (nullable): gains the window */
void msnet_job_add_span (const MsnetJob *job, GArray *spans);

/* Lets @engine, which has loaded the window, fill in the recognition; adds to its inference. */
gboolean msnet_job_run (MsnetJob *job, MsnetEngine *engine, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetJob, msnet_job_free)

G_END_DECLS
