/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine without any OpenCL driver: the plugin is there, and says at READY why.
 *
 * Runs with OCL_ICD_VENDORS set to a folder without drivers. */
#include "common/msnet_harness.h"

GST_START_TEST (test_registers_and_inspects)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("msnet");
  g_autoptr (GstElement) element = gst_object_ref_sink (msnet_test_element ());
  g_autofree GParamSpec **properties = NULL;
  guint n;

  fail_unless (factory != NULL);
  fail_unless_equals_int (g_list_length ((GList *)gst_element_factory_get_static_pad_templates (factory)), 2);
  properties = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);
  for (guint i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    g_value_init (&value, properties[i]->value_type);
    g_object_get_property (G_OBJECT (element), properties[i]->name, &value);
    g_value_unset (&value);
  }
}
GST_END_TEST;

GST_START_TEST (test_says_why)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (msnet_test_element ());
  g_autoptr (GstBus) bus = gst_bus_new ();
  MsnetHarness harness = { NULL, element, bus };

  gst_element_set_bus (element, bus);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
  msnet_harness_expect (&harness, GST_MESSAGE_ERROR, "unset it to use those of /etc/OpenCL/vendors");
  gst_element_set_bus (element, NULL);
}
GST_END_TEST;

static Suite *
msnet_no_driver_suite (void)
{
  Suite *suite = suite_create ("msnet_no_driver");
  TCase *tests = tcase_create ("no driver");

  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_registers_and_inspects);
  tcase_add_test (tests, test_says_why);
  return suite;
}

GST_CHECK_MAIN (msnet_no_driver)
