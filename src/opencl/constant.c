#include <string.h>

#include "pages.h"
#include "private.h"
#include "thread/parallel.h"

/* Bytes that are hashed, or read back, at a time. */
#define PIECE (1024 * 1024)

#define LANES 4

static guint64
mix (guint64 hash, guint64 word)
{
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return hash ^ hash >> 29;
}

/* In lanes, which do not wait for each other. */
static guint64
hash_piece (const guint8 *bytes, gsize size)
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

typedef struct
{
  const guint8 *bytes;
  gsize size;
  guint64 *hashes; /* of the pieces */
} Hashing;

static void
hash_one (guint index, gpointer data)
{
  const Hashing *hashing = data;
  const gsize first = (gsize)index * PIECE;

  hashing->hashes[index] = hash_piece (hashing->bytes + first, MIN (hashing->size - first, PIECE));
}

/* Equal bytes have equal hashes; the opposite is checked, so that any fast one will do. */
static guint64
hash_bytes (const guint8 *bytes, gsize size)
{
  const guint n_pieces = (size + PIECE - 1) / PIECE;
  g_autofree guint64 *hashes = g_new (guint64, n_pieces);
  guint64 hash = size;

  msnet_parallel_run (n_pieces, hash_one, &(Hashing){ bytes, size, hashes });
  for (guint i = 0; i < n_pieces; i++)
    hash = mix (hash, hashes[i]);
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

MsnetBuffer *
msnet_buffer_new_constant (MsnetDevice *device, gconstpointer data, gsize size, GError **error)
{
  guint64 hash = hash_bytes (data, size);
  g_autoptr (MsnetBuffer) found = find (device->context, hash, NULL);
  g_autoptr (MsnetBuffer) made = NULL;

  if (found != NULL && holds (found, device, data, size))
    return g_steal_pointer (&found);
  made = msnet_buffer_create (
      device->context, NULL, CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR, (gpointer)data, size, error);
  if (made == NULL)
    return NULL;
  made->hash = hash;
  if (found != NULL)
    return g_steal_pointer (&made);
  found = find (device->context, hash, made);
  return found == made || holds (found, device, data, size) ? g_steal_pointer (&found)
                                                            : g_steal_pointer (&made);
}

/* Fills @constant. @found: (out): a living constant of the same bytes, or NULL */
static gboolean
fill_mapped (MsnetBuffer *constant, MsnetDevice *device, MsnetFillFunc fill, gpointer data,
    MsnetBuffer **found, GError **error)
{
  const gsize size = constant->size;
  cl_int status;
  gpointer bytes = clEnqueueMapBuffer (
      device->queue, constant->memory, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, size, 0, NULL, NULL, &status);

  if (status == CL_SUCCESS) {
    msnet_pages_enlarge (bytes, size);
    fill (bytes, data);
    constant->hash = hash_bytes (bytes, size);
    *found = find (device->context, constant->hash, NULL);
    if (*found != NULL && !holds (*found, device, bytes, size))
      g_clear_pointer (found, msnet_buffer_unref);
    status = clEnqueueUnmapMemObject (device->queue, constant->memory, bytes, 0, NULL, NULL);
  }
  if (status == CL_SUCCESS)
    status = clFinish (device->queue);
  return msnet_status_check (status, error, "writing a constant of %" G_GSIZE_FORMAT " bytes", size);
}

/* Where two threads make the same at the same moment, each keeps its own. */
MsnetBuffer *
msnet_buffer_make_constant (
    MsnetDevice *device, gsize size, MsnetFillFunc fill, gpointer data, GError **error)
{
  g_autofree guint8 *bytes = device->context->info.is_cpu ? NULL : g_malloc (size);
  g_autoptr (MsnetBuffer) made = NULL;
  g_autoptr (MsnetBuffer) found = NULL;

  if (bytes != NULL) {
    fill (bytes, data);
    return msnet_buffer_new_constant (device, bytes, size, error);
  }
  made = msnet_buffer_create (device->context, NULL, CL_MEM_READ_ONLY, NULL, size, error);
  if (made == NULL || !fill_mapped (made, device, fill, data, &found, error))
    return NULL;
  if (found != NULL)
    return g_steal_pointer (&found);
  found = find (device->context, made->hash, made);
  return g_steal_pointer (&made);
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
