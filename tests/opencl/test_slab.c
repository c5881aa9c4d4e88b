/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "opencl/slab.h"

#define ALIGNMENT 128
#define LARGE (5 * 1024 * 1024)
#define HUGE_SIZE (G_MAXSIZE - 1)

static MsnetSlab *current;

static void
forget_current (void)
{
  g_clear_pointer (&current, msnet_slab_unref);
}

static MsnetSlabBlock
take (gsize size)
{
  MsnetSlabBlock part = { 0 };

  ck_assert (msnet_slab_take (&current, size, ALIGNMENT, &part));
  ck_assert_ptr_nonnull (part.bytes);
  ck_assert_uint_eq ((gsize)part.bytes % ALIGNMENT, 0);
  ck_assert_uint_eq (part.size, size);
  return part;
}

/* Returns: whether all bytes of @part are @value */
static gboolean
holds (const MsnetSlabBlock *part, guint8 value)
{
  const guint8 *bytes = part->bytes;
  gsize i = 0;

  while (i < part->size && bytes[i] == value)
    i++;
  return i == part->size;
}

/* More than a slab holds, so that several are begun. */
START_TEST (parts_keep_their_bytes)
{
  MsnetSlabBlock parts[64];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    parts[i] = take (1 + i * 12345);
    memset (parts[i].bytes, (gint)i, parts[i].size);
  }
  forget_current ();
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    ck_assert (holds (&parts[i], i));
    msnet_slab_unref (parts[i].slab);
  }
}
END_TEST

START_TEST (small_parts_share)
{
  MsnetSlabBlock first = take (100), second = take (100), large = take (LARGE), third = take (100);

  ck_assert_ptr_eq (second.slab, first.slab);
  ck_assert_ptr_eq (third.slab, first.slab);
  ck_assert_ptr_ne (large.slab, first.slab);
  ck_assert_ptr_eq (second.bytes, (guint8 *)first.bytes + ALIGNMENT);
  ck_assert_ptr_eq (third.bytes, (guint8 *)second.bytes + ALIGNMENT);
  msnet_slab_unref (first.slab);
  msnet_slab_unref (second.slab);
  msnet_slab_unref (third.slab);
  msnet_slab_unref (large.slab);
}
END_TEST

START_TEST (the_last_one_can_be_given_back)
{
  MsnetSlabBlock first = take (100), second = take (100);

  msnet_slab_give_back (&first); /* not the last: nothing changes */
  msnet_slab_give_back (&second);
  MsnetSlabBlock third = take (100);
  ck_assert_ptr_eq (third.bytes, second.bytes);
  msnet_slab_unref (first.slab);
  msnet_slab_unref (second.slab);
  msnet_slab_unref (third.slab);
}
END_TEST

START_TEST (too_much_is_refused)
{
  MsnetSlabBlock part = { 0 };

  ck_assert (!msnet_slab_take (&current, HUGE_SIZE, ALIGNMENT, &part));
  ck_assert (!msnet_slab_take (&current, G_MAXSIZE / 2, ALIGNMENT, &part));
  ck_assert_ptr_null (part.slab);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("slab");
  TCase *tests = tcase_create ("slab");

  tcase_add_checked_fixture (tests, NULL, forget_current);
  tcase_add_test (tests, parts_keep_their_bytes);
  tcase_add_test (tests, small_parts_share);
  tcase_add_test (tests, the_last_one_can_be_given_back);
  tcase_add_test (tests, too_much_is_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
