/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts of kernels as they are put together for the compiler. */
#include "common/common.h"
#include "opencl/source.h"

#include <string.h>

/* How often @text holds @part. */
static guint
count (const gchar *text, const gchar *part)
{
  guint n = 0;

  for (const gchar *found = strstr (text, part); found != NULL; found = strstr (found + 1, part))
    n++;
  return n;
}

/* Of the kernels that share a folder each includes geometry.h: there it stands before the first of them,
 * once. */
START_TEST (included_files_are_there_once)
{
  g_autofree gchar *text = msnet_source_compose ("cpu/small/", NULL);

  ck_assert_uint_eq (count (text, "#line 1 \"geometry.h\"\n"), 1);
  ck_assert_uint_eq (count (text, "\nget_row ("), 1);
  ck_assert_uint_eq (count (text, "#line 1 \"cpu/small/linear.cl\"\n"), 1);
  ck_assert (strstr (text, "\nget_row (") < strstr (text, "\nkernel void"));
  ck_assert_ptr_null (strstr (text, "#pragma once"));
}
END_TEST

/* Nor does a kernel get what it does not include. */
START_TEST (nothing_else_is_there)
{
  g_autofree gchar *text = msnet_source_compose ("plain/normalize.cl", NULL);

  ck_assert_uint_eq (count (text, "#line 1 "), 3);
  ck_assert_uint_eq (count (text, "#line 1 \"arguments/geometry.h\"\n"), 1);
  ck_assert_ptr_null (strstr (text, "VECTOR_WIDTH"));
}
END_TEST

/* A file that is included stands in place of the line that says so, and what follows has the number of the
 * next. */
START_TEST (included_files_are_in_place)
{
  g_autofree gchar *text = msnet_source_compose ("plain/normalize.cl", NULL);
  const gchar *begin = strstr (text, "#line 1 \"plain/normalize.cl\"\n");
  const gchar *included = strstr (begin, "#line 1 \"geometry.h\"\n");
  g_autofree gchar *before = g_strndup (begin, included - begin);
  g_autofree gchar *after = g_strdup_printf ("#line %u \"plain/normalize.cl\"\n", count (before, "\n") + 1);

  ck_assert_ptr_nonnull (strstr (included, after));
  ck_assert_ptr_null (strstr (text, "#include"));
  ck_assert_uint_eq (count (text, "\nget_pixel ("), 1);
}
END_TEST

START_TEST (missing_files_are_named)
{
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (msnet_source_compose ("cpu/nothing.cl", &error));
  ck_assert_ptr_nonnull (strstr (error->message, "cpu/nothing.cl"));
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("source");
  TCase *tests = tcase_create ("source");

  tcase_add_test (tests, included_files_are_there_once);
  tcase_add_test (tests, nothing_else_is_there);
  tcase_add_test (tests, included_files_are_in_place);
  tcase_add_test (tests, missing_files_are_named);
  suite_add_tcase (suite, tests);
  return suite;
}
