/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which `msnet.network` the reader takes: tests/data/networks.json, which the twin in PyTorch is held to,
 * too. */
#include "base/error.h"
#include "common/common.h"
#include "model/network_parse.h"

/* Returns: (transfer full): the list, with the objects "good" and "bad" */
static JsonNode *
read_list (void)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("MSNET_TEST_DATA"), "networks.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();

  ck_assert_msg (json_parser_load_from_file (parser, path, NULL), "%s", path);
  return json_parser_steal_root (parser);
}

static void
check_all (const gchar *kind, gboolean good)
{
  g_autoptr (JsonNode) root = read_list ();
  JsonArray *networks = json_object_get_array_member (json_node_get_object (root), kind);

  ck_assert_uint_gt (json_array_get_length (networks), 30);
  for (guint i = 0; i < json_array_get_length (networks); i++) {
    g_autofree gchar *text = json_to_string (json_array_get_element (networks, i), FALSE);
    const MsnetJsonObject json = { "test", "msnet.network", json_array_get_object_element (networks, i) };
    g_autoptr (GError) error = NULL;
    MsnetNetworkSpec spec = { 0 };

    ck_assert_msg (msnet_network_spec_parse (&spec, &json, &error) == good, "%s network %s: %s", kind, text,
        error != NULL ? error->message : "taken");
    ck_assert (good || g_error_matches (error, MSNET_ERROR, MSNET_ERROR_MODEL));
  }
}

START_TEST (takes_good_networks)
{
  check_all ("good", TRUE);
}
END_TEST

START_TEST (refuses_bad_networks)
{
  check_all ("bad", FALSE);
}
END_TEST

START_TEST (fills_in_what_is_left_out)
{
  g_autoptr (JsonNode) root = json_from_string (
      "{\"depth\": 18, \"width\": 8, \"shift\": \"none\", \"classes\": 2, \"motion\": {\"after\": [2, 3],"
      " \"patch\": 5, \"temperature\": 1, \"directions\": \"both\", \"softargmax\": \"plain\","
      " \"confidence\": false}}",
      NULL);
  const MsnetJsonObject json = { "test", "msnet.network", json_node_get_object (root) };
  MsnetNetworkSpec spec = { 0 };

  ck_assert (msnet_network_spec_parse (&spec, &json, NULL));
  ck_assert_uint_eq (spec.motion.n_places, 2);
  ck_assert_uint_eq (spec.motion.after[1], 3);
  ck_assert_uint_eq (spec.motion.dilation, 1);
  ck_assert_int_eq (spec.motion.direction, MSNET_DIRECTION_BOTH);
  ck_assert_int_eq (spec.motion.softargmax, MSNET_SOFT_ARGMAX_PLAIN);
  ck_assert_int_eq (spec.motion.fusion, MSNET_FUSION_ADD);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("network_parse");
  TCase *tests = tcase_create ("network_parse");

  tcase_add_test (tests, takes_good_networks);
  tcase_add_test (tests, refuses_bad_networks);
  tcase_add_test (tests, fills_in_what_is_left_out);
  suite_add_tcase (suite, tests);
  return suite;
}
