/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/all_kernels.h"

#include "base/error.h"

/* Devices that have everything. */
static const MsnetDeviceInfo devices[]
    = { { .is_cpu = TRUE, .vector_width = 16, .has_bf16 = TRUE, .has_amx = TRUE }, { .vector_width = 16 } };

static GHashTable *covered; /* of MsnetKernel, that a case of this test suits */

static void
cover (const MsnetOperation *operation, gconstpointer params)
{
  if (covered == NULL)
    covered = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < operation->n_kernels; i++)
    for (guint k = 0; k < G_N_ELEMENTS (devices); k++)
      if (msnet_kernel_may_use (&operation->kernels[i], &devices[k], params))
        g_hash_table_add (covered, (gpointer)&operation->kernels[i]);
}

void
test_expect_all_kernels (const MsnetOperation *operation)
{
  for (guint i = 0; i < operation->n_kernels; i++)
    ck_assert_msg (covered != NULL && g_hash_table_contains (covered, &operation->kernels[i]),
        "%s: expected a case for every kernel, found none that %s can compute", operation->name,
        operation->kernels[i].name);
}

gfloat *
test_kernel (const MsnetKernel *kernel, MsnetDevice *device, const gchar *what, gconstpointer params,
    MsnetTensor *output, const gfloat *expected, gdouble tolerance)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *label = g_strdup_printf ("%s: %s", kernel->name, what);
  gfloat *values = g_new0 (gfloat, msnet_shape_get_size (&output->shape));

  ck_assert (msnet_tensor_upload (output, values, NULL));
  ck_assert_msg (kernel->append (kernel, list, params, &error), "%s: %s", label,
      error != NULL ? error->message : "no message");
  ck_assert (msnet_command_list_run (list, NULL));
  test_compare_tensor (label, expected, output, tolerance);
  ck_assert (msnet_tensor_download (output, values, NULL));
  return values;
}

static void
compare_with_plain (
    const MsnetKernel *kernel, const gchar *what, const gfloat *plain, const gfloat *found, MsnetShape *shape)
{
  g_autofree gchar *label = g_strdup_printf ("%s and plain: %s", kernel->name, what);
  const gdouble tolerance = kernel->bound > 0.0 ? test_get_tolerance (shape->data_type, kernel->bound) : 0.0;

  test_compare (label, plain, found, msnet_shape_get_size (shape), tolerance);
}

void
test_kernels (const MsnetOperation *operation, MsnetDevice *device, const gchar *what, gconstpointer params,
    MsnetTensor *output, const gfloat *expected, gdouble tolerance)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const MsnetKernel *last = msnet_operation_get_plain (operation);
  g_autofree gfloat *plain = test_kernel (last, device, what, params, output, expected, tolerance);

  cover (operation, params);
  ck_assert (operation->check == NULL || operation->check (params, NULL));
  for (const MsnetKernel *kernel = operation->kernels; kernel != last; kernel++) {
    const gdouble bound = kernel->is_bf16 ? 0.0 : kernel->bound;
    g_autofree gfloat *found = NULL;

    if (!msnet_kernel_may_use (kernel, info, params))
      continue;
    found = test_kernel (kernel, device, what, params, output, expected, MAX (tolerance, bound));
    compare_with_plain (kernel, what, plain, found, &output->shape);
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
