/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ongoing.h"

#include <string.h>

#define MOST_KEPT 64 /* whatever is sent */

struct _MsnetOngoing
{
  GArray *actions; /* MsnetOngoingAction, as they began */
  GstClockTime now;
};

static void
action_clear (gpointer data)
{
  MsnetOngoingAction *action = data;

  g_free (action->element);
  g_free (action->label);
}

MsnetOngoing *
msnet_ongoing_new (void)
{
  MsnetOngoing *ongoing = g_new0 (MsnetOngoing, 1);

  ongoing->actions = g_array_new (FALSE, FALSE, sizeof (MsnetOngoingAction));
  g_array_set_clear_func (ongoing->actions, action_clear);
  ongoing->now = GST_CLOCK_TIME_NONE;
  return ongoing;
}

void
msnet_ongoing_free (MsnetOngoing *ongoing)
{
  if (ongoing == NULL)
    return;
  g_array_unref (ongoing->actions);
  g_free (ongoing);
}

static MsnetOngoingAction *
get_action (const MsnetOngoing *ongoing, guint n)
{
  return &g_array_index (ongoing->actions, MsnetOngoingAction, n);
}

static gboolean
is_on (const MsnetOngoingAction *action)
{
  return !GST_CLOCK_TIME_IS_VALID (action->end);
}

/* Returns: the place of the action of @action's element and class; the length of the array: nowhere */
static guint
find (const MsnetOngoing *ongoing, const MsnetAction *action)
{
  guint n = 0;

  while (n < ongoing->actions->len
         && (get_action (ongoing, n)->class_index != action->class_index
             || get_action (ongoing, n)->element_id != action->element_id))
    n++;
  return n;
}

static void
end_action (MsnetOngoing *ongoing, guint n, GstClockTime end)
{
  if (n == ongoing->actions->len || !is_on (get_action (ongoing, n)))
    return;
  if (!GST_CLOCK_TIME_IS_VALID (end)) {
    g_array_remove_index (ongoing->actions, n);
    return;
  }
  get_action (ongoing, n)->end = end;
  get_action (ongoing, n)->until = GST_CLOCK_TIME_NONE;
}

void
msnet_ongoing_take (MsnetOngoing *ongoing, const MsnetAction *action)
{
  guint n = find (ongoing, action);
  MsnetOngoingAction begun = { .start = action->start, .end = GST_CLOCK_TIME_NONE };

  if (action->ended) {
    end_action (ongoing, n, action->end);
    return;
  }
  if (n < ongoing->actions->len)
    g_array_remove_index (ongoing->actions, n);
  if (ongoing->actions->len == MOST_KEPT)
    g_array_remove_index (ongoing->actions, 0);
  begun.element = g_strdup (action->element);
  begun.element_id = action->element_id;
  begun.label = g_strdup (action->label);
  begun.class_index = action->class_index;
  g_array_append_val (ongoing->actions, begun);
}

/* Returns: whether @action is no longer shown at @now */
static gboolean
is_over (MsnetOngoingAction *action, GstClockTime now)
{
  if (is_on (action))
    return FALSE;
  if (!GST_CLOCK_TIME_IS_VALID (now))
    return TRUE;
  if (!GST_CLOCK_TIME_IS_VALID (action->until))
    action->until = now + MSNET_ONGOING_LINGER;
  return now >= action->until || action->until - now > MSNET_ONGOING_LINGER;
}

void
msnet_ongoing_advance (MsnetOngoing *ongoing, GstClockTime now)
{
  for (guint i = ongoing->actions->len; i > 0; i--)
    if (is_over (get_action (ongoing, i - 1), now))
      g_array_remove_index (ongoing->actions, i - 1);
  if (GST_CLOCK_TIME_IS_VALID (now))
    ongoing->now = now;
}

void
msnet_ongoing_clear (MsnetOngoing *ongoing)
{
  g_array_set_size (ongoing->actions, 0);
  ongoing->now = GST_CLOCK_TIME_NONE;
}

GstClockTime
msnet_ongoing_get_duration (const MsnetOngoing *ongoing, const MsnetOngoingAction *action)
{
  GstClockTime end = is_on (action) ? ongoing->now : action->end;

  return GST_CLOCK_TIME_IS_VALID (end) && end > action->start ? end - action->start : 0;
}

static gboolean
is_of (const MsnetOngoingAction *action, const gchar *element)
{
  return element == NULL || g_str_equal (element, action->element);
}

static guint
count_on (const MsnetOngoing *ongoing, const gchar *element)
{
  guint n = 0;

  for (guint i = 0; i < ongoing->actions->len; i++)
    n += is_on (get_action (ongoing, i)) && is_of (get_action (ongoing, i), element);
  return n;
}

guint
msnet_ongoing_choose (
    const MsnetOngoing *ongoing, const gchar *element, const MsnetOngoingAction **chosen, guint most)
{
  guint room_for_on = MIN (count_on (ongoing, element), most);
  guint room_for_ended = most - room_for_on;
  guint free = most;

  for (guint i = ongoing->actions->len; i > 0; i--) {
    const MsnetOngoingAction *action = get_action (ongoing, i - 1);
    guint *room = is_on (action) ? &room_for_on : &room_for_ended;
    if (!is_of (action, element) || *room == 0)
      continue;
    (*room)--;
    chosen[--free] = action;
  }
  memmove (chosen, chosen + free, (most - free) * sizeof *chosen);
  return most - free;
}
