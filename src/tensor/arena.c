#include "arena.h"

struct _MsnetArena
{
  MsnetDevice *device;
  gboolean reuse;
  gsize bytes;
  GPtrArray *tensors; /* all that were made, owned */
  GPtrArray *unused;  /* those of them that were given back */
};

MsnetArena *
msnet_arena_new (MsnetDevice *device, gboolean reuse)
{
  MsnetArena *arena = g_new0 (MsnetArena, 1);

  arena->device = msnet_device_ref (device);
  arena->reuse = reuse;
  arena->tensors = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_tensor_free);
  arena->unused = g_ptr_array_new ();
  return arena;
}

void
msnet_arena_free (MsnetArena *arena)
{
  if (arena == NULL)
    return;
  g_ptr_array_unref (arena->unused);
  g_ptr_array_unref (arena->tensors);
  msnet_device_unref (arena->device);
  g_free (arena);
}

static MsnetTensor *
take_unused (MsnetArena *arena, const MsnetShape *shape)
{
  for (guint i = arena->unused->len; i > 0; i--) {
    MsnetTensor *tensor = arena->unused->pdata[i - 1];

    if (msnet_shape_equal (&tensor->shape, shape))
      return g_ptr_array_remove_index (arena->unused, i - 1);
  }
  return NULL;
}

MsnetTensor *
msnet_arena_acquire (MsnetArena *arena, const MsnetShape *shape, GError **error)
{
  MsnetTensor *tensor = take_unused (arena, shape);

  if (tensor != NULL)
    return tensor;
  tensor = msnet_tensor_new (arena->device, shape, error);
  if (tensor == NULL)
    return NULL;
  g_ptr_array_add (arena->tensors, tensor);
  arena->bytes += msnet_buffer_get_size (tensor->buffer);
  return tensor;
}

void
msnet_arena_release (MsnetArena *arena, MsnetTensor *tensor)
{
  g_return_if_fail (!g_ptr_array_find (arena->unused, tensor, NULL));
  if (arena->reuse)
    g_ptr_array_add (arena->unused, tensor);
}

gsize
msnet_arena_get_bytes (MsnetArena *arena)
{
  return arena->bytes;
}
