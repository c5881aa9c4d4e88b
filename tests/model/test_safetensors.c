/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"
#include "common/folder.h"
#include "load.h"

#include <string.h>
#include <sys/stat.h>

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

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("safetensors");
  TCase *tests = tcase_create ("safetensors");

  tcase_add_test (tests, refuses_what_is_no_file);
  tcase_add_test (tests, reads_each_type);
  tcase_add_test (tests, refuses_other_types);
  tcase_add_test (tests, tells_a_file_that_shrank);
  tcase_add_test (tests, refuses_values_that_are_not_finite);
  tcase_add_test (tests, refuses_every_truncation);
  tcase_add_test (tests, survives_flipped_bits);
  tcase_add_test (tests, survives_random_bytes);
  suite_add_tcase (suite, tests);
  return suite;
}
