#include <string.h>

#include "private.h"
#include "thread/parallel.h"

/* Bytes that are written, or read back, at a time. */
#define PIECE (1024 * 1024)

#define LANES 4

static guint64
mix (guint64 hash, guint64 word)
{
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return hash ^ hash >> 29;
}

/* Equal bytes have equal hashes; the opposite is checked, so that any fast one will do: in lanes, which do not wait
 * for each other. */
static guint64
hash_bytes (const guint8 *bytes, gsize size)
{
  guint64 lanes[LANES] = { size, 1, 2, 3 };
  guint64 words[LANES];
  gsize i = 0;

  for (; i + sizeof words <= size; i += sizeof words) {
    memcpy (words, bytes + i, sizeof words);
    for (guint lane = 0; lane < LANES; lane++)
      lanes[lane] = mix (lanes[lane], words[lane]);
  }
  for (; i < size; i++)
    lanes[0] = mix (lanes[0], bytes[i]);
  return mix (mix (lanes[0], lanes[1]), mix (lanes[2], lanes[3]));
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

/* Bytes on their way into a buffer. */
typedef struct
{
  const guint8 *source;
  guint8 *target;
  gsize size;
} Copy;

static void
copy_piece (guint index, gpointer data)
{
  const Copy *copy = data;
  const gsize first = (gsize)index * PIECE;

  memcpy (copy->target + first, copy->source + first, MIN (copy->size - first, PIECE));
}

/* Into the memory of a device that computes in the host's: all cores meet the page faults of what is new. */
static gboolean
fill (MsnetBuffer *constant, MsnetDevice *device, gconstpointer data, GError **error)
{
  Copy copy = { .source = data, .size = constant->size };
  cl_int status;

  copy.target = clEnqueueMapBuffer (device->queue, constant->memory, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION,
      0, copy.size, 0, NULL, NULL, &status);
  if (status == CL_SUCCESS) {
    msnet_parallel_run ((copy.size + PIECE - 1) / PIECE, copy_piece, &copy);
    status = clEnqueueUnmapMemObject (device->queue, constant->memory, copy.target, 0, NULL, NULL);
  }
  if (status == CL_SUCCESS)
    status = clFinish (device->queue);
  return msnet_status_check (status, error, "writing a constant of %" G_GSIZE_FORMAT " bytes", copy.size);
}

/* Whoever finds the constant finds the bytes in it. */
static MsnetBuffer *
constant_new (MsnetDevice *device, gconstpointer data, gsize size, guint64 hash, GError **error)
{
  const gboolean is_filled = device->context->info.is_cpu && size > PIECE;
  g_autoptr (MsnetBuffer) constant
      = msnet_buffer_create (device->context, NULL, CL_MEM_READ_ONLY | (is_filled ? 0 : CL_MEM_COPY_HOST_PTR),
          is_filled ? NULL : (gpointer)data, size, error);

  if (constant == NULL || (is_filled && !fill (constant, device, data, error)))
    return NULL;
  constant->hash = hash;
  return g_steal_pointer (&constant);
}

MsnetBuffer *
msnet_buffer_new_constant (MsnetDevice *device, gconstpointer data, gsize size, GError **error)
{
  guint64 hash = hash_bytes (data, size);
  g_autoptr (MsnetBuffer) found = find (device->context, hash, NULL);
  g_autoptr (MsnetBuffer) made = NULL;

  if (found != NULL && holds (found, device, data, size))
    return g_steal_pointer (&found);
  made = constant_new (device, data, size, hash, error);
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
