/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every turn of a loop is done exactly once, and before the loop returns. */
#include "base/parallel.h"
#include "common/common.h"

#include <check.h>
#include <stdlib.h>

#define MOST_TURNS 1000

static void
count (guint index, gpointer data)
{
  gint *counts = data;

  g_atomic_int_inc (&counts[index]);
}

START_TEST (each_turn_once)
{
  static const guint lengths[] = { 0, 1, 2, 3, 7, 64, MOST_TURNS };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    gint counts[MOST_TURNS] = { 0 };

    msnet_parallel_run (lengths[i], count, counts);
    for (guint turn = 0; turn < MOST_TURNS; turn++)
      ck_assert_int_eq (counts[turn], turn < lengths[i]);
  }
}
END_TEST

static void
run_inner_loop (guint index, gpointer data)
{
  gint *counts = data;

  msnet_parallel_run (10, count, counts + 10 * index);
}

START_TEST (loops_in_loops)
{
  gint counts[100] = { 0 };

  msnet_parallel_run (10, run_inner_loop, counts);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    ck_assert_int_eq (counts[i], 1);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("parallel");
  TCase *tests = tcase_create ("parallel");

  tcase_add_test (tests, each_turn_once);
  tcase_add_test (tests, loops_in_loops);
  suite_add_tcase (suite, tests);
  return suite;
}
