/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream_state.h"

#include "ops/copy_channels.h"

struct _MsnetStreamState
{
  MsnetDevice *device;
  GPtrArray *tensors; /* of MsnetTensor */
  GArray *firsts;     /* of guint: the commands that only a first frame needs */
};

MsnetStreamState *
msnet_stream_state_new (MsnetDevice *device)
{
  MsnetStreamState *state = g_new0 (MsnetStreamState, 1);

  state->device = msnet_device_ref (device);
  state->tensors = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_tensor_free);
  state->firsts = g_array_new (FALSE, FALSE, sizeof (guint));
  return state;
}

void
msnet_stream_state_free (MsnetStreamState *state)
{
  if (state == NULL)
    return;
  g_array_unref (state->firsts);
  g_ptr_array_unref (state->tensors);
  msnet_device_unref (state->device);
  g_free (state);
}

MsnetTensor *
msnet_stream_state_add (MsnetStreamState *state, const MsnetTensor *like, guint channels, GError **error)
{
  MsnetShape shape = like->shape;
  MsnetTensor *tensor;

  shape.channels = channels;
  shape.frame_halo = FALSE;
  tensor = msnet_tensor_new (state->device, &shape, error);
  if (tensor != NULL)
    g_ptr_array_add (state->tensors, tensor);
  return tensor;
}

gboolean
msnet_stream_state_append_update (
    MsnetCommandList *list, MsnetTensor *kept, MsnetTensor *tensor, GError **error)
{
  return msnet_copy_channels_append (list, kept, tensor, error);
}

gboolean
msnet_stream_state_append_first (
    MsnetStreamState *state, MsnetCommandList *list, MsnetTensor *kept, MsnetTensor *tensor, GError **error)
{
  const guint command = msnet_command_list_get_length (list);

  g_array_append_val (state->firsts, command);
  return msnet_copy_channels_append (list, kept, tensor, error);
}

static void
enable_firsts (MsnetStreamState *state, MsnetCommandList *list, gboolean enabled)
{
  for (guint i = 0; i < state->firsts->len; i++)
    msnet_command_list_enable (list, g_array_index (state->firsts, guint, i), enabled);
}

gboolean
msnet_stream_state_reset (MsnetStreamState *state, MsnetCommandList *list, GError **error)
{
  for (guint i = 0; i < state->tensors->len; i++) {
    const MsnetTensor *tensor = state->tensors->pdata[i];

    if (!msnet_buffer_clear (tensor->buffer, error))
      return FALSE;
  }
  enable_firsts (state, list, TRUE);
  return TRUE;
}

void
msnet_stream_state_advance (MsnetStreamState *state, MsnetCommandList *list)
{
  enable_firsts (state, list, FALSE);
}

gsize
msnet_stream_state_get_bytes (MsnetStreamState *state)
{
  gsize bytes = 0;

  for (guint i = 0; i < state->tensors->len; i++) {
    const MsnetTensor *tensor = state->tensors->pdata[i];

    bytes += msnet_buffer_get_size (tensor->buffer);
  }
  return bytes;
}
