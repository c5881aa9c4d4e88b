/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When actions begin and end: each rule by itself, and that neither hop nor jitter matters. */
#include "clip/actions.h"
#include "common/common.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define MS G_GUINT64_CONSTANT (1000000)
#define N_CLASSES 3

static const MsnetActionParams plain = { .enter = 0.6, .leave = 0.4 };

typedef struct
{
  MsnetActions *actions;
  GArray *changes;
} Test;

static Test
test_new (const gboolean *background)
{
  return (Test){
    .actions = msnet_actions_new (N_CLASSES, background),
    .changes = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange)),
  };
}

static void
test_clear (Test *test)
{
  msnet_actions_free (test->actions);
  g_array_unref (test->changes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

/* The changes since the last call, "+CLASS@START score" and "-CLASS@START-END score", in ms. */
static void
assert_changes (Test *test, const gchar *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < test->changes->len; i++) {
    const MsnetActionChange *change = &g_array_index (test->changes, MsnetActionChange, i);
    g_string_append_printf (text, "%s%c%u@%g", i ? " " : "", change->ended ? '-' : '+', change->class_index,
        change->start / (gdouble)MS);
    if (change->ended)
      g_string_append_printf (text, "-%g", change->end / (gdouble)MS);
    g_string_append_printf (text, " %.4g", change->score);
  }
  g_array_set_size (test->changes, 0);
  ck_assert_str_eq (text->str, expected);
}

/* A result whose window lasts 100 ms around @middle. */
static void
add (Test *test, const MsnetActionParams *params, guint64 middle, gfloat a, gfloat b, gfloat c)
{
  const gfloat scores[N_CLASSES] = { a, b, c };

  msnet_actions_add (test->actions, params, (middle - 50) * MS, (middle + 50) * MS, scores, test->changes);
}

START_TEST (test_thresholds)
{
  g_auto (Test) test = test_new (NULL);
  const MsnetActionParams exact = { .enter = 0.75, .leave = 0.5 };

  add (&test, &exact, 100, 0.7499, 0, 0);
  assert_changes (&test, "");
  add (&test, &exact, 200, 0.75, 0, 0);
  assert_changes (&test, "+0@200 0.75");
  add (&test, &exact, 300, 0.875, 0, 0);
  add (&test, &exact, 400, 0.5, 0, 0);
  assert_changes (&test, "");
  add (&test, &exact, 500, 0.4999, 0, 0);
  assert_changes (&test, "-0@200-500 0.875");
  add (&test, &exact, 600, 0.75, 0, 0);
  assert_changes (&test, "+0@600 0.75");
}
END_TEST

START_TEST (test_equal_thresholds)
{
  g_auto (Test) test = test_new (NULL);
  const MsnetActionParams equal = { .enter = 0.5, .leave = 0.5 };

  add (&test, &equal, 100, 0.5, 0, 0);
  add (&test, &equal, 200, 0.25, 0, 0);
  add (&test, &equal, 300, 0.5, 0, 0);
  assert_changes (&test, "+0@100 0.5 -0@100-200 0.5 +0@300 0.5");
}
END_TEST

START_TEST (test_several_at_once)
{
  g_auto (Test) test = test_new (NULL);

  add (&test, &plain, 100, 0, 0.7, 0.7);
  assert_changes (&test, "+1@100 0.7 +2@100 0.7");
  add (&test, &plain, 200, 0.8, 0.7, 0.1);
  assert_changes (&test, "-2@100-200 0.7 +0@200 0.8");
  msnet_actions_reset (test.actions, test.changes);
  assert_changes (&test, "-0@200-250 0.8 -1@100-250 0.7");
}
END_TEST

START_TEST (test_background_never_begins)
{
  const gboolean background[N_CLASSES] = { FALSE, TRUE, FALSE };
  g_auto (Test) test = test_new (background);

  add (&test, &plain, 100, 0, 1, 1);
  msnet_actions_reset (test.actions, test.changes);
  assert_changes (&test, "+2@100 1 -2@100-150 1");
}
END_TEST

START_TEST (test_smoothing_in_media_time)
{
  g_auto (Test) test = test_new (NULL);
  MsnetActionParams params = { .enter = 0.6, .leave = 0.4, .smoothing = 100 * MS };

  add (&test, &params, 1000, 0, 1, 0);
  assert_changes (&test, "+1@1000 1");
  /* 1 - exp (-0.9) is 0.593, exp (-0.9) is 0.407; a little later they have crossed. */
  add (&test, &params, 1090, 1, 0, 0);
  assert_changes (&test, "");
  add (&test, &params, 1092, 1, 0, 0);
  assert_changes (&test, "-1@1000-1092 1 +0@1092 0.6015");
  /* No time passes: the score does not count. */
  add (&test, &params, 1092, 0, 1, 0);
  msnet_actions_reset (test.actions, test.changes);
  assert_changes (&test, "-0@1092-1142 0.6015");
}
END_TEST

START_TEST (test_no_smoothing_takes_the_score_itself)
{
  g_auto (Test) test = test_new (NULL);

  add (&test, &plain, 100, 0.9, 0, 0);
  add (&test, &plain, 100, 0, 0.9, 0);
  assert_changes (&test, "+0@100 0.9 -0@100-100 0.9 +1@100 0.9");
}
END_TEST

START_TEST (test_reset_forgets_the_mean)
{
  g_auto (Test) test = test_new (NULL);
  MsnetActionParams slow = { .enter = 0.6, .leave = 0.4, .smoothing = 3600000 * MS };

  add (&test, &slow, 500, 0, 0, 0);
  msnet_actions_reset (test.actions, test.changes);
  assert_changes (&test, "");
  add (&test, &slow, 600, 1, 0, 0);
  assert_changes (&test, "+0@600 1");
  msnet_actions_reset (test.actions, test.changes);
  msnet_actions_reset (test.actions, test.changes);
  assert_changes (&test, "-0@600-650 1");
  /* Time may go back over a reset. */
  add (&test, &slow, 100, 0.5, 0, 0);
  assert_changes (&test, "");
}
END_TEST

START_TEST (test_short_ones_are_not_told)
{
  g_auto (Test) test = test_new (NULL);
  MsnetActionParams params = { .enter = 0.6, .leave = 0.4, .min_duration = 200 * MS };

  add (&test, &params, 100, 0.7, 0, 0);
  add (&test, &params, 299, 0.5, 0, 0);
  add (&test, &params, 301, 0.3, 0, 0);
  assert_changes (&test, "");
  add (&test, &params, 400, 0.7, 0, 0);
  add (&test, &params, 500, 0.9, 0, 0);
  add (&test, &params, 600, 0.5, 0, 0);
  assert_changes (&test, "+0@400 0.9");
  add (&test, &params, 700, 0.3, 0.7, 0);
  assert_changes (&test, "-0@400-700 0.9");
  msnet_actions_reset (test.actions, test.changes);
  assert_changes (&test, "");
}
END_TEST

START_TEST (test_params_change)
{
  g_auto (Test) test = test_new (NULL);
  MsnetActionParams params = { .enter = 0.6, .leave = 0.4, .min_duration = 1000 * MS };

  add (&test, &params, 100, 0.7, 0, 0);
  params.min_duration = 0;
  add (&test, &params, 200, 0.65, 0, 0);
  assert_changes (&test, "+0@100 0.7");
  params.enter = params.leave = 0.7;
  add (&test, &params, 300, 0.65, 0.65, 0);
  assert_changes (&test, "-0@100-300 0.7");
}
END_TEST

/* A score that is low, high, low, ... with @n_edges changes between them. */
typedef struct
{
  guint n_edges;
  guint64 edges[8];
  gfloat levels[9];
} Signal;

static Signal
signal_new (GRand *random, guint64 smoothing)
{
  Signal signal = { .n_edges = 8 };
  guint64 time = 0;

  /* So far apart that the mean comes to rest between two of them. */
  for (guint i = 0; i < signal.n_edges; i++) {
    time += 12 * smoothing + g_rand_int_range (random, 500 * MS, 1000 * MS);
    signal.edges[i] = time;
  }
  for (guint i = 0; i <= signal.n_edges; i++)
    signal.levels[i] = i % 2 ? g_rand_double_range (random, 0.7, 1) : g_rand_double_range (random, 0, 0.3);
  return signal;
}

static gfloat
signal_at (const Signal *signal, guint64 time)
{
  guint i = 0;

  while (i < signal->n_edges && time >= signal->edges[i])
    i++;
  return signal->levels[i];
}

/* @changes: those of @signal, looked at every @hop, each time up to @jitter later; returns the longest time
 * between two looks */
static guint64
watch (const Signal *signal, const MsnetActionParams *params, GRand *random, guint64 hop, guint64 jitter,
    GArray *changes)
{
  g_autoptr (MsnetActions) actions = msnet_actions_new (1, NULL);
  guint64 stop = signal->edges[signal->n_edges - 1] + 12 * params->smoothing + 500 * MS;
  guint64 longest = 0, last = 0;

  for (guint64 point = 0; point < stop; point += hop) {
    guint64 time = point + (jitter ? g_rand_int_range (random, 0, jitter) : 0);
    gfloat score = signal_at (signal, time);
    msnet_actions_add (actions, params, time, time, &score, changes);
    longest = MAX (longest, time - last);
    last = time;
  }
  return longest;
}

static guint64
distance (guint64 a, guint64 b)
{
  return MAX (a, b) - MIN (a, b);
}

static void
compare (GArray *expected, GArray *found, guint64 most)
{
  ck_assert_uint_eq (expected->len, found->len);
  for (guint i = 0; i < expected->len; i++) {
    const MsnetActionChange *a = &g_array_index (expected, MsnetActionChange, i);
    const MsnetActionChange *b = &g_array_index (found, MsnetActionChange, i);
    ck_assert_int_eq (a->ended, b->ended);
    ck_assert_msg (distance (a->start, b->start) <= most && distance (a->end, b->end) <= most,
        "change %u: %g to %g ms, and with another hop %g to %g ms: more than %g ms apart", i,
        a->start / (gdouble)MS, a->end / (gdouble)MS, b->start / (gdouble)MS, b->end / (gdouble)MS,
        most / (gdouble)MS);
  }
}

/* Against looking every millisecond: begin and end are at most one hop away. */
START_TEST (test_neither_hop_nor_jitter_matters)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  const guint64 hops[] = { 33 * MS, 40 * MS, 125 * MS, 250 * MS };

  for (guint i = 0; i < 40; i++) {
    MsnetActionParams params = { .enter = 0.6, .leave = 0.4 };
    g_autoptr (GArray) fine = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange));
    Signal signal;
    params.smoothing = g_rand_int_range (random, 0, 500 * MS);
    signal = signal_new (random, params.smoothing);
    watch (&signal, &params, random, MS, 0, fine);
    ck_assert_uint_eq (fine->len, signal.n_edges);
    for (guint h = 0; h < G_N_ELEMENTS (hops); h++)
      for (guint jitter = 0; jitter < 2; jitter++) {
        g_autoptr (GArray) coarse = g_array_new (FALSE, FALSE, sizeof (MsnetActionChange));
        guint64 longest = watch (&signal, &params, random, hops[h], jitter * hops[h] / 2, coarse);
        compare (fine, coarse, longest + MS);
      }
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("actions");
  TCase *tests = tcase_create ("actions");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_thresholds);
  tcase_add_test (tests, test_equal_thresholds);
  tcase_add_test (tests, test_several_at_once);
  tcase_add_test (tests, test_background_never_begins);
  tcase_add_test (tests, test_smoothing_in_media_time);
  tcase_add_test (tests, test_no_smoothing_takes_the_score_itself);
  tcase_add_test (tests, test_reset_forgets_the_mean);
  tcase_add_test (tests, test_short_ones_are_not_told);
  tcase_add_test (tests, test_params_change);
  tcase_add_test (tests, test_neither_hop_nor_jitter_matters);
  return suite;
}
