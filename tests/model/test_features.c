/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "common/common.h"
#include "load.h"

/* What uses a feature: an edit of the metadata of a file of version 1. */
typedef struct
{
  const gchar *feature;
  const gchar *key;
  const gchar *found; /* NULL: there is no such metadata yet */
  const gchar *replacement;
  gboolean is_motion;
} Use;

static const Use uses[] = {
  { "shift-div", "msnet.network", "\"depth\"", "\"shift_div\": 4, \"depth\"", FALSE },
  { "shift-place", "msnet.network", "\"depth\"", "\"shift_place\": \"block\", \"depth\"", FALSE },
  { "output", "msnet.network", "\"depth\"", "\"output\": \"sigmoid\", \"depth\"", FALSE },
  { "output", "msnet.network", "\"depth\"", "\"output\": \"softmax\", \"depth\"", FALSE },
  { "grid", "msnet.network", "\"depth\"", "\"grid\": 1, \"depth\"", FALSE },
  { "head", "msnet.network", "\"depth\"", "\"head\": [\"pooled\"], \"depth\"", FALSE },
  { "motion-after", "msnet.network", "\"after\": 2", "\"after\": 3", TRUE },
  { "motion-after", "msnet.network", "\"after\": 2", "\"after\": [2]", TRUE },
  { "motion-both", "msnet.network", "\"past\"", "\"both\"", TRUE },
  { "motion-plain", "msnet.network", "\"kernel\"", "\"plain\"", TRUE },
  { "motion-dilation", "msnet.network", "\"after\"", "\"dilation\": 1, \"after\"", TRUE },
  { "motion-fusion", "msnet.network", "\"after\"", "\"fusion\": \"multiply\", \"after\"", TRUE },
  { "fit-pad", "msnet.input", "\"crop\"", "\"pad\"", FALSE },
  { "resize-pair", "msnet.input", "\"resize\": 40", "\"resize\": [40, 50]", FALSE },
  { "resize-filter", "msnet.input", "\"size\"", "\"resize_filter\": \"bilinear\", \"size\"", FALSE },
  { "range", "msnet.input", "\"size\"", "\"range\": 255, \"size\"", FALSE },
  { "sampling-at", "msnet.sampling", "\"hop\"", "\"at\": \"centre\", \"hop\"", FALSE },
  { "actions", "msnet.actions", NULL, "{\"enter\": 0.1}", FALSE },
};

/* Returns: (transfer full): a file that uses a feature and does not say so */
static ModelFile *
make_file (const Use *use)
{
  ModelFile *file = model_file_new ();

  if (use->is_motion)
    model_file_add_motion (file);
  if (use->found != NULL)
    model_file_edit_metadata (file, use->key, use->found, use->replacement);
  else
    model_file_set_metadata (file, use->key, use->replacement);
  return file;
}

START_TEST (a_feature_must_be_listed)
{
  g_autoptr (ModelFile) file = make_file (&uses[_i]);
  g_autofree gchar *message
      = g_strdup_printf ("expected msnet.version 2 and \"%s\" in msnet.requires", uses[_i].feature);
  const gchar *other = _i > 0 ? "[\"shift-div\"]" : "[\"output\"]";

  expect_refusal (file, MSNET_ERROR_MODEL, message);
  expect_refusal (file, MSNET_ERROR_MODEL, "found version 1");
  model_file_set_metadata (file, "msnet.version", "2");
  model_file_set_metadata (file, "msnet.requires", other);
  expect_refusal (file, MSNET_ERROR_MODEL, message);
  expect_refusal (file, MSNET_ERROR_MODEL, "found a list without it");
}
END_TEST

START_TEST (what_is_not_known_needs_a_newer_version)
{
  g_autoptr (ModelFile) file = model_file_new ();

  model_file_set_metadata (file, "msnet.version", "2");
  model_file_set_metadata (file, "msnet.requires", "[\"output\", \"telepathy\"]");
  model_file_set_metadata (file, "msnet.telepathy", "{}");
  model_file_edit_metadata (file, "msnet.network", "\"depth\"", "\"mind\": 1, \"depth\"");
  expect_refusal (file, MSNET_ERROR_UNSUPPORTED, "msnet.requires: it needs a newer msnet (telepathy)");
}
END_TEST

START_TEST (version_and_list_belong_together)
{
  static const gchar *const lists[] = { "[]", "{}", "[1]", "\"output\"" };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autoptr (ModelFile) file = model_file_new ();
    model_file_set_metadata (file, "msnet.version", "2");
    expect_refusal (file, MSNET_ERROR_MODEL, "msnet.requires: expected a list of the features");
    model_file_set_metadata (file, "msnet.requires", lists[i]);
    expect_refusal (file, MSNET_ERROR_MODEL, "msnet.requires: expected");
  }
  g_autoptr (ModelFile) file = model_file_new ();
  model_file_set_metadata (file, "msnet.requires", "[\"output\"]");
  expect_refusal (file, MSNET_ERROR_MODEL, "msnet.version: expected 2, as there is a list msnet.requires");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("features");
  TCase *tests = tcase_create ("features");

  tcase_add_loop_test (tests, a_feature_must_be_listed, 0, G_N_ELEMENTS (uses));
  tcase_add_test (tests, what_is_not_known_needs_a_newer_version);
  tcase_add_test (tests, version_and_list_belong_together);
  suite_add_tcase (suite, tests);
  return suite;
}
