/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* precision=bf16: computed where the device has units for it; elsewhere the user is told, and gets f32.
 * With a device that has none: OPENCL_LAYERS names tests/layers/poor. */
#include "common/msnet_harness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SKIPPED 77

/* Scores of the tiny model in bfloat16 against float32. */
#define LARGEST_DIFFERENCE 0.05

/* What one window shows, and what the user reads.  @scores: of the classes, by index
 * @device, @precision: of `stats`; @warning: (nullable) */
typedef struct
{
  gdouble scores[8];
  guint n_scores;
  gchar *device;
  gchar *precision;
  gchar *warning;
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->device);
  g_free (outcome->precision);
  g_free (outcome->warning);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

static gboolean
is_without_units (void)
{
  return g_getenv ("OPENCL_LAYERS") != NULL;
}

static void
read_warning (MsnetHarness *harness, Outcome *outcome)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (harness->bus, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS));
  outcome->warning = g_strdup (error->message);
}

static void
read_scores (MsnetHarness *harness, Outcome *outcome)
{
  g_auto (MsnetResult) result = { 0 };
  gpointer state = NULL;

  for (;;) {
    g_autoptr (GstBuffer) buffer = gst_harness_try_pull (harness->harness);
    const GstStructure *structure;

    fail_unless (buffer != NULL);
    structure = msnet_meta_iterate (buffer, &state, MSNET_RESULT_META_NAME);
    if (structure != NULL && msnet_result_read (&result, structure))
      break;
  }
  fail_unless (result.n_labels <= G_N_ELEMENTS (outcome->scores));
  outcome->n_scores = result.n_labels;
  for (guint i = 0; i < result.n_labels; i++)
    outcome->scores[i] = result.scores[i];
}

static Outcome
recognize (const gchar *precision)
{
  g_auto (MsnetHarness) harness = { NULL };
  GstElement *element = msnet_test_element ();
  g_autoptr (GstStructure) stats = NULL;
  Outcome outcome = { 0 };

  gst_util_set_object_arg (G_OBJECT (element), "precision", precision);
  harness = msnet_harness_new (element, SMALL_CAPS);
  read_warning (&harness, &outcome);
  gst_util_set_object_arg (G_OBJECT (element), "precision", "f32"); /* too late */
  msnet_harness_expect (&harness, GST_MESSAGE_WARNING, "\"precision\" can change in NULL and READY only");
  msnet_harness_push (&harness, 0, 1750, 250);
  g_object_get (element, "stats", &stats, NULL);
  outcome.device = g_strdup (gst_structure_get_string (stats, "device"));
  outcome.precision = g_strdup (gst_structure_get_string (stats, "precision"));
  fail_unless (gst_bus_pop_filtered (harness.bus, GST_MESSAGE_WARNING) == NULL);
  read_scores (&harness, &outcome);
  return outcome;
}

static void
compare_scores (const Outcome *expected, const Outcome *found, gdouble most)
{
  fail_unless_equals_int (found->n_scores, expected->n_scores);
  fail_unless (expected->n_scores > 1);
  for (guint i = 0; i < expected->n_scores; i++)
    fail_unless (fabs (found->scores[i] - expected->scores[i]) <= most,
        "score %u: expected %.17g, found %.17g", i, expected->scores[i], found->scores[i]);
}

GST_START_TEST (test_f32_warns_of_nothing)
{
  g_auto (Outcome) outcome = recognize ("f32");

  fail_unless_equals_string (outcome.precision, "f32");
  fail_unless_equals_string (outcome.warning, NULL);
}
GST_END_TEST;

GST_START_TEST (test_bf16_or_a_warning)
{
  g_auto (Outcome) exact = recognize ("f32");
  g_auto (Outcome) found = recognize ("bf16");
  g_autofree gchar *expected = g_strdup_printf (
      "precision=bf16: %s has no units for bfloat16 that are faster than those for float32; "
      "f32 is used",
      found.device);

  if (found.warning != NULL || is_without_units ()) {
    fail_unless_equals_string (found.warning, expected);
    fail_unless_equals_string (found.precision, "f32");
    compare_scores (&exact, &found, 0);
  } else {
    fail_unless_equals_string (found.precision, "bf16");
    compare_scores (&exact, &found, LARGEST_DIFFERENCE);
  }
}
GST_END_TEST;

/* Ends the test program as skipped where the loader knows no layers. */
static void
require_layer (void)
{
  const gchar *layer = g_getenv ("OPENCL_LAYERS");
  g_autofree gchar *maps = NULL;

  if (layer == NULL
      || (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL) && strstr (maps, layer) != NULL))
    return;
  g_print ("the OpenCL loader knows no layers (ocl-icd does from 2.3 on)\n");
  exit (SKIPPED);
}

static Suite *
msnet_precision_suite (void)
{
  Suite *suite = suite_create ("msnet_precision");
  TCase *tests = tcase_create ("precision");

  msnet_test_require_device ();
  require_layer ();
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_f32_warns_of_nothing);
  tcase_add_test (tests, test_bf16_or_a_warning);
  return suite;
}

GST_CHECK_MAIN (msnet_precision)
