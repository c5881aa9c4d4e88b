#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "common/common.h"
#include "common/folder.h"
#include "model/safetensors.h"
#include "model_file.h"
#include "base/error.h"

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

/* Returns: (transfer full) (nullable): the file that these bytes make */
static MsnetSafetensors *
open_bytes (const guint8 *bytes, gsize length, GError **error)
{
  g_autofree gchar *path = model_file_write (bytes, length);
  MsnetSafetensors *file = msnet_safetensors_open (path, error);

  ck_assert ((file == NULL) == (*error != NULL));
  if (file == NULL)
    ck_assert_msg (strstr ((*error)->message, path) != NULL, "no path in: %s", (*error)->message);
  model_file_remove (path);
  return file;
}

static MsnetSafetensors *
open_header (const gchar *header, gsize length, gsize data_size, GError **error)
{
  g_autoptr (GByteArray) bytes = model_file_pack_header (header, length, data_size);

  return open_bytes (bytes->data, bytes->len, error);
}

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

START_TEST (refuses_what_is_no_file)
{
  g_autofree gchar *folder = test_make_folder ();
  g_autofree gchar *path = g_build_filename (folder, "fifo.safetensors", NULL);
  g_autoptr (GError) missing = NULL, is_folder = NULL, fifo = NULL, empty = NULL;

  ck_assert_ptr_null (msnet_safetensors_open (path, &missing));
  test_expect_error (missing, MSNET_ERROR_FILE, "fifo.safetensors: cannot be read: No such file");
  ck_assert_ptr_null (msnet_safetensors_open (folder, &is_folder));
  test_expect_error (is_folder, MSNET_ERROR_FILE, "expected a .safetensors file, found a folder or device");
  ck_assert_int_eq (mkfifo (path, 0600), 0);
  ck_assert_ptr_null (msnet_safetensors_open (path, &fifo));
  test_expect_error (fifo, MSNET_ERROR_FILE, "expected a .safetensors file, found a folder or device");
  model_file_remove (path);
  ck_assert_ptr_null (open_bytes ((const guint8 *)"", 0, &empty));
  test_expect_error (empty, MSNET_ERROR_MODEL, "expected a .safetensors file, found only 0 bytes");
}
END_TEST

/* Three tensors of the types that are read, one that is not, one of a type yet to come, one without a
 * value, in an odd order. */
static GByteArray *
pack_types (void)
{
  static const gchar header[] = "{\"__metadata__\":{\"b\":\"\\u00e4 \\ud83d\\ude00\",\"a\":\"1\"},"
                                "\"whole\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[28,36]},"
                                "\"new\":{\"dtype\":\"F3\",\"shape\":[8],\"data_offsets\":[36,39]},"
                                "\"half\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[12,24]},"
                                "\"brain\":{\"dtype\":\"BF16\",\"shape\":[2,1],\"data_offsets\":[24,28]},"
                                "\"none\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[12,12]},"
                                "\"full\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}  \n";
  static const guint8 values[] = { 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 1, 0, 0, 0, /* 1, -2, 2^-149 */
    0, 0x3c, 0, 0xc0, 1, 0, 0xff, 0x7b, 0, 0x80, 0, 0x04, /* 1, -2, 2^-24, 65504, -0, 2^-14 */
    0x80, 0x3f, 0x40, 0xc0,                               /* 1, -3 */
    1, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34, 0x56 };
  GByteArray *bytes = model_file_pack_header (header, strlen (header), 0);

  return g_byte_array_append (bytes, values, sizeof values);
}

