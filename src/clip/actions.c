/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "actions.h"

#include <math.h>

/* One class. */
typedef struct
{
  gboolean background;
  gdouble mean;
  gboolean on;
  gboolean told; /* that it began */
  gdouble peak;
  guint64 start;
} Machine;

struct _MsnetActions
{
  guint n_classes;
  Machine *machines;
  gboolean started; /* there was a result */
  guint64 middle;   /* of the last result */
  guint64 end;      /* the same */
};

MsnetActions *
msnet_actions_new (guint n_classes, const gboolean *background)
{
  MsnetActions *actions = g_new0 (MsnetActions, 1);

  actions->n_classes = n_classes;
  actions->machines = g_new0 (Machine, n_classes);
  for (guint i = 0; background != NULL && i < n_classes; i++)
    actions->machines[i].background = background[i];
  return actions;
}

void
msnet_actions_free (MsnetActions *actions)
{
  if (actions == NULL)
    return;
  g_free (actions->machines);
  g_free (actions);
}

static void
tell (const MsnetActions *actions, const Machine *machine, gboolean ended, guint64 end, GArray *changes)
{
  MsnetActionChange change = {
    .ended = ended,
    .class_index = machine - actions->machines,
    .score = machine->peak,
    .start = machine->start,
    .end = ended ? end : 0,
  };

  g_array_append_val (changes, change);
}

static void
stop (const MsnetActions *actions, Machine *machine, guint64 end, GArray *changes)
{
  if (machine->told)
    tell (actions, machine, TRUE, end, changes);
  machine->on = FALSE;
  machine->told = FALSE;
}

/* How much of the distance from the mean to the next score is gone at @middle. */
static gdouble
get_weight (const MsnetActions *actions, guint64 smoothing, guint64 middle)
{
  if (!actions->started || smoothing == 0)
    return 1;
  return -expm1 (-(gdouble)(middle - actions->middle) / (gdouble)smoothing);
}

static void
smooth (MsnetActions *actions, gdouble weight, const gfloat *scores)
{
  for (guint i = 0; i < actions->n_classes; i++) {
    Machine *machine = &actions->machines[i];
    /* Not mean + 1 * (score - mean), which is a rounding away from the score. */
    machine->mean = weight < 1 ? machine->mean + weight * (scores[i] - machine->mean) : scores[i];
  }
}

static void
stop_low (MsnetActions *actions, gdouble leave, GArray *changes)
{
  for (guint i = 0; i < actions->n_classes; i++)
    if (actions->machines[i].on && actions->machines[i].mean < leave)
      stop (actions, &actions->machines[i], actions->middle, changes);
}

static void
start_high (MsnetActions *actions, const MsnetActionParams *params, GArray *changes)
{
  for (guint i = 0; i < actions->n_classes; i++) {
    Machine *machine = &actions->machines[i];
    if (!machine->on && !machine->background && machine->mean >= params->enter) {
      machine->on = TRUE;
      machine->start = actions->middle;
      machine->peak = machine->mean;
    }
    if (!machine->on)
      continue;
    machine->peak = MAX (machine->peak, machine->mean);
    if (!machine->told && actions->middle - machine->start >= params->min_duration) {
      machine->told = TRUE;
      tell (actions, machine, FALSE, 0, changes);
    }
  }
}

void
msnet_actions_add (MsnetActions *actions, const MsnetActionParams *params, guint64 start, guint64 end,
    const gfloat *scores, GArray *changes)
{
  guint64 middle = start + (end - start) / 2;

  smooth (actions, get_weight (actions, params->smoothing, middle), scores);
  actions->started = TRUE;
  actions->middle = middle;
  actions->end = end;
  stop_low (actions, params->leave, changes);
  start_high (actions, params, changes);
}

void
msnet_actions_reset (MsnetActions *actions, GArray *changes)
{
  for (guint i = 0; i < actions->n_classes; i++)
    if (actions->machines[i].on)
      stop (actions, &actions->machines[i], actions->end, changes);
  actions->started = FALSE;
}
