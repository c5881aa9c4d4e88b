/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which label was on when: what the time line shows.  One lane for each element, in stream time.
 *
 * For msnetoverlay's scene.  One thread at a time. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* A label that was on from @start to @end, stream time in ns. */
typedef struct
{
  GstClockTime start;
  GstClockTime end;
  gint class_index;
  gchar *label;
} MsnetLabelSpan;

/* The results of one element.  @spans hold MsnetLabelSpan, oldest first, without overlap; @index is that of
 * the newest result. */
typedef struct
{
  guint64 element_id;
  guint64 index;
  GArray *spans;
} MsnetLane;

typedef struct _MsnetHistory MsnetHistory;

MsnetHistory *msnet_history_new (void);
void msnet_history_free (MsnetHistory *history);

/* Windows overlap: a result counts for the part of its window that no earlier result covers.  A held
 * result, whose index is known, changes nothing. */
void msnet_history_add (MsnetHistory *history, const MsnetResult *result);

/* Drops spans that ended before @time. */
void msnet_history_forget (MsnetHistory *history, GstClockTime time);
void msnet_history_clear (MsnetHistory *history);

/* Whether no lane has a span. */
gboolean msnet_history_is_empty (MsnetHistory *history);

guint msnet_history_get_n_lanes (MsnetHistory *history);
const MsnetLane *msnet_history_get_lane (MsnetHistory *history, guint n);

/* A different number after each change. */
guint msnet_history_get_serial (MsnetHistory *history);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetHistory, msnet_history_free)

G_END_DECLS
