/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every list of kernels must be, how one is chosen, and which plans may be asked for.  Nothing is
 * computed. */
#include "base/error.h"
#include "common/common.h"
#include "ops/choice.h"
#include "ops/operations.h"

#include <string.h>

/* Operation _i: loop tests run once for each. */
#define OPERATION (msnet_operations_get ()[_i])

static gboolean
never (const MsnetKernel *kernel, const MsnetDeviceInfo *device, gconstpointer params)
{
  return FALSE;
}

static gboolean
is_not_worthwhile (const MsnetKernel *kernel, gconstpointer params)
{
  return FALSE;
}

/* An operation of everything that may be in a list. */
static const MsnetKernel kernels[] = {
  { .name = "impossible-8", .vector_width = 8, .may_use = never },
  { .name = "wide-16-6x32",
      .vector_width = 16,
      .may_use = msnet_kernel_is_for_cpu,
      .is_worthwhile = is_not_worthwhile },
  { .name = "wide-16-6x64", .vector_width = 16, .may_use = msnet_kernel_is_for_cpu },
  { .name = "narrow-8", .vector_width = 8, .may_use = msnet_kernel_is_for_cpu },
  { .name = "plain" },
};
static const MsnetOperation example = { .name = "example", MSNET_KERNELS (kernels) };

static const MsnetDeviceInfo floats_16 = { .is_cpu = TRUE, .vector_width = 16 };
static const MsnetDeviceInfo floats_4 = { .is_cpu = TRUE, .vector_width = 4 };
static const MsnetDeviceInfo no_cpu = { .vector_width = 16 };

START_TEST (the_last_kernel_is_plain_and_takes_everything)
{
  const MsnetKernel *plain = msnet_operation_get_plain (OPERATION);

  ck_assert_msg (g_str_equal (plain->name, "plain") && plain->may_use == NULL && plain->is_worthwhile == NULL
                     && plain->vector_width == 0 && plain->bound == 0.0,
      "%s: expected the last kernel to be plain and to compute everything, found %s", OPERATION->name,
      plain->name);
}
END_TEST

START_TEST (kernels_are_told_apart_by_their_names)
{
  for (guint i = 0; i < OPERATION->n_kernels; i++)
    for (guint k = 0; k < i; k++)
      ck_assert_msg (!g_str_equal (OPERATION->kernels[i].name, OPERATION->kernels[k].name),
          "%s has two kernels %s", OPERATION->name, OPERATION->kernels[i].name);
}
END_TEST

/* The key of a step begins with the name of its operation. */
START_TEST (no_name_begins_with_that_of_another_operation)
{
  for (const MsnetOperation *const *other = msnet_operations_get (); *other != NULL; other++)
    ck_assert_msg (*other == OPERATION || !g_str_has_prefix (OPERATION->name, (*other)->name), "%s, %s",
        OPERATION->name, (*other)->name);
}
END_TEST

/* MSNET_PLAN, or NULL, and what is chosen of `kernels` on devices with vectors of 16, with vectors of 4, and
 * without a CPU. */
static const struct
{
  const gchar *plan;
  const gchar *choices[3];
} choices[] = {
  { NULL, { "wide-16-6x64", "narrow-8", "plain" } },
  { "fixed", { "wide-16-6x64", "narrow-8", "plain" } },
  { "plain", { "plain", "plain", "plain" } },
  { "width-8", { "narrow-8", "narrow-8", "plain" } },
  { "width-16", { "wide-16-6x64", "wide-16-6x64", "plain" } },
  { "wide", { "wide-16-6x64", "wide-16-6x32", "plain" } },
  { "wide-16", { "wide-16-6x64", "wide-16-6x32", "plain" } },
  { "wide-16-6x64", { "wide-16-6x64", "wide-16-6x64", "plain" } },
  { "narrow", { "narrow-8", "narrow-8", "plain" } },
  { "impossible", { "wide-16-6x64", "narrow-8", "plain" } },
  { "of another operation", { "wide-16-6x64", "narrow-8", "plain" } },
};

START_TEST (plans_choose_in_every_operation)
{
  const MsnetDeviceInfo *devices[] = { &floats_16, &floats_4, &no_cpu };

  if (choices[_i].plan != NULL)
    g_setenv ("MSNET_PLAN", choices[_i].plan, TRUE);
  else
    g_unsetenv ("MSNET_PLAN");
  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    ck_assert_str_eq (
        msnet_operation_choose_by_rules (&example, devices[i], devices[i]->vector_width, NULL)->name,
        choices[_i].choices[i]);
}
END_TEST

/* A kernel that is not worthwhile is taken where nothing else has the name. */
START_TEST (a_name_counts_more_than_what_is_worthwhile)
{
  const MsnetOperation first = { .name = "example", .kernels = kernels, .n_kernels = 2 };

  g_setenv ("MSNET_PLAN", "wide", TRUE);
  ck_assert_str_eq (msnet_operation_choose_by_rules (&first, &floats_16, 16, NULL)->name, "wide-16-6x32");
}
END_TEST

START_TEST (every_name_of_a_kernel_is_a_plan)
{
  for (guint i = 0; i < OPERATION->n_kernels; i++) {
    g_setenv ("MSNET_PLAN", OPERATION->kernels[i].name, TRUE);
    ck_assert (msnet_operations_check_plan (NULL));
  }
}
END_TEST

static guint
count (gchar **names, const gchar *wanted)
{
  guint n = 0;

  for (; *names != NULL; names++)
    n += g_str_equal (*names, wanted);
  return n;
}

START_TEST (the_error_lists_every_name_once)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = NULL, names = NULL;

  g_setenv ("MSNET_PLAN", "banana", TRUE);
  ck_assert (!msnet_operations_check_plan (&error));
  test_expect_error (error, MSNET_ERROR_UNSUPPORTED, "found \"banana\"");
  parts = g_strsplit_set (strstr (error->message, "one of ") + strlen ("one of "), ";", 2);
  names = g_strsplit (parts[0], ", ", -1);
  for (guint i = 0; i < OPERATION->n_kernels; i++)
    ck_assert_msg (count (names, OPERATION->kernels[i].name) == 1, "expected %s once in: %s",
        OPERATION->kernels[i].name, parts[0]);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("operations");
  TCase *tests = tcase_create ("operations");
  const gint n = (gint)g_strv_length ((gchar **)msnet_operations_get ());

  tcase_add_loop_test (tests, the_last_kernel_is_plain_and_takes_everything, 0, n);
  tcase_add_loop_test (tests, kernels_are_told_apart_by_their_names, 0, n);
  tcase_add_loop_test (tests, no_name_begins_with_that_of_another_operation, 0, n);
  tcase_add_loop_test (tests, plans_choose_in_every_operation, 0, G_N_ELEMENTS (choices));
  tcase_add_test (tests, a_name_counts_more_than_what_is_worthwhile);
  tcase_add_loop_test (tests, every_name_of_a_kernel_is_a_plan, 0, n);
  tcase_add_loop_test (tests, the_error_lists_every_name_once, 0, n);
  suite_add_tcase (suite, tests);
  return suite;
}
