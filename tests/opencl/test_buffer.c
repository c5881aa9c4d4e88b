/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"
#include "opencl/buffer.h"

static MsnetDevice *device;

START_TEST (new_is_zero)
{
  guint8 bytes[1001];
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, sizeof bytes, NULL);

  ck_assert_uint_eq (msnet_buffer_get_size (buffer), sizeof bytes);
  memset (bytes, 7, sizeof bytes);
  ck_assert (msnet_buffer_download (buffer, 0, bytes, sizeof bytes, NULL));
  for (guint i = 0; i < sizeof bytes; i++)
    ck_assert_uint_eq (bytes[i], 0);
}
END_TEST

/* Large ones are cleared in pieces; this one ends in the middle of one. */
START_TEST (cleared_to_the_last_byte)
{
  const gsize size = 5 * 1024 * 1024 / 2 + 4;
  g_autofree guint8 *values = g_malloc (size);
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, size, NULL);
  guint8 found = 0;

  memset (values, 0xff, size);
  ck_assert (msnet_buffer_upload (buffer, 0, values, size, NULL));
  ck_assert (msnet_buffer_clear (buffer, NULL));
  ck_assert (msnet_buffer_download (buffer, 0, values, size, NULL));
  for (gsize i = 0; i < size; i++)
    found |= values[i];
  ck_assert_uint_eq (found, 0);
}
END_TEST

START_TEST (transfers_keep_offsets)
{
  const guint8 sent[] = { 1, 2, 3, 4, 5 };
  guint8 found[9];
  const guint8 expected[9] = { 0, 0, 3, 4, 5, 0, 0, 0, 0 };
  g_autoptr (MsnetBuffer) source = msnet_buffer_new (device, 16, NULL);
  g_autoptr (MsnetBuffer) target = msnet_buffer_new (device, 16, NULL);

  ck_assert (msnet_buffer_upload (source, 3, sent, sizeof sent, NULL));
  ck_assert (msnet_buffer_copy (target, 7, source, 5, 3, NULL));
  ck_assert (msnet_buffer_download (target, 5, found, sizeof found, NULL));
  ck_assert_mem_eq (found, expected, sizeof found);
}
END_TEST

START_TEST (box_lies_where_it_says)
{
  /* Two slices of two rows of two bytes, in slices of 4 rows of 5 bytes. */
  const MsnetBufferBox box
      = { .origin = { 1, 2, 1 }, .size = { 2, 2, 2 }, .row_pitch = 5, .slice_pitch = 20 };
  const guint8 sent[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
  guint8 whole[60];
  guint8 back[8];
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, sizeof whole, NULL);

  ck_assert (msnet_buffer_upload_box (buffer, &box, sent, NULL));
  ck_assert (msnet_buffer_download_box (buffer, &box, back, NULL));
  ck_assert_mem_eq (back, sent, sizeof sent);
  ck_assert (msnet_buffer_download (buffer, 0, whole, sizeof whole, NULL));
  for (guint i = 0; i < 8; i++)
    ck_assert_uint_eq (whole[(1 + i / 4) * 20 + (2 + i / 2 % 2) * 5 + 1 + i % 2], sent[i]);
  for (guint i = 0, sum = 0; i < sizeof whole; i++) {
    sum += whole[i];
    ck_assert_uint_le (sum, 36);
  }
}
END_TEST

START_TEST (wrapped_memory_is_read)
{
  g_autofree guint8 *memory = g_malloc (300);
  guint8 found[3];
  g_autoptr (MsnetBuffer) buffer = NULL;

  for (guint i = 0; i < 300; i++)
    memory[i] = i;
  buffer = msnet_buffer_new_wrapped (device, memory + 1, 299, NULL);
  ck_assert (msnet_buffer_download (buffer, 100, found, sizeof found, NULL));
  ck_assert_mem_eq (found, memory + 101, sizeof found);
}
END_TEST

START_TEST (too_large_is_an_error)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (msnet_buffer_new (device, (gsize)1 << 60, &error));
  test_expect_error (error, MSNET_ERROR_DEVICE, "CL_");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("buffer");
  TCase *tests = tcase_create ("buffer");

  device = test_get_device ();
  tcase_add_test (tests, new_is_zero);
  tcase_add_test (tests, cleared_to_the_last_byte);
  tcase_add_test (tests, transfers_keep_offsets);
  tcase_add_test (tests, box_lies_where_it_says);
  tcase_add_test (tests, wrapped_memory_is_read);
  tcase_add_test (tests, too_large_is_an_error);
  suite_add_tcase (suite, tests);
  return suite;
}
