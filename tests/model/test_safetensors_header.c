/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers that a stranger wrote. */
#include "base/error.h"
#include "common/common.h"
#include "load.h"

#include <string.h>

#define PAIR "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
#define LONG_NAME "0123456789012345678901234567890123456789012345678901234567890123"

/* A header, how many bytes follow it, and what the error's message says. */
static const struct
{
  const gchar *header;
  gsize data_size;
  const gchar *message;
} hostile[] = {
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4,
      "tensor a: data_offsets: expected begin and end within the 4 bytes behind the header, found [0,8]" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775807]}}", 8,
      "expected begin and end within" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "expected begin and end within" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", 8, "expected begin and end within" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}}", 8,
      "expected begin and end within" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0.0,8.0]}}", 8,
      "expected begin and end within" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8,
      "tensor a: data_offsets: expected begin and end within the 8 bytes behind the header, found nothing" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8,
      "expected room for the shape's 3 values of type F32, found [0,8]" },
  { "{\"a\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,7]}}", 7,
      "expected room for the shape's 3 values of type F16" },
  { PAIR "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12,
      "tensor b: expected its values at byte 8, where the tensor before ends, found 4: an overlap" },
  { PAIR "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "an overlap" },
  { PAIR "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}}", 16,
      "tensor b: expected its values at byte 8, where the tensor before ends, found 12: a hole" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 9,
      "expected 8 bytes behind the header, as its tensors say, found 9" },
  { "{}", 1, "expected 0 bytes behind the header, as its tensors say, found 1" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,2147483648],\"data_offsets\":[0,8]}}", 8,
      "tensor a: shape: expected at most 8 sizes whose product is less than 2^63, found "
      "[4294967296,2147483648]" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0,
      "less than 2^63" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905,4],\"data_offsets\":[0,16]}}", 16,
      "less than 2^63" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}}", 4,
      "expected room for the shape's 4611686018427387905 values" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,8]}}", 8,
      "expected room for the shape's 9223372036854775807 values" },
  { "{\"a\":{\"dtype\":\"F9\",\"shape\":[2],\"data_offsets\":[0,9223372036854775808]}}", 8,
      "header: expected JSON nested at most 3 deep with whole numbers less than 2^63, found something else"
      " at byte 49" },
  { "{\"a\":{\"dtype\":\"F9\",\"shape\":[18446744073709551618],\"data_offsets\":[0,8]}}", 8,
      "found something else at byte 28" },
  { "{\"a\":{\"dtype\":\"F9\",\"shape\":[-9223372036854775809],\"data_offsets\":[0,8]}}", 8,
      "found something else at byte 28" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,8]}}", 8,
      "less than 2^63" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}", 8,
      "less than 2^63" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "less than 2^63" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}", 8,
      "at most 8 sizes" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}", 8, "at most 8 sizes" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", 8, "at most 8 sizes" },
  { "{\"a\":{\"dtype\":\"F9\",\"shape\":[2],\"data_offsets\":[0,9]}}", 8, "expected begin and end within" },
  { PAIR "\"b\":{\"dtype\":\"F9\",\"shape\":[2],\"data_offsets\":[4,12]}}", 12, "found 4: an overlap" },
  { PAIR "\"b\":{\"dtype\":\"F9\",\"shape\":[2],\"data_offsets\":[9,12]}}", 12, "found 9: a hole" },
  { "{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[0,4]}}", 4,
      "expected room for the shape's 3 values of type F8_E4M3" },
  { "{\"a\":{\"dtype\":\"\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
      "tensor a: dtype: expected a type such as F32, F16 or BF16, found \"\"" },
  { "{\"a\":{\"dtype\":\"F\\u0007\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "expected a type such as" },
  { "{\"a\":{\"dtype\":\"" LONG_NAME "\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
      "expected a type such as" },
  { "{\"a\":{\"dtype\":null,\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "found null" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}", 8,
      "tensor a: x: expected only dtype, shape, data_offsets, found 1" },
  { "{\"a\":[1]}", 0, "header: a: expected an object, found [1]" },
  { "{\"\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
      "expected names of 1 to 256 bytes without control characters" },
  { "{\"a\\u0007\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
      "without control characters" },
  { "{\"a" LONG_NAME LONG_NAME LONG_NAME LONG_NAME
    "\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
      8, "expected names of 1 to 256 bytes" },
  { PAIR "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}", 16,
      "header: expected each name once, found a twice" },
  { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"shape\":[2],\"data_offsets\":[0,8]}}", 8,
      "found shape twice" },
  { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, "found __metadata__ twice" },
  { "{\"__metadata__\":[\"a\"]}", 0, "header: __metadata__: expected an object, found [\"a\"]" },
  { "{\"__metadata__\":{\"a\":1}}", 0, "__metadata__: a: expected a string, found 1" },
  { "[{}]", 0, "header: expected an object, found an array" },
  { "[[[[]]]]", 0,
      "header: expected JSON nested at most 3 deep with whole numbers less than 2^63, found "
      "something else at byte 4" },
  { "{}{}", 0, "found something else at byte 2" },
  { "{} x", 0, "found something else" },
  { "   ", 0, "found something else" },
  { "\"a\"", 0, "found something else at byte 0" },
  { "{\"a\":1", 0, "found something else at byte 6" },
  { "{]", 0, "expected JSON, found a mistake" },
  { "}{", 0, "found something else" },
  { "{/* \" */}", 0, "found something else" },
  { "{'a':1}", 0, "found something else" },
  { "{\"a\":0x10}", 0, "found something else" },
  { "{\"a\n\":1}", 0, "found something else" },
  { "{\"a\\u0000\":1}", 0, "found something else" },
  { "{\"a\\ud800\":1}", 0, "found something else" },
  { "{\"a\\ud800\\u0041\":1}", 0, "found something else" },
  { "{\"a\\udc00\\ud800\":1}", 0, "found something else" },
  { "{\"a\\u12", 0, "found something else" },
  { "{\"a\\x\":1}", 0, "found something else" },
  { "{\"a\\", 0, "found something else" },
  { "{\"\xff\":1}", 0, "header: expected UTF-8, found other bytes" },
};

