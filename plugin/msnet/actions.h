/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How `msnet` reports that actions start and end: element messages and serialised downstream events.
 * Streaming thread only. */
#pragma once

#include "clip/actions.h"
#include "clip/recognizer.h"
#include "model/model.h"
#include "settings.h"

G_BEGIN_DECLS

/**
 * MsnetActionReporter:
 * @element: (transfer none): in whose name actions are reported
 * @id: of @element: MsnetRuntime
 * @src_pad: (transfer none): of @element, where events go
 * @segment: (transfer none): of the stream, current
 * @labels, @proposal: of the model; they outlive the reporter
 */
typedef struct
{
  GstElement *element;
  guint64 id;
  GstPad *src_pad;
  const GstSegment *segment;
  const gchar *const *labels;
  const MsnetActionProposal *proposal;

  /* private */
  MsnetActions *actions;
  gboolean warned; /* that the current thresholds contradict each other */
  GQueue delayed;  /* GstEvent: those that a flush holds up */
} MsnetActionReporter;

void msnet_action_reporter_init (MsnetActionReporter *reporter, GstElement *element, guint64 id,
    GstPad *src_pad, const GstSegment *segment, MsnetModel *model);
void msnet_action_reporter_clear (MsnetActionReporter *reporter);

/* Takes a result's scores, and reports what they decide.  Call it before the buffer that carries the result
 * leaves. */
void msnet_action_reporter_add (
    MsnetActionReporter *reporter, const MsnetReporting *reporting, const MsnetRecognition *recognition);

/* Another stream starts, or this one ends: ends every action that is on. */
void msnet_action_reporter_reset (MsnetActionReporter *reporter, const MsnetReporting *reporting);

/* The stream has a segment again: pushes the events that a flush has held up. */
void msnet_action_reporter_push_delayed (MsnetActionReporter *reporter);

G_END_DECLS
