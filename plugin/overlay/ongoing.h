/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which actions are on, and which have just ended: what the banners show.  In running time.
 *
 * For msnetoverlay's scene.  One thread at a time. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* For how long an action is still shown after its end, with how long it was. */
#define MSNET_ONGOING_LINGER GST_SECOND

/* @end: GST_CLOCK_TIME_NONE while the action is on.  @until: when it is forgotten; GST_CLOCK_TIME_NONE
 *     until a frame has come since its end. */
typedef struct
{
  gchar *element;
  guint64 element_id;
  gchar *label;
  gint class_index;
  GstClockTime start;
  GstClockTime end;
  GstClockTime until;
} MsnetOngoingAction;

typedef struct _MsnetOngoing MsnetOngoing;

MsnetOngoing *msnet_ongoing_new (void);
void msnet_ongoing_free (MsnetOngoing *ongoing);

/* Takes a start or an end.  The end of an action that is not on changes nothing.  An action whose end has
 * no time is removed at once. */
void msnet_ongoing_take (MsnetOngoing *ongoing, const MsnetAction *action);

/* The current frame is at @now.  If that is GST_CLOCK_TIME_NONE, actions that have ended are removed at
 * once. */
void msnet_ongoing_advance (MsnetOngoing *ongoing, GstClockTime now);
void msnet_ongoing_clear (MsnetOngoing *ongoing);

/* How long @action has been on, or was; ns. */
GstClockTime msnet_ongoing_get_duration (const MsnetOngoing *ongoing, const MsnetOngoingAction *action);

/* Chooses at most @most actions of @element (NULL: of all).  Those that are on come before those that have
 * ended, and newer ones before older ones.
 * @chosen: has room for @most; is filled in the order in which the actions started
 *
 * Returns: how many there are */
guint msnet_ongoing_choose (
    const MsnetOngoing *ongoing, const gchar *element, const MsnetOngoingAction **chosen, guint most);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetOngoing, msnet_ongoing_free)

G_END_DECLS
