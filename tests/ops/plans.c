#include "plans.h"

#include "base/error.h"

static void
test_plan (MsnetDevice *device, const gchar *what, AppendFunc append, gconstpointer params,
    MsnetTensor *output, const gfloat *expected, gdouble tolerance)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *nothing = g_new0 (gfloat, msnet_shape_get_size (&output->shape));

  ck_assert (msnet_tensor_upload (output, nothing, NULL));
  ck_assert_msg (
      append (list, params, &error), "%s: %s", what, error != NULL ? error->message : "no message");
  ck_assert (msnet_command_list_run (list, NULL));
  test_compare_tensor (what, expected, output, tolerance);
}

void
test_plans (MsnetDevice *device, const gchar *what, AppendFunc append, gconstpointer params,
    MsnetTensor *output, const gfloat *expected, gdouble tolerance)
{
  const gchar *plans[] = { "plain", "fixed" };

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    g_autofree gchar *label = g_strdup_printf ("%s (%s)", what, plans[i]);

    g_setenv ("MSNET_PLAN", plans[i], TRUE);
    test_plan (device, label, append, params, output, expected, tolerance);
  }
}

void
test_refusal (MsnetDevice *device, AppendFunc append, gconstpointer params, const gchar *message)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;

  ck_assert (!append (list, params, &error));
  test_expect_error (error, MSNET_ERROR_SHAPE, message);
  ck_assert_uint_eq (msnet_command_list_get_length (list), 0);
}

MsnetShape
test_random_borders (GRand *random, MsnetShape shape, guint halo)
{
  shape.halo = halo + g_rand_int_range (random, 0, 3);
  shape.frame_halo = g_rand_boolean (random);
  return shape;
}
