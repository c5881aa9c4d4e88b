/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How `msnet` reports what a window shows: metadata, messages, the event at the end; and what frames
 * between two results repeat.  Streaming thread only. */
#pragma once

#include "clip/recognizer.h"
#include "meta/result_meta.h"
#include "settings.h"
#include "stats.h"

G_BEGIN_DECLS

/**
 * MsnetReporter:
 * @element: (transfer none): in whose name results are posted
 * @id: of the element: MsnetRuntime
 * @model, @labels: of the model; they outlive the reporter
 * @grid: (transfer none): of windows, current
 * @segment: (transfer none): of the stream, current
 * @frame_width, @frame_height: of what is visible of the frame, pixels
 * @live: results say when the frame at their end was captured
 */
typedef struct
{
  GstElement *element;
  guint64 id;
  const gchar *model;
  const gchar *const *labels;
  const MsnetGrid *grid;
  const GstSegment *segment;
  gint frame_width;
  gint frame_height;
  gboolean live;

  /* private */
  gchar *posted; /* label of the last message */
  MsnetResult held;
  MsnetMotion held_motion;         /* without field: none */
  MsnetActivation held_activation; /* without map: none */
  gboolean has_held;
} MsnetReporter;

void msnet_reporter_clear (MsnetReporter *reporter);

/* Another stream starts: nothing is held, and nothing was posted. */
void msnet_reporter_reset (MsnetReporter *reporter);

/* Attaches results that are due with @buffer (writable), whose media time is @pts, and posts them. */
void msnet_reporter_tell (MsnetReporter *reporter, const MsnetReporting *reporting, GPtrArray *recognitions,
    GstBuffer *buffer, GstClockTime pts);

/* Attaches the last result to a frame without one of its own, unless it is too old. */
void msnet_reporter_repeat (
    MsnetReporter *reporter, const MsnetReporting *reporting, GstBuffer *buffer, GstClockTime pts);

/* Posts a result for which there is no buffer.
 *
 * Returns: (nullable) (transfer full): the event that carries it; NULL below the threshold */
GstEvent *msnet_reporter_tell_last (
    MsnetReporter *reporter, const MsnetReporting *reporting, const MsnetRecognition *recognition);

/* Posts that the device was too busy for the window at @span, and @stats of windows, as a QOS message. */
void msnet_reporter_tell_skipped (MsnetReporter *reporter, MsnetStats *stats, const MsnetSpan *span);

G_END_DECLS
