/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each property keeps its own value. */
#include <gst/check/gstcheck.h>

static const gchar *elements[] = { "msnet", "msnetoverlay", "msnetjson" };

/* Returns: (transfer full) (array length=n): the properties of @element's own that can be set */
static GParamSpec **
list_settings (GstElement *element, guint *n)
{
  guint n_all;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n_all);

  *n = 0;
  for (guint i = 0; i < n_all; i++)
    if (specs[i]->owner_type == G_OBJECT_TYPE (element) && specs[i]->flags & G_PARAM_WRITABLE)
      specs[(*n)++] = specs[i];
  return specs;
}

/* A value of @spec that is not its default, and another one for each @number if the type has so many. */
static void
make_value (GParamSpec *spec, guint number, GValue *value)
{
  const GValue *usual = g_param_spec_get_default_value (spec);
  g_autofree gchar *text = g_strdup_printf ("text %u", number);

  g_value_init (value, spec->value_type);
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, text);
  else if (G_VALUE_HOLDS_BOOLEAN (value))
    g_value_set_boolean (value, !g_value_get_boolean (usual));
  else if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, 1000 + number);
  else if (G_VALUE_HOLDS_INT64 (value))
    g_value_set_int64 (value, 1000 + number);
  else if (G_VALUE_HOLDS_UINT64 (value))
    g_value_set_uint64 (value, 1000 + number);
  else if (G_VALUE_HOLDS_DOUBLE (value))
    g_value_set_double (value, 0.01 * number);
  else if (G_VALUE_HOLDS_ENUM (value))
    g_value_set_enum (value, g_value_get_enum (usual) == 1 ? 0 : 1);
  else
    g_value_set_flags (value, 1);
}

GST_START_TEST (test_each_keeps_its_value)
{
  GstElement *element = gst_element_factory_make (elements[__i__], NULL);
  guint n;
  g_autofree GParamSpec **specs = list_settings (element, &n);

  fail_unless (n > 0);
  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    make_value (specs[i], i + 1, &value);
    g_object_set_property (G_OBJECT (element), specs[i]->name, &value);
  }
  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT, kept = G_VALUE_INIT;
    make_value (specs[i], i + 1, &value);
    g_value_init (&kept, specs[i]->value_type);
    g_object_get_property (G_OBJECT (element), specs[i]->name, &kept);
    fail_unless_equals_int (g_param_values_cmp (specs[i], &value, &kept), 0);
    fail_if (g_param_value_defaults (specs[i], &kept), "%s still has its default", specs[i]->name);
  }
  gst_object_unref (element);
}
GST_END_TEST;

GST_START_TEST (test_defaults_are_those_of_the_specs)
{
  GstElement *element = gst_element_factory_make (elements[__i__], NULL);
  guint n;
  g_autofree GParamSpec **specs = list_settings (element, &n);

  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (element), specs[i]->name, &value);
    fail_unless (g_param_value_defaults (specs[i], &value), "%s is not its default", specs[i]->name);
  }
  gst_object_unref (element);
}
GST_END_TEST;

static Suite *
properties_suite (void)
{
  Suite *suite = suite_create ("properties");
  TCase *tests = tcase_create ("all");

  suite_add_tcase (suite, tests);
  tcase_add_loop_test (tests, test_each_keeps_its_value, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tests, test_defaults_are_those_of_the_specs, 0, G_N_ELEMENTS (elements));
  return suite;
}

GST_CHECK_MAIN (properties)
