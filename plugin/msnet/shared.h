/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What several threads of one `msnet` touch: settings, names, latency, statistics.  The application sets
 * and reads them while the stream runs, and the stream never waits for that.
 *
 * For the element.  Any thread, unless stated otherwise. */
#pragma once

#include "base/lock.h"
#include "clip/recognizer.h"
#include "settings.h"
#include "stats.h"

G_BEGIN_DECLS

/* Private, except @stats. */
typedef struct
{
  GstElement *element;
  MsnetLock lock;

  /* Under @lock. */
  MsnetSettings settings;
  gboolean outdated; /* model, device or precision were set since they were opened */
  gchar *device_name;
  gchar *model_name;
  const gchar *mode;      /* static */
  const gchar *precision; /* static */
  GstClockTime latency;
  MsnetRecognizer *interruptible;
  gboolean ending; /* on the way out of PAUSED: nothing waits any more */

  /* Atomic. */
  MsnetStats stats;
  gint changed; /* whether settings differ from the stream's */
  gint latest;  /* the current policy */
} MsnetShared;

void msnet_shared_init (MsnetShared *shared, GstElement *element);
void msnet_shared_clear (MsnetShared *shared);

/* Properties.  A value that cannot be set now is refused with a warning; any other notifies. */
void msnet_shared_set (MsnetShared *shared, const GValue *value, GParamSpec *spec);
void msnet_shared_get (MsnetShared *shared, GParamSpec *spec, GValue *value);
GstStructure *msnet_shared_get_stats (MsnetShared *shared);

/* @settings: (out): a copy.  Returns: whether model, device or precision were set since the last call */
gboolean msnet_shared_copy_settings (MsnetShared *shared, MsnetSettings *settings);

/* Names of what is open, for the statistics; all may be NULL.  @mode: how the model runs; @precision: what
 * it computes with; both are static */
void msnet_shared_set_names (
    MsnetShared *shared, const gchar *device, const gchar *model, const gchar *mode, const gchar *precision);

/* Brings @reporting up to date; takes the lock only if a setting has changed. */
void msnet_shared_update (MsnetShared *shared, MsnetReporting *reporting);

/* The stream starts: counters are 0, and a window takes the device @latency, as measured. */
void msnet_shared_start (MsnetShared *shared, MsnetRecognizer *recognizer, GstClockTime latency);

/* The stream is about to end: threads that wait for the device return, for good. */
void msnet_shared_end (MsnetShared *shared);

/* The stream has ended: its recognizer must not be interrupted any more. */
void msnet_shared_stop (MsnetShared *shared);

/* TRUE: threads that wait for the device return; FALSE: they may wait again. */
void msnet_shared_interrupt (MsnetShared *shared, gboolean interrupt);

/* What the policy means for a source that is @live or not; posts that the latency changes.  Returns:
 * whether the stream never waits */
gboolean msnet_shared_choose_policy (MsnetShared *shared, gboolean live);
gboolean msnet_shared_is_latest (MsnetShared *shared);

/* What the element adds to the latency of the pipeline.  It only grows, and each growth is posted on the
 * bus. */
GstClockTime msnet_shared_get_latency (MsnetShared *shared);
void msnet_shared_raise_latency (MsnetShared *shared, GstClockTime latency);

G_END_DECLS
