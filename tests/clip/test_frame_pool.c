/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory of raw frames: as many as are needed, two for good. */
#include "clip/frame_pool.h"
#include "common/common.h"

#include <check.h>
#include <stdlib.h>

START_TEST (test_memory_is_used_again)
{
  MsnetFramePool pool;
  MsnetFrameCopy *first, *second;

  msnet_frame_pool_init (&pool);
  first = msnet_frame_pool_take (&pool);
  second = msnet_frame_pool_take (&pool);
  ck_assert_ptr_ne (first, second);
  ck_assert_ptr_null (msnet_frame_pool_give (&pool, first));
  ck_assert_ptr_eq (msnet_frame_pool_take (&pool), first);
  ck_assert_ptr_null (msnet_frame_pool_give (&pool, first));
  ck_assert_ptr_null (msnet_frame_pool_give (&pool, second));
  msnet_frame_pool_clear (&pool);
}
END_TEST

/* A device that was busy for a while. */
START_TEST (test_what_a_backlog_took_is_given_back)
{
  MsnetFrameCopy *copies[10];
  MsnetFramePool pool;
  guint n_freed = 0;

  msnet_frame_pool_init (&pool);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    copies[i] = msnet_frame_pool_take (&pool);
  ck_assert_uint_eq (pool.n_used, 10);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++) {
    MsnetFrameCopy *excess = msnet_frame_pool_give (&pool, copies[i]);
    n_freed += excess != NULL;
    msnet_frame_copy_free (excess);
  }
  ck_assert_uint_eq (n_freed, 8);
  ck_assert_uint_eq (pool.spare->len, 2);
  msnet_frame_pool_clear (&pool);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("frame_pool");
  TCase *tests = tcase_create ("frame_pool");

  tcase_add_test (tests, test_memory_is_used_again);
  tcase_add_test (tests, test_what_a_backlog_took_is_given_back);
  suite_add_tcase (suite, tests);
  return suite;
}
