/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When actions start and end, decided by the scores of windows (DESIGN.md, Actions): an exponential mean
 * over media time and two thresholds, for each class by itself.  For plugin/ and tests.  One thread. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MsnetActionParams: may differ from result to result.
 * @enter, @leave: an action starts at or above @enter and ends below @leave
 * @smoothing: time constant of the mean, ns; 0: each score stands for itself
 * @min_duration: a start is reported once the action has lasted this long, ns
 */
typedef struct
{
  gdouble enter;
  gdouble leave;
  guint64 smoothing;
  guint64 min_duration;
} MsnetActionParams;

/**
 * MsnetActionChange: reports that an action has started or ended.
 * @score: the highest mean so far
 * @start, @end: PTS, ns; @end only if @ended
 */
typedef struct
{
  gboolean ended;
  guint class_index;
  gdouble score;
  guint64 start;
  guint64 end;
} MsnetActionChange;

typedef struct _MsnetActions MsnetActions;

/* @background: (nullable): one for each class; TRUE: the class never starts an action; copied */
MsnetActions *msnet_actions_new (guint n_classes, const gboolean *background);
void msnet_actions_free (MsnetActions *actions);

/**
 * msnet_actions_add:
 * @start, @end: PTS of the result's first and last frame, ns; the scores count at the middle, which is
 *     never before that of the result before
 * @scores: one for each class
 * @changes: (element-type MsnetActionChange): gains what the result decides: ends, then starts, each in the
 *     order of classes
 */
void msnet_actions_add (MsnetActions *actions, const MsnetActionParams *params, guint64 start, guint64 end,
    const gfloat *scores, GArray *changes);

/* Another stream starts, or this one ends: every action that is on ends at the last result's end, and the
 * means are forgotten.  @changes: as in msnet_actions_add() */
void msnet_actions_reset (MsnetActions *actions, GArray *changes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetActions, msnet_actions_free)

G_END_DECLS
