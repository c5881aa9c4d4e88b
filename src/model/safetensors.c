/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "safetensors.h"

#include "base/error.h"
#include "base/pages.h"
#include "safetensors_header.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct _MsnetSafetensors
{
  gchar *path; /* as text, for messages */
  gint descriptor;
  MsnetSafetensorsHeader header;
};

/* Values that are read at a time. */
#define PIECE_VALUES ((gsize)32 * 1024)

/* Far above the header of any network (a ResNet-152 with 10,000 labels: 3 MB). */
static const guint64 longest_header = 16 << 20;

static gboolean
read_at (MsnetSafetensors *file, gsize offset, gpointer target, gsize size, GError **error)
{
  guint8 *bytes = target;

  while (size > 0) {
    gssize got = pread (file->descriptor, bytes, size, (off_t)offset);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      g_set_error (error, MSNET_ERROR, MSNET_ERROR_FILE,
          "%s: expected %" G_GSIZE_FORMAT " more bytes at byte %" G_GSIZE_FORMAT
          ", found %s; was the file changed meanwhile?",
          file->path, size, offset, got == 0 ? "its end" : g_strerror (errno));
      return FALSE;
    }
    bytes += got;
    offset += (gsize)got;
    size -= (gsize)got;
  }
  return TRUE;
}

/* O_NONBLOCK: a FIFO of that name must not hang the caller. */
static gboolean
open_file (MsnetSafetensors *file, const gchar *path, guint64 *size, GError **error)
{
  struct stat status;

  file->descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file->descriptor < 0 || fstat (file->descriptor, &status) != 0) {
    g_set_error (
        error, MSNET_ERROR, MSNET_ERROR_FILE, "%s: cannot be read: %s", file->path, g_strerror (errno));
    return FALSE;
  }
  if (!S_ISREG (status.st_mode)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_FILE,
        "%s: expected a .safetensors file, found a folder or device; name the file itself", file->path);
    return FALSE;
  }
  *size = (guint64)status.st_size;
  return TRUE;
}

static gboolean
read_header_length (MsnetSafetensors *file, guint64 size, gsize *length, GError **error)
{
  guint64 found = 0;

  if (size < sizeof found) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: expected a .safetensors file, found only %" G_GUINT64_FORMAT " bytes; copy the file again",
        file->path, size);
    return FALSE;
  }
  if (!read_at (file, 0, &found, sizeof found, error))
    return FALSE;
  found = GUINT64_FROM_LE (found);
  if (found < 2 || found > longest_header || found > size - sizeof found) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: header: expected a length from 2 to %" G_GUINT64_FORMAT " bytes, found %" G_GUINT64_FORMAT
        "; the file is cut short or no .safetensors file",
        file->path, MIN (longest_header, size - sizeof found), found);
    return FALSE;
  }
  *length = (gsize)found;
  return TRUE;
}

static gboolean
read_header (MsnetSafetensors *file, const gchar *path, GError **error)
{
  guint64 size = 0;
  gsize length = 0;

  if (!open_file (file, path, &size, error) || !read_header_length (file, size, &length, error))
    return FALSE;
  g_autofree gchar *text = g_malloc (length);
  return read_at (file, sizeof (guint64), text, length, error)
         && msnet_safetensors_header_parse (
             &file->header, file->path, text, length, size - sizeof (guint64) - length, error);
}

MsnetSafetensors *
msnet_safetensors_open (const gchar *path, GError **error)
{
  g_autoptr (MsnetSafetensors) file = g_new0 (MsnetSafetensors, 1);

  g_return_val_if_fail (path != NULL, NULL);

  file->path = g_filename_display_name (path);
  msnet_safetensors_header_init (&file->header);
  return read_header (file, path, error) ? g_steal_pointer (&file) : NULL;
}

void
msnet_safetensors_free (MsnetSafetensors *file)
{
  if (file == NULL)
    return;
  if (file->descriptor >= 0)
    close (file->descriptor);
  msnet_safetensors_header_clear (&file->header);
  g_free (file->path);
  g_free (file);
}

const gchar *
msnet_safetensors_get_path (MsnetSafetensors *file)
{
  return file->path;
}

const gchar *
msnet_safetensors_get_metadata (MsnetSafetensors *file, const gchar *key)
{
  return g_tree_lookup (file->header.metadata, key);
}

static gboolean
prepend_key (gpointer key, gpointer value, gpointer data)
{
  GList **keys = data;

  *keys = g_list_prepend (*keys, key);
  return FALSE;
}

GList *
msnet_safetensors_get_metadata_keys (MsnetSafetensors *file)
{
  GList *keys = NULL;

  g_tree_foreach (file->header.metadata, prepend_key, &keys);
  return g_list_reverse (keys);
}

GPtrArray *
msnet_safetensors_get_tensors (MsnetSafetensors *file)
{
  return file->header.tensors;
}

