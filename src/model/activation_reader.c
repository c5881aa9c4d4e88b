/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activation_reader.h"

#include "ops/activation.h"

#include <string.h>

struct _MsnetActivationReader
{
  MsnetModel *model;
  MsnetCommandList *list;
  MsnetTensor *weights; /* [N, 1, 1, grid * grid * C]: what each frame's features count */
  MsnetTensor *map;     /* [1, H, W, 1] */
  gfloat *factors;      /* of @weights */
};

static gboolean
build (MsnetActivationReader *reader, MsnetDevice *device, MsnetTensor *features, GError **error)
{
  const MsnetShape *shape = &features->shape;
  const guint grid = msnet_model_get_network (reader->model)->grid;
  const MsnetShape weights = { shape->frames, 1, 1, grid * grid * shape->channels };

  reader->factors = g_new (gfloat, msnet_shape_get_size (&weights));
  reader->weights = msnet_tensor_new (device, &weights, error);
  if (reader->weights == NULL)
    return FALSE;
  reader->map = msnet_tensor_new (device, &(MsnetShape){ 1, shape->height, shape->width, 1 }, error);
  return reader->map != NULL
         && msnet_activation_append (
             reader->list, &(MsnetActivationParams){ reader->map, features, reader->weights, grid }, error);
}

MsnetActivationReader *
msnet_activation_reader_new (MsnetModel *model, MsnetDevice *device, MsnetTensor *features, GError **error)
{
  g_autoptr (MsnetActivationReader) reader = g_new0 (MsnetActivationReader, 1);

  reader->model = msnet_model_ref (model);
  reader->list = msnet_command_list_new (device);
  return build (reader, device, features, error) ? g_steal_pointer (&reader) : NULL;
}

void
msnet_activation_reader_free (MsnetActivationReader *reader)
{
  if (reader == NULL)
    return;
  g_free (reader->factors);
  msnet_command_list_free (reader->list);
  msnet_tensor_free (reader->map);
  msnet_tensor_free (reader->weights);
  msnet_model_unref (reader->model);
  g_free (reader);
}

/* Adds to the factors of @point's frame: its mean is read, with weights @row. */
static void
add_pooled (MsnetActivationReader *reader, const MsnetActivationPoint *point, const gfloat *row, gfloat share)
{
  const guint channels = reader->weights->shape.channels;
  gfloat *factors = reader->factors + (gsize)point->frame * channels;

  for (guint c = 0; c < channels; c++)
    factors[c] += share * row[c];
}

/* Its change is read: what a channel gained if its mean rose, and what it lost if it fell. */
static void
add_change (MsnetActivationReader *reader, const MsnetActivationPoint *point, const gfloat *pooled,
    const gfloat *row, gfloat share)
{
  const guint channels = reader->weights->shape.channels;
  const gsize now = (gsize)point->frame * channels, before = (gsize)point->before * channels;

  for (guint c = 0; c < channels; c++) {
    const gfloat sign = (pooled[now + c] > pooled[before + c]) - (pooled[now + c] < pooled[before + c]);

    reader->factors[now + c] += share * sign * row[c];
    reader->factors[before + c] -= share * sign * row[c];
  }
}

static void
add_points (MsnetActivationReader *reader, guint class_index, const MsnetActivationPoint *points,
    guint n_points, const gfloat *pooled)
{
  const MsnetHead head = msnet_model_get_network (reader->model)->head;
  const MsnetLayer *classifier = &msnet_model_get_architecture (reader->model)->classifier;
  const gfloat *row = classifier->weights + (gsize)class_index * classifier->inputs;
  const gfloat share = 1.0f / n_points;

  for (guint i = 0; i < n_points; i++) {
    if (head != MSNET_HEAD_CHANGE)
      add_pooled (reader, &points[i], row, share);
    if (head != MSNET_HEAD_POOLED && points[i].before >= 0)
      add_change (reader, &points[i], pooled,
          head == MSNET_HEAD_CHANGE ? row : row + reader->weights->shape.channels, share);
  }
}

/* Cells from the begin of part @part of @grid, over @size cells, to the next. */
static guint
get_length (guint part, guint grid, guint size)
{
  return (part + 1) * size / grid - part * size / grid;
}

/* The mean is over all cells: those of a part count as often as the map is larger than it. */
static void
spread_parts (MsnetActivationReader *reader)
{
  const guint grid = msnet_model_get_network (reader->model)->grid, n_parts = grid * grid;
  const MsnetShape *map = &reader->map->shape;
  const gsize n = msnet_shape_get_size (&reader->weights->shape);
  const guint channels = reader->weights->shape.channels / n_parts;

  for (gsize i = 0; grid > 1 && i < n; i++) {
    const guint part = i / channels % n_parts;
    const guint cells
        = get_length (part / grid, grid, map->height) * get_length (part % grid, grid, map->width);

    reader->factors[i] *= (gfloat)(map->height * map->width) / cells;
  }
}

gboolean
msnet_activation_reader_read (MsnetActivationReader *reader, guint class_index,
    const MsnetActivationPoint *points, guint n_points, const gfloat *pooled, gfloat *map, GError **error)
{
  memset (reader->factors, 0, msnet_shape_get_size (&reader->weights->shape) * sizeof *reader->factors);
  add_points (reader, class_index, points, n_points, pooled);
  spread_parts (reader);
  return msnet_tensor_upload (reader->weights, reader->factors, error)
         && msnet_command_list_run (reader->list, error) && msnet_tensor_download (reader->map, map, error);
}
