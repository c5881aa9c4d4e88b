/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "operation.h"

#include "base/error.h"
#include "choice.h"

MsnetGeometry
msnet_operation_get_geometry (const MsnetShape *shape)
{
  return (MsnetGeometry){
    .origin = msnet_shape_get_origin (shape),
    .row = msnet_shape_get_row_stride (shape),
    .frame = msnet_shape_get_frame_stride (shape),
    .channels = shape->channels,
  };
}

MsnetGeometry
msnet_operation_get_taps (const MsnetShape *shape, MsnetPadding padding, guint kernel, guint stride)
{
  MsnetGeometry taps = msnet_operation_get_geometry (shape);

  taps.origin -= (gint)msnet_padding_get_before (padding, kernel, stride, shape->height) * taps.row
                 + (gint)msnet_padding_get_before (padding, kernel, stride, shape->width) * taps.channels;
  return taps;
}

static gchar *
describe (const MsnetShape *shape)
{
  return g_strdup_printf ("[%u, %u, %u, %u]%s", shape->frames, shape->height, shape->width, shape->channels,
      shape->data_type == MSNET_BFLOAT16 ? " of bfloat16" : "");
}

gboolean
msnet_operation_check_shape (const gchar *operation, const gchar *name, const MsnetTensor *tensor,
    const MsnetShape *expected, GError **error)
{
  const MsnetShape *found = &tensor->shape;
  g_autofree gchar *wanted = describe (expected);
  g_autofree gchar *had = describe (found);

  if (found->frames == expected->frames && found->height == expected->height
      && found->width == expected->width && found->channels == expected->channels
      && found->halo >= expected->halo && found->data_type == expected->data_type)
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "%s: expected %s of shape %s with halo >= %u, found %s with halo %u", operation, name, wanted,
      expected->halo, had, found->halo);
  return FALSE;
}

const gchar *
msnet_operation_get_element_option (const MsnetShape *shape)
{
  return shape->data_type == MSNET_BFLOAT16 ? "-DELEMENT=ushort" : "-DELEMENT=uint";
}

const gchar *
msnet_operation_get_storage_options (const MsnetTensor *input, const MsnetTensor *output)
{
  static const gchar *const options[2][2]
      = { { "", "-DOUTPUT_BF16" }, { "-DINPUT_BF16", "-DINPUT_BF16 -DOUTPUT_BF16" } };

  return options[input != NULL && input->shape.data_type == MSNET_BFLOAT16]
                [output->shape.data_type == MSNET_BFLOAT16];
}

MsnetBuffer *
msnet_operation_upload (MsnetCommandList *list, const gfloat *values, gsize n, GError **error)
{
  return msnet_buffer_new_constant (msnet_command_list_get_device (list), values, n * sizeof (gfloat), error);
}

gboolean
msnet_operation_append (const MsnetOperation *operation, MsnetCommandList *list, const gchar *name,
    gconstpointer params, GError **error)
{
  const MsnetKernel *kernel;
  g_autofree gchar *key = NULL;

  if (operation->check != NULL && !operation->check (params, error))
    return FALSE;
  kernel = msnet_operation_choose (operation, msnet_command_list_get_device (list), params);
  msnet_command_list_begin_step (list, name != NULL ? name : operation->name, kernel->name,
      operation->get_work != NULL ? operation->get_work (params) : 0.0);
  key = msnet_operation_make_key (operation, params);
  if (key != NULL)
    msnet_command_list_set_step_key (list, key);
  return kernel->append (kernel, list, params, error);
}