START_TEST (refuses_hostile_headers)
{
  const gchar *header = hostile[_i].header;
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetSafetensors) file = open_header (header, strlen (header), hostile[_i].data_size, &error);

  ck_assert_msg (file == NULL, "accepted: %s", header);
  test_expect_error (error, MSNET_ERROR_MODEL, hostile[_i].message);
}
END_TEST

START_TEST (refuses_header_lengths)
{
  static const struct
  {
    guint64 length;
    const gchar *message;
  } cases[] = {
    { 0, "header: expected a length from 2 to 8 bytes, found 0" },
    { 9, "header: expected a length from 2 to 8 bytes, found 9" },
    { G_GUINT64_CONSTANT (1) << 63, "found 9223372036854775808" },
    { G_MAXUINT64, "found 18446744073709551615" },
    { G_MAXUINT64 - 7, "expected a length from 2 to 8 bytes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    guint8 bytes[16] = { 0 };
    guint64 length = GUINT64_TO_LE (cases[i].length);
    memcpy (bytes, &length, sizeof length);
    ck_assert_ptr_null (open_bytes (bytes, sizeof bytes, &error));
    test_expect_error (error, MSNET_ERROR_MODEL, cases[i].message);
  }
}
END_TEST

START_TEST (refuses_nesting_without_end)
{
  g_autofree gchar *brackets = g_strnfill (10 << 20, '[');
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (open_header (brackets, 10 << 20, 0, &error));
  test_expect_error (error, MSNET_ERROR_MODEL, "nested at most 3 deep");
}
END_TEST

START_TEST (refuses_headers_without_end)
{
  g_autofree gchar *spaces = g_strnfill ((16 << 20) + 1, ' ');
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (open_header (spaces, (16 << 20) + 1, 0, &error));
  test_expect_error (error, MSNET_ERROR_MODEL, "expected a length from 2 to 16777216 bytes, found 16777217");
}
END_TEST

START_TEST (refuses_huge_counts)
{
  g_autoptr (GString) header = g_string_new ("{\"t\":{}");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (header, ",\"%u\":{}", i);
  g_string_append_c (header, '}');
  ck_assert_ptr_null (open_header (header->str, header->len, 0, &error));
  test_expect_error (error, MSNET_ERROR_MODEL, "header: expected at most 20000 tensors, found 20001");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("safetensors_header");
  TCase *tests = tcase_create ("safetensors_header");

  tcase_add_loop_test (tests, refuses_hostile_headers, 0, G_N_ELEMENTS (hostile));
  tcase_add_test (tests, refuses_header_lengths);
  tcase_add_test (tests, refuses_nesting_without_end);
  tcase_add_test (tests, refuses_headers_without_end);
  tcase_add_test (tests, refuses_huge_counts);
  suite_add_tcase (suite, tests);
  return suite;
}