static gint
compare_name (gconstpointer item, gconstpointer name)
{
  const MsnetSafetensor *tensor = item;

  return strcmp (tensor->name, name);
}

const MsnetSafetensor *
msnet_safetensors_lookup (MsnetSafetensors *file, const gchar *name)
{
  GPtrArray *tensors = file->header.tensors;
  guint first = 0, end = tensors->len;

  while (first < end) {
    guint middle = (first + end) / 2;
    gint order = compare_name (g_ptr_array_index (tensors, middle), name);
    if (order == 0)
      return g_ptr_array_index (tensors, middle);
    if (order < 0)
      first = middle + 1;
    else
      end = middle;
  }
  return NULL;
}

static gfloat
float_from_bits (guint32 bits)
{
  gfloat value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* IEEE 754 half precision. */
static gfloat
float_from_half (guint16 half)
{
  guint exponent = (half >> 10) & 0x1F, fraction = half & 0x3FF;
  gfloat magnitude;

  if (exponent == 0x1F)
    magnitude = fraction != 0 ? NAN : INFINITY;
  else if (exponent == 0)
    magnitude = ldexpf ((gfloat)fraction, -24);
  else
    magnitude = ldexpf ((gfloat)(fraction | 0x400), (gint)exponent - 25);
  return half & 0x8000 ? -magnitude : magnitude;
}

static void
decode_f32 (const guint8 *bytes, gsize n, gfloat *values)
{
  guint32 bits;

  for (gsize i = 0; i < n; i++) {
    memcpy (&bits, bytes + i * sizeof bits, sizeof bits);
    values[i] = float_from_bits (GUINT32_FROM_LE (bits));
  }
}

static void
decode_f16 (const guint8 *bytes, gsize n, gfloat *values)
{
  for (gsize i = 0; i < n; i++)
    values[i] = float_from_half ((guint16)(bytes[2 * i] | bytes[2 * i + 1] << 8));
}

/* BF16 is the upper half of a float. */
static void
decode_bf16 (const guint8 *bytes, gsize n, gfloat *values)
{
  for (gsize i = 0; i < n; i++)
    values[i] = float_from_bits ((guint32)bytes[2 * i] << 16 | (guint32)bytes[2 * i + 1] << 24);
}

typedef struct
{
  const gchar *type;
  gsize size;
  void (*decode) (const guint8 *bytes, gsize n, gfloat *values);
} Decoder;

static const Decoder decoders[] = {
  { "F32", 4, decode_f32 },
  { "F16", 2, decode_f16 },
  { "BF16", 2, decode_bf16 },
};

/* Returns: the index of the first value that is not finite; @n: all are */
static gsize
find_not_finite (const gfloat *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return i;
  return n;
}

static gint
find_decoder (const gchar *type)
{
  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    if (g_str_equal (decoders[i].type, type))
      return (gint)i;
  return -1;
}

/* In pieces that stay in a cache: memory for all bytes would cost more than reading them. */
static gboolean
read_values (MsnetSafetensors *file, const MsnetSafetensor *tensor, const Decoder *decoder, gfloat *values,
    GError **error)
{
  g_autofree guint8 *piece = g_malloc (PIECE_VALUES * decoder->size);

  for (gsize first = 0; first < tensor->n_values; first += PIECE_VALUES) {
    const gsize n = MIN (PIECE_VALUES, tensor->n_values - first);

    if (!read_at (file, tensor->offset + first * decoder->size, piece, n * decoder->size, error))
      return FALSE;
    decoder->decode (piece, n, values + first);
    const gsize bad = find_not_finite (values + first, n);
    if (bad == n)
      continue;
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: tensor %s: expected finite values, found %g at index %" G_GSIZE_FORMAT
        "; the training went wrong or the file is damaged",
        file->path, tensor->name, (gdouble)values[first + bad], first + bad);
    return FALSE;
  }
  return TRUE;
}

gfloat *
msnet_safetensors_read (MsnetSafetensors *file, const MsnetSafetensor *tensor, GError **error)
{
  gint index = find_decoder (tensor->type);

  if (index < 0) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_MODEL,
        "%s: tensor %s: expected values of type F32, F16 or BF16, found %s"
        "; in PyTorch convert it by .float () and save the file again",
        file->path, tensor->name, tensor->type);
    return NULL;
  }
  g_autofree gfloat *values = g_try_malloc_n (MAX (tensor->n_values, 1), sizeof (gfloat));
  if (values == NULL) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_FILE,
        "%s: tensor %s: no memory for %" G_GSIZE_FORMAT " values; use a smaller network", file->path,
        tensor->name, tensor->n_values);
    return NULL;
  }
  msnet_pages_enlarge (values, MAX (tensor->n_values, 1) * sizeof *values);
  if (!read_values (file, tensor, &decoders[index], values, error))
    return NULL;
  return g_steal_pointer (&values);
}
