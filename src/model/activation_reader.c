/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "activation_reader.h"

#include "ops/activation.h"

#include <string.h>

struct _MsnetActivationReader
{
  MsnetModel *model;
  MsnetCommandList *list;
  MsnetTensor *weights; /* [N, 1, 1, C]: what each frame's features count */
  MsnetTensor *map;     /* [1, H, W, 1] */
  gfloat *factors;      /* of @weights */
};

static gboolean
build (MsnetActivationReader *reader, MsnetDevice *device, MsnetTensor *features, GError **error)
{
  const MsnetShape *shape = &features->shape;

  reader->weights = msnet_tensor_new (device, &(MsnetShape){ shape->frames, 1, 1, shape->channels }, error);
  if (reader->weights == NULL)
    return FALSE;
  reader->map = msnet_tensor_new (device, &(MsnetShape){ 1, shape->height, shape->width, 1 }, error);
  return reader->map != NULL
         && msnet_activation_append (
             reader->list, &(MsnetActivationParams){ reader->map, features, reader->weights }, error);
}

MsnetActivationReader *
msnet_activation_reader_new (MsnetModel *model, MsnetDevice *device, MsnetTensor *features, GError **error)
{
  g_autoptr (MsnetActivationReader) reader = g_new0 (MsnetActivationReader, 1);

  reader->model = msnet_model_ref (model);
  reader->list = msnet_command_list_new (device);
  reader->factors = g_new (gfloat, features->shape.frames * features->shape.channels);
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

/* Its change is read: of what is brighter now, what it gained, and of what is darker, what it lost. */
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

gboolean
msnet_activation_reader_read (MsnetActivationReader *reader, guint class_index,
    const MsnetActivationPoint *points, guint n_points, const gfloat *pooled, gfloat *map, GError **error)
{
  memset (reader->factors, 0, msnet_shape_get_size (&reader->weights->shape) * sizeof *reader->factors);
  add_points (reader, class_index, points, n_points, pooled);
  return msnet_tensor_upload (reader->weights, reader->factors, error)
         && msnet_command_list_run (reader->list, error) && msnet_tensor_download (reader->map, map, error);
}