static void
expect_values (MsnetSafetensors *file, const gchar *name, const gfloat *expected, gsize n)
{
  const MsnetSafetensor *tensor = msnet_safetensors_lookup (file, name);
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_nonnull (tensor);
  ck_assert_uint_eq (tensor->n_values, n);
  g_autofree gfloat *values = msnet_safetensors_read (file, tensor, &error);
  ck_assert_msg (values != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_msg (memcmp (values, expected, n * sizeof (gfloat)) == 0, "tensor %s", name);
}

/* What stays valid while the file is open. */
typedef struct
{
  gchar *path;
  MsnetSafetensors *file;
} Opened;

static Opened
open_types (void)
{
  g_autoptr (GByteArray) bytes = pack_types ();
  g_autoptr (GError) error = NULL;
  Opened opened = { model_file_write (bytes->data, bytes->len) };

  opened.file = msnet_safetensors_open (opened.path, &error);
  ck_assert_msg (opened.file != NULL, "%s", error != NULL ? error->message : "");
  return opened;
}

static void
opened_clear (Opened *opened)
{
  model_file_remove (opened->path);
  msnet_safetensors_free (opened->file);
  g_free (opened->path);
}

START_TEST (reads_each_type)
{
  Opened opened = open_types ();
  GPtrArray *tensors = msnet_safetensors_get_tensors (opened.file);
  const MsnetSafetensor *first = g_ptr_array_index (tensors, 0), *last = g_ptr_array_index (tensors, 5);

  ck_assert_uint_eq (tensors->len, 6);
  ck_assert_str_eq (first->name, "brain");
  ck_assert_uint_eq (first->n_dimensions, 2);
  ck_assert_str_eq (last->name, "whole");
  ck_assert_uint_eq (last->n_dimensions, 0);
  expect_values (opened.file, "full", (const gfloat[]){ 1, -2, 0x1p-149f }, 3);
  expect_values (opened.file, "half", (const gfloat[]){ 1, -2, 0x1p-24f, 65504, -0.0f, 0x1p-14f }, 6);
  expect_values (opened.file, "brain", (const gfloat[]){ 1, -3 }, 2);
  expect_values (opened.file, "none", (const gfloat[]){ 0 }, 0);
  ck_assert_str_eq (msnet_safetensors_get_metadata (opened.file, "b"), "ä 😀");
  ck_assert_ptr_null (msnet_safetensors_get_metadata (opened.file, "c"));
  ck_assert_ptr_null (msnet_safetensors_lookup (opened.file, "f"));
  opened_clear (&opened);
}
END_TEST

START_TEST (refuses_other_types)
{
  Opened opened = open_types ();
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (
      msnet_safetensors_read (opened.file, msnet_safetensors_lookup (opened.file, "whole"), &error));
  test_expect_error (error, MSNET_ERROR_MODEL,
      "tensor whole: expected values of type F32, F16 or BF16, found I64; in PyTorch convert it by .float () "
      "and "
      "save the file again");
  opened_clear (&opened);
}
END_TEST

START_TEST (tells_a_file_that_shrank)
{
  Opened opened = open_types ();
  g_autoptr (GError) error = NULL;

  ck_assert_int_eq (truncate (opened.path, 100), 0);
  ck_assert_ptr_null (
      msnet_safetensors_read (opened.file, msnet_safetensors_lookup (opened.file, "full"), &error));
  test_expect_error (error, MSNET_ERROR_FILE, "found its end; was the file changed meanwhile?");
  opened_clear (&opened);
}
END_TEST

START_TEST (refuses_values_that_are_not_finite)
{
  static const struct
  {
    const gchar *type;
    guint8 bytes[8];
    const gchar *found;
  } cases[] = {
    { "F32", { 0, 0, 0, 0, 0, 0, 0xc0, 0x7f }, "found nan at index 1" },
    { "F32", { 0, 0, 0x80, 0xff }, "found -inf at index 0" },
    { "F16", { 0, 0, 0, 0, 0, 0, 0, 0x7c }, "found inf at index 3" },
    { "F16", { 0, 0, 1, 0x7c }, "found nan at index 1" },
    { "BF16", { 0x80, 0x7f }, "found inf at index 0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) none = NULL, error = NULL;
    g_autofree gchar *header
        = g_strdup_printf ("{\"a\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,8]}}", cases[i].type,
            g_str_equal (cases[i].type, "F32") ? 2 : 4);
    g_autoptr (GByteArray) bytes = model_file_pack_header (header, strlen (header), 0);
    g_byte_array_append (bytes, cases[i].bytes, 8);
    g_autoptr (MsnetSafetensors) file = open_bytes (bytes->data, bytes->len, &none);
    ck_assert_ptr_nonnull (file);
    ck_assert_ptr_null (msnet_safetensors_read (file, msnet_safetensors_lookup (file, "a"), &error));
    test_expect_error (error, MSNET_ERROR_MODEL, cases[i].found);
    test_expect_error (error, MSNET_ERROR_MODEL, "tensor a: expected finite values");
  }
}
END_TEST

START_TEST (refuses_every_truncation)
{
  g_autoptr (GByteArray) bytes = pack_types ();

  for (gsize length = 0; length < bytes->len; length++) {
    g_autoptr (GError) error = NULL;
    ck_assert_msg (open_bytes (bytes->data, length, &error) == NULL, "accepted %zu bytes", length);
    ck_assert_int_eq (error->domain, MSNET_ERROR);
  }
}
END_TEST

static void
read_all (MsnetSafetensors *file)
{
  GPtrArray *tensors = msnet_safetensors_get_tensors (file);

  for (guint i = 0; i < tensors->len; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree gfloat *values = msnet_safetensors_read (file, g_ptr_array_index (tensors, i), &error);
    ck_assert ((values == NULL) == (error != NULL));
  }
}

START_TEST (survives_flipped_bits)
{
  g_autoptr (GByteArray) bytes = pack_types ();

  for (gsize bit = 0; bit < 8 * (gsize)bytes->len; bit += 3) {
    g_autoptr (GError) error = NULL;
    bytes->data[bit / 8] ^= 1 << bit % 8;
    g_autoptr (MsnetSafetensors) file = open_bytes (bytes->data, bytes->len, &error);
    if (file != NULL)
      read_all (file);
    bytes->data[bit / 8] ^= 1 << bit % 8;
  }
}
END_TEST

/* Random bytes, and random characters of JSON behind a right length. */
START_TEST (survives_random_bytes)
{
  static const gchar alphabet[] = "{}[]\"\\u:,0123456789.eE-+ntfad__metadata__dtypeshape";
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 2000; round++) {
    g_autoptr (GError) error = NULL, header_error = NULL;
    guint8 bytes[64];
    gchar header[48];
    for (guint i = 0; i < sizeof bytes; i++)
      bytes[i] = (guint8)g_rand_int (random);
    for (guint i = 0; i < sizeof header; i++)
      header[i] = alphabet[g_rand_int_range (random, 0, sizeof alphabet - 1)];
    header[0] = '{';
    header[sizeof header - 1] = '}';
    ck_assert_ptr_null (open_bytes (bytes, sizeof bytes, &error));
    ck_assert_ptr_null (open_header (header, sizeof header, 0, &header_error));
  }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("safetensors");
  TCase *tests = tcase_create ("safetensors");

  tcase_add_loop_test (tests, refuses_hostile_headers, 0, G_N_ELEMENTS (hostile));
  tcase_add_test (tests, refuses_header_lengths);
  tcase_add_test (tests, refuses_nesting_without_end);
  tcase_add_test (tests, refuses_headers_without_end);
  tcase_add_test (tests, refuses_huge_counts);
  tcase_add_test (tests, refuses_what_is_no_file);
  tcase_add_test (tests, reads_each_type);
  tcase_add_test (tests, refuses_other_types);
  tcase_add_test (tests, tells_a_file_that_shrank);
  tcase_add_test (tests, refuses_values_that_are_not_finite);
  tcase_add_test (tests, refuses_every_truncation);
  tcase_add_test (tests, survives_flipped_bits);
  tcase_add_test (tests, survives_random_bytes);
  suite_add_tcase (suite, tests);
  return test_run (suite);
}
