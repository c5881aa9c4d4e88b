/* Which actions are on, and which have just ended: what the banners show.  In running time.
 *
 * For msnetoverlay's scene.  One thread at a time. */
#pragma once

#include "meta/result_meta.h"

G_BEGIN_DECLS

/* For how long an action that has ended is still told of, with how long it was. */
#define MSNET_ONGOING_LINGER GST_SECOND

/* @end: GST_CLOCK_TIME_NONE while it is on; @until: when it is forgotten, GST_CLOCK_TIME_NONE while no
 * frame has come since its end. */
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

/* The end of an action that is not on changes nothing; one that ended nobody knows when is gone at once. */
void msnet_ongoing_take (MsnetOngoing *ongoing, const MsnetAction *action);

/* A frame is at @now (GST_CLOCK_TIME_NONE: nobody knows; what has ended is then forgotten at once). */
void msnet_ongoing_advance (MsnetOngoing *ongoing, GstClockTime now);
void msnet_ongoing_clear (MsnetOngoing *ongoing);

/* How long @action has been on, or was; ns. */
GstClockTime msnet_ongoing_get_duration (const MsnetOngoing *ongoing, const MsnetOngoingAction *action);

/* Chooses @most actions of @element (NULL: of all): those that are on before those that have ended, newer
 * ones before older ones.
 * @chosen: has room for @most; is filled in the order in which the actions began
 *
 * Returns: how many there are */
guint msnet_ongoing_choose (
    const MsnetOngoing *ongoing, const gchar *element, const MsnetOngoingAction **chosen, guint most);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetOngoing, msnet_ongoing_free)

G_END_DECLS
