/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arena.h"

/* A tensor and its life: it is needed from tick @begin to tick @end.  One that keeps its zeros needs its
 * bytes all the time, and serves the next request for its shape when it was released. */
typedef struct
{
  MsnetTensor *tensor;
  gsize size;
  guint begin;
  guint end;
  gsize offset;
  gboolean keeps_zeros;
  gboolean unused;
} Tenant;

struct _MsnetArena
{
  MsnetDevice *device;
  gboolean reuse;
  guint now;          /* ticks at every acquire and release */
  GPtrArray *tenants; /* of Tenant, in the order they came */
  gsize living;       /* bytes of the tensors that are acquired */
  gsize least;        /* the most of them */
  gsize bytes;
};

static void
tenant_free (Tenant *tenant)
{
  msnet_tensor_free (tenant->tensor);
  g_free (tenant);
}

MsnetArena *
msnet_arena_new (MsnetDevice *device, gboolean reuse)
{
  MsnetArena *arena = g_new0 (MsnetArena, 1);

  arena->device = msnet_device_ref (device);
  arena->reuse = reuse;
  arena->tenants = g_ptr_array_new_with_free_func ((GDestroyNotify)tenant_free);
  return arena;
}

void
msnet_arena_free (MsnetArena *arena)
{
  if (arena == NULL)
    return;
  g_ptr_array_unref (arena->tenants);
  msnet_device_unref (arena->device);
  g_free (arena);
}

static gsize
align (MsnetArena *arena, gsize size)
{
  const gsize alignment = msnet_device_get_info (arena->device)->alignment;

  return (size + alignment - 1) / alignment * alignment;
}

static Tenant *
take_unused (MsnetArena *arena, const MsnetShape *shape)
{
  for (guint i = 0; i < arena->tenants->len; i++) {
    Tenant *tenant = arena->tenants->pdata[i];

    if (!tenant->unused || !msnet_shape_equal (&tenant->tensor->shape, shape))
      continue;
    tenant->unused = FALSE;
    return tenant;
  }
  return NULL;
}

gboolean
msnet_arena_keeps_zeros (MsnetArena *arena, const MsnetShape *shape)
{
  return !arena->reuse || (shape->frames == 1 && !shape->frame_halo);
}

static Tenant *
add_tenant (MsnetArena *arena, const MsnetShape *shape, GError **error)
{
  MsnetTensor *tensor = msnet_tensor_new_reserved (arena->device, shape, error);
  Tenant *tenant;

  if (tensor == NULL)
    return NULL;
  tenant = g_new0 (Tenant, 1);
  tenant->tensor = tensor;
  tenant->size = align (arena, msnet_buffer_get_size (tensor->buffer));
  tenant->keeps_zeros = shape->halo > 0 && msnet_arena_keeps_zeros (arena, shape);
  tenant->begin = tenant->keeps_zeros ? 0 : arena->now++;
  tenant->end = G_MAXUINT;
  g_ptr_array_add (arena->tenants, tenant);
  return tenant;
}

MsnetTensor *
msnet_arena_acquire (MsnetArena *arena, const MsnetShape *shape, GError **error)
{
  Tenant *tenant = take_unused (arena, shape);

  if (tenant == NULL)
    tenant = add_tenant (arena, shape, error);
  if (tenant == NULL)
    return NULL;
  arena->living += tenant->size;
  arena->least = MAX (arena->least, arena->living);
  return tenant->tensor;
}

static Tenant *
find_tenant (MsnetArena *arena, const MsnetTensor *tensor)
{
  for (guint i = 0; i < arena->tenants->len; i++) {
    Tenant *tenant = arena->tenants->pdata[i];

    if (tenant->tensor == tensor)
      return tenant;
  }
  return NULL;
}

void
msnet_arena_release (MsnetArena *arena, MsnetTensor *tensor)
{
  Tenant *tenant = find_tenant (arena, tensor);

  if (tenant == NULL)
    return;
  g_return_if_fail (tenant->end == G_MAXUINT && !tenant->unused);
  arena->living -= tenant->size;
  if (tenant->keeps_zeros)
    tenant->unused = arena->reuse;
  else
    tenant->end = arena->now++;
}

static gboolean
live_together (const Tenant *a, const Tenant *b)
{
  return a->begin < b->end && b->begin < a->end;
}

/* The lowest place for @tenant beside those of @placed; they are sorted by offset. */
static gsize
find_place (const Tenant *tenant, const GPtrArray *placed)
{
  gsize place = 0;

  for (guint i = 0; i < placed->len; i++) {
    const Tenant *other = placed->pdata[i];

    if (!live_together (tenant, other))
      continue;
    if (other->offset >= place + tenant->size)
      break;
    place = MAX (place, other->offset + other->size);
  }
  return place;
}

static gint
compare_offsets (gconstpointer a, gconstpointer b)
{
  const Tenant *first = *(const Tenant *const *)a, *second = *(const Tenant *const *)b;

  return (first->offset > second->offset) - (first->offset < second->offset);
}

/* The largest first; of equal ones the earliest. */
static gint
compare_sizes (gconstpointer a, gconstpointer b)
{
  const Tenant *first = *(const Tenant *const *)a, *second = *(const Tenant *const *)b;

  if (first->size != second->size)
    return first->size < second->size ? 1 : -1;
  return first->begin < second->begin ? -1 : 1;
}

static void
choose_offsets (MsnetArena *arena)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (arena->tenants, NULL, NULL);
  g_autoptr (GPtrArray) placed = g_ptr_array_new ();

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_sizes);
  for (guint i = 0; i < sorted->len; i++) {
    Tenant *tenant = sorted->pdata[i];

    tenant->offset = find_place (tenant, placed);
    g_ptr_array_add (placed, tenant);
    g_ptr_array_sort (placed, compare_offsets);
    arena->bytes = MAX (arena->bytes, tenant->offset + tenant->size);
  }
}

static gboolean
place_together (MsnetArena *arena, GError **error)
{
  g_autoptr (MsnetBuffer) whole = NULL;

  choose_offsets (arena);
  whole = msnet_buffer_new (arena->device, MAX (arena->bytes, 1), error);
  if (whole == NULL)
    return FALSE;
  for (guint i = 0; i < arena->tenants->len; i++) {
    const Tenant *tenant = arena->tenants->pdata[i];

    if (!msnet_buffer_place (tenant->tensor->buffer, whole, tenant->offset, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
place_apart (MsnetArena *arena, GError **error)
{
  for (guint i = 0; i < arena->tenants->len; i++) {
    const Tenant *tenant = arena->tenants->pdata[i];

    if (!msnet_buffer_allocate (tenant->tensor->buffer, error))
      return FALSE;
    arena->bytes += tenant->size;
  }
  return TRUE;
}

gboolean
msnet_arena_place (MsnetArena *arena, GError **error)
{
  return arena->reuse ? place_together (arena, error) : place_apart (arena, error);
}

gsize
msnet_arena_get_bytes (MsnetArena *arena)
{
  return arena->bytes;
}

gsize
msnet_arena_get_least_bytes (MsnetArena *arena)
{
  return arena->least;
}
