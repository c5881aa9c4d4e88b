/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "case.h"

#include "base/error.h"
#include "tensor/bfloat16.h"

#include <string.h>

void
msnet_case_free (MsnetCase *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->tensors);
  g_ptr_array_unref (self->arrays);
  g_rand_free (self->random);
  msnet_device_unref (self->device);
  g_free (self);
}

static MsnetCase *
case_new (MsnetDevice *device, MsnetCaseValues values)
{
  MsnetCase *self = g_new0 (MsnetCase, 1);

  self->device = msnet_device_ref (device);
  self->values = values;
  self->random = g_rand_new_with_seed (1);
  self->tensors = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_tensor_free);
  self->arrays = g_ptr_array_new_with_free_func (g_free);
  return self;
}

MsnetCase *
msnet_case_new (const MsnetOperation *operation, MsnetDevice *device, const gchar *key,
    MsnetCaseValues values, GError **error)
{
  g_autoptr (MsnetCase) self = case_new (device, values);
  g_autoptr (GError) reason = NULL;

  if (msnet_operation_has_key (operation, key) && operation->fill_case != NULL
      && operation->fill_case (self, key + strlen (operation->name) + 1, &reason))
    return g_steal_pointer (&self);
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED, "%s: expected a key of its sizes, found \"%s\"",
        operation->name, key);
  return NULL;
}

gfloat *
msnet_case_run (MsnetCase *self, const MsnetKernel *kernel, MsnetCommandList *list, GError **error)
{
  g_autofree gfloat *found = g_new0 (gfloat, msnet_shape_get_size (&self->output->shape));

  if (!msnet_tensor_upload (self->output, found, error) || !kernel->append (kernel, list, self->params, error)
      || !msnet_command_list_run (list, error) || !msnet_tensor_download (self->output, found, error))
    return NULL;
  return g_steal_pointer (&found);
}

static gfloat *
make_values (MsnetCase *self, gsize n, gdouble low, gdouble high)
{
  gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_double_range (self->random, low, high);
  return values;
}

MsnetTensor *
msnet_case_add_tensor (MsnetCase *self, const MsnetShape *shape, gdouble low, gdouble high, GError **error)
{
  g_autofree gfloat *values = make_values (self, msnet_shape_get_size (shape), low, high);
  MsnetShape stored = *shape;
  MsnetTensor *tensor;

  if (self->values == MSNET_CASE_EXACT)
    stored.data_type = MSNET_FLOAT32;
  self->is_bf16 = self->is_bf16 || stored.data_type == MSNET_BFLOAT16;
  tensor = msnet_tensor_new (self->device, &stored, error);
  if (tensor == NULL)
    return NULL;
  g_ptr_array_add (self->tensors, tensor);
  return msnet_tensor_upload (tensor, values, error) ? tensor : NULL;
}

static void
round_values (gfloat *values, gsize n)
{
  g_autofree guint16 *stored = g_new (guint16, n);

  msnet_bfloat16_from_float (stored, values, n);
  msnet_bfloat16_to_float (values, stored, n);
}

const gfloat *
msnet_case_add_weights (MsnetCase *self, gsize n, gdouble limit)
{
  gfloat *weights = make_values (self, n, -limit, limit);

  if (self->values == MSNET_CASE_ROUNDED && self->is_bf16)
    round_values (weights, n);
  g_ptr_array_add (self->arrays, weights);
  return weights;
}

const gfloat *
msnet_case_add_bias (MsnetCase *self, gsize n, gdouble limit)
{
  gfloat *bias = make_values (self, n, -limit, limit);

  g_ptr_array_add (self->arrays, bias);
  return bias;
}

void
msnet_case_set_params (MsnetCase *self, gconstpointer params, gsize size, MsnetTensor *output)
{
  gpointer copy = g_memdup2 (params, size);

  g_ptr_array_add (self->arrays, copy);
  self->params = copy;
  self->output = output;
}
