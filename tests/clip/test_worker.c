/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A device that is given up and recovers: a GPU that was asleep or busy with another program, and a driver
 * that reset it.  The worker is asked directly, so that nothing waits for as long as a stream would. */
#include "clip/worker.h"
#include "common/common.h"
#include "fake_engine.h"

#include <check.h>
#include <stdlib.h>

#define SECOND ((gint64)G_USEC_PER_SEC)

/* Asks for a window of the one frame @identity, in any slot. */
static void
ask (MsnetWorker *worker, const guint64 *identity)
{
  const MsnetFrame frame = fake_frame (identity);
  gboolean needed[3] = { FALSE };
  gint slot = msnet_worker_acquire (worker, needed, FALSE);
  MsnetJob *job = msnet_job_new (1, msnet_recognition_new (2));

  ck_assert_int_ge (slot, 0);
  msnet_worker_put (worker, slot, &frame, TRUE);
  job->slots[0] = slot;
  msnet_worker_ask (worker, job, NULL);
}

/* Returns: how many windows are recognised by @deadline */
static guint
collect (MsnetWorker *worker, gint64 deadline)
{
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_job_free);

  ck_assert (msnet_worker_collect (worker, deadline, done, NULL));
  return done->len;
}

/* A worker whose device did not answer although it was waited for, as at the end of a stream. */
static MsnetWorker *
make_given_up (FakeEngine *fake, const guint64 *identity)
{
  MsnetWorker *worker = msnet_worker_new (&fake->engine);

  fake_engine_hold (fake, TRUE);
  ask (worker, identity);
  fake_engine_wait (fake);
  ck_assert_uint_eq (collect (worker, g_get_monotonic_time () + SECOND / 100), 0);
  return worker;
}

/* Its answer comes late, but it comes; then it is worth waiting for again. */
START_TEST (test_recovers)
{
  const guint64 identity = 7;
  FakeEngine *fake = fake_engine_new (1, 3);
  MsnetWorker *worker = make_given_up (fake, &identity);

  fake_engine_hold (fake, FALSE);
  ck_assert_uint_eq (collect (worker, G_MAXINT64), 1);
  ask (worker, &identity);
  ck_assert_uint_eq (collect (worker, G_MAXINT64), 1);
  ck_assert (msnet_worker_stop (worker, 60 * SECOND));
}
END_TEST

static gpointer
let_go (gpointer fake)
{
  g_usleep (SECOND / 20);
  fake_engine_hold (fake, FALSE);
  return NULL;
}

/* It recovers, and is slow again when the element stops: the patience is a new one. */
START_TEST (test_is_waited_for_again)
{
  const guint64 identity = 7;
  FakeEngine *fake = fake_engine_new (1, 3);
  MsnetWorker *worker = make_given_up (fake, &identity);
  GThread *thread;

  fake_engine_hold (fake, FALSE);
  ck_assert_uint_eq (collect (worker, G_MAXINT64), 1);
  fake_engine_hold (fake, TRUE);
  ask (worker, &identity);
  fake_engine_wait (fake);
  thread = g_thread_new ("let-go", let_go, fake);
  ck_assert (msnet_worker_stop (worker, 60 * SECOND));
  g_thread_join (thread);
}
END_TEST

/* Without a sign of life: going to NULL does not take its time once more. */
START_TEST (test_is_not_waited_for_twice)
{
  const guint64 identity = 7;
  FakeEngine *fake = fake_engine_new (1, 3);
  MsnetWorker *worker = make_given_up (fake, &identity);

  /* With this patience the test would not end. */
  ck_assert (!msnet_worker_stop (worker, 3600 * SECOND));
  fake_engine_hold (fake, FALSE);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("worker");
  TCase *tests = tcase_create ("given up");

  tcase_add_test (tests, test_recovers);
  tcase_add_test (tests, test_is_waited_for_again);
  tcase_add_test (tests, test_is_not_waited_for_twice);
  suite_add_tcase (suite, tests);
  return suite;
}
