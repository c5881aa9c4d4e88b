/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What runs on a thread of its own is waited for, or left behind and freed by whoever is last. */
#include "base/attempt.h"
#include "base/error.h"
#include "base/lock.h"
#include "common/common.h"

static MsnetLock lock;
static MsnetSignal changed;

/* Under @lock. */
static gboolean is_blocked;
static guint n_results_freed;
static guint n_data_freed;

static void
block (gboolean blocked)
{
  msnet_lock_take (&lock);
  is_blocked = blocked;
  msnet_signal_send (&changed);
  msnet_lock_give (&lock);
}

static void
count (guint *counter)
{
  msnet_lock_take (&lock);
  (*counter)++;
  msnet_signal_send (&changed);
  msnet_lock_give (&lock);
}

static gpointer
run (gpointer data, GError **error)
{
  msnet_lock_take (&lock);
  while (is_blocked)
    msnet_signal_wait (&changed, &lock);
  msnet_lock_give (&lock);
  if (*(const gchar *)data != '\0')
    return g_strdup (data);
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE, "the attempt fails");
  return NULL;
}

static gboolean
never (gpointer data, GError **error)
{
  return FALSE;
}

static gboolean
at_once (gpointer data, GError **error)
{
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE, "the attempt hangs");
  return TRUE;
}

static void
free_result (gpointer result)
{
  g_free (result);
  count (&n_results_freed);
}

static void
free_data (gpointer data)
{
  g_free (data);
  count (&n_data_freed);
}

static MsnetAttempt attempt = { "test", run, never, free_result, free_data };

static void
setup (void)
{
  attempt.has_hung = never;
  n_results_freed = n_data_freed = 0;
}

START_TEST (result_is_handed_over)
{
  g_autofree gchar *result = msnet_attempt_run (&attempt, g_strdup ("done"), NULL);

  ck_assert_str_eq (result, "done");
  ck_assert_uint_eq (n_results_freed, 0);
  ck_assert_uint_eq (n_data_freed, 1);
}
END_TEST

START_TEST (failure_is_handed_over)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (msnet_attempt_run (&attempt, g_strdup (""), &error));
  test_expect_error (error, MSNET_ERROR_DEVICE, "the attempt fails");
  ck_assert_uint_eq (n_data_freed, 1);
}
END_TEST

START_TEST (what_hangs_is_left_behind)
{
  g_autoptr (GError) error = NULL;

  block (TRUE);
  attempt.has_hung = at_once;
  ck_assert_ptr_null (msnet_attempt_run (&attempt, g_strdup ("late"), &error));
  test_expect_error (error, MSNET_ERROR_DEVICE, "the attempt hangs");
  msnet_lock_take (&lock);
  ck_assert_uint_eq (n_data_freed, 0);
  msnet_lock_give (&lock);
  block (FALSE);
  msnet_lock_take (&lock);
  while (n_data_freed == 0)
    msnet_signal_wait (&changed, &lock);
  ck_assert_uint_eq (n_results_freed, 1);
  msnet_lock_give (&lock);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("attempt");
  TCase *tests = tcase_create ("attempt");

  tcase_add_checked_fixture (tests, setup, NULL);
  tcase_add_test (tests, result_is_handed_over);
  tcase_add_test (tests, failure_is_handed_over);
  tcase_add_test (tests, what_hangs_is_left_behind);
  suite_add_tcase (suite, tests);
  return suite;
}
