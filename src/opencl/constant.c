#include <string.h>

#include "private.h"

/* Bytes that are read back from the device at a time. */
#define PIECE (1024 * 1024)

/* Equal bytes have equal hashes; the opposite is checked, so that any fast one will do. */
static guint64
hash_bytes (const guint8 *bytes, gsize size)
{
  const guint64 prime = G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  guint64 hash = size;
  gsize i = 0;

  for (guint64 word; i + sizeof word <= size; i += sizeof word) {
    memcpy (&word, bytes + i, sizeof word);
    hash = (hash ^ word) * prime;
    hash ^= hash >> 29;
  }
  for (; i < size; i++)
    hash = (hash ^ bytes[i]) * prime;
  return hash;
}

static gboolean
holds (MsnetBuffer *constant, MsnetDevice *device, const guint8 *bytes, gsize size)
{
  g_autofree guint8 *piece = g_malloc (MIN (size, PIECE));

  if (constant->size != size)
    return FALSE;
  for (gsize i = 0; i < size; i += PIECE) {
    gsize n = MIN (size - i, PIECE);
    cl_int status
        = clEnqueueReadBuffer (device->queue, constant->memory, CL_TRUE, i, n, piece, 0, NULL, NULL);

    if (status != CL_SUCCESS || memcmp (piece, bytes + i, n) != 0)
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full): the living constant of @hash; where there is none, @made, which others find from
 * now on; NULL where that is NULL, too */
static MsnetBuffer *
find (MsnetContext *context, guint64 hash, MsnetBuffer *made)
{
  MsnetBuffer *found;

  msnet_lock_take (&context->lock);
  found = g_hash_table_lookup (context->constants, &hash);
  if (found == NULL && made != NULL) {
    found = made;
    g_hash_table_insert (context->constants, &made->hash, made);
  }
  if (found != NULL)
    msnet_buffer_ref (found);
  msnet_lock_give (&context->lock);
  return found;
}

/* OpenCL takes the bytes before it returns: whoever finds the constant finds them in it. */
static MsnetBuffer *
constant_new (MsnetContext *context, gconstpointer data, gsize size, guint64 hash, GError **error)
{
  MsnetBuffer *constant = msnet_buffer_create (
      context, NULL, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, (gpointer)data, size, error);

  if (constant != NULL)
    constant->hash = hash;
  return constant;
}

MsnetBuffer *
msnet_buffer_new_constant (MsnetDevice *device, gconstpointer data, gsize size, GError **error)
{
  guint64 hash = hash_bytes (data, size);
  g_autoptr (MsnetBuffer) found = find (device->context, hash, NULL);
  g_autoptr (MsnetBuffer) made = NULL;

  if (found != NULL && holds (found, device, data, size))
    return g_steal_pointer (&found);
  made = constant_new (device->context, data, size, hash, error);
  if (made == NULL || found != NULL)
    return g_steal_pointer (&made);
  found = find (device->context, hash, made);
  return found == made || holds (found, device, data, size) ? g_steal_pointer (&found)
                                                            : g_steal_pointer (&made);
}

gboolean
msnet_constant_release (MsnetBuffer *constant)
{
  GHashTable *constants = constant->context->constants;
  gboolean last;

  msnet_lock_take (&constant->context->lock);
  last = g_atomic_int_dec_and_test (&constant->references);
  if (last && g_hash_table_lookup (constants, &constant->hash) == constant)
    g_hash_table_remove (constants, &constant->hash);
  msnet_lock_give (&constant->context->lock);
  return last;
}
