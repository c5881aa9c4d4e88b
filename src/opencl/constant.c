/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/parallel.h"
#include "private.h"

#include <string.h>

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

/* Returns: (transfer full) (nullable): the living constant of these bytes */
static MsnetBuffer *
find_same (MsnetDevice *device, guint64 hash, const MsnetSlabBlock *part)
{
  g_autoptr (MsnetBuffer) found = find (device->context, hash, NULL);

  return found != NULL && holds (found, device, part->bytes, part->size) ? g_steal_pointer (&found) : NULL;
}

static gboolean
take (MsnetContext *context, gsize size, MsnetSlabBlock *part, GError **error)
{
  gboolean taken;

  msnet_lock_take (&context->lock);
  taken = msnet_slab_take (&context->slab, size, context->info.alignment, part);
  msnet_lock_give (&context->lock);
  if (!taken)
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
        "no memory for a constant of %" G_GSIZE_FORMAT " bytes; use a smaller network", size);
  return taken;
}

static void
give_back (MsnetContext *context, const MsnetSlabBlock *part)
{
  msnet_lock_take (&context->lock);
  msnet_slab_give_back (part);
  msnet_lock_give (&context->lock);
}

static void CL_CALLBACK
unref_slab (cl_mem memory, void *slab)
{
  msnet_slab_unref (slab);
}

/* The driver tells when no command reads @slab any more. */
static gboolean
keep_slab (MsnetBuffer *constant, MsnetSlab *slab, GError **error)
{
  cl_int status = clSetMemObjectDestructorCallback (constant->memory, unref_slab, msnet_slab_ref (slab));

  if (status != CL_SUCCESS)
    msnet_slab_unref (slab);
  return msnet_status_check (status, error, "clSetMemObjectDestructorCallback");
}

/* Of the bytes of @part: the part itself on a CPU, which computes in the host's memory, else a copy. */
static MsnetBuffer *
create (MsnetContext *context, const MsnetSlabBlock *part, guint64 hash, GError **error)
{
  const gboolean is_shared = context->info.is_cpu;
  const cl_mem_flags flags = CL_MEM_READ_ONLY | (is_shared ? CL_MEM_USE_HOST_PTR : CL_MEM_COPY_HOST_PTR);
  g_autoptr (MsnetBuffer) made = msnet_buffer_create (context, NULL, flags, part->bytes, part->size, error);

  if (made == NULL || (is_shared && !keep_slab (made, part->slab, error)))
    return NULL;
  made->hash = hash;
  msnet_buffer_unref (find (context, hash, made));
  return g_steal_pointer (&made);
}

/* Where two threads make the same at the same moment, each keeps its own. */
MsnetBuffer *
msnet_buffer_make_constant (
    MsnetDevice *device, gsize size, MsnetFillFunc fill, gpointer data, GError **error)
{
  MsnetContext *context = device->context;
  MsnetBuffer *constant, *made = NULL;
  MsnetSlabBlock part;
  guint64 hash;

  if (!take (context, size, &part, error))
    return NULL;
  fill (part.bytes, data);
  hash = hash_bytes (part.bytes, size);
  constant = find_same (device, hash, &part);
  if (constant == NULL)
    constant = made = create (context, &part, hash, error);
  if (made == NULL || !context->info.is_cpu)
    give_back (context, &part);
  msnet_slab_unref (part.slab);
  return constant;
}

/* What is copied into a constant. */
typedef struct
{
  gconstpointer bytes;
  gsize size;
} Source;

static void
copy (gpointer target, gpointer data)
{
  const Source *source = data;

  memcpy (target, source->bytes, source->size);
}

MsnetBuffer *
msnet_buffer_new_constant (MsnetDevice *device, gconstpointer data, gsize size, GError **error)
{
  return msnet_buffer_make_constant (device, size, copy, &(Source){ data, size }, error);
}
