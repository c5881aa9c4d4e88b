/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream_engine.h"

#include "engine_base.h"

typedef struct
{
  MsnetEngineBase base;
  gfloat *logits; /* [n_slots, n_classes] */
  gfloat *mean;   /* [n_classes] */

  /* For the activation map; NULL unless it was asked for. */
  MsnetTensor *features;      /* of the last T + 1 frames; frame k of the stream at k mod (T + 1) */
  MsnetActivationPoint *kept; /* where the frame in each slot is among them */
  guint64 n_computed;         /* frames since the last reset */
} StreamEngine;

/* A window's frames are among the last T (engine.h); the oldest of them has changed from the one before. */
static gboolean
keep_features (StreamEngine *engine, guint slot, GError **error)
{
  MsnetEngineBase *base = &engine->base;
  const MsnetStage *pooling = msnet_network_get_pooling (base->network);
  const MsnetShape *shape = &engine->features->shape;
  const gsize pooled = pooling->output->shape.channels;
  const guint frame = engine->n_computed % shape->frames;
  const gint before = engine->n_computed > 0 ? (gint)((frame + shape->frames - 1) % shape->frames) : -1;

  engine->kept[slot] = (MsnetActivationPoint){ frame, before };
  engine->n_computed++;
  return msnet_tensor_copy_frame (engine->features, frame, pooling->input, 0, error)
         && (base->pooled == NULL
             || msnet_tensor_download (pooling->output, base->pooled + frame * pooled, error));
}

static gboolean
stream_engine_prepare (MsnetEngine *self, const MsnetFrame *frame, GError **error)
{
  MsnetEngineBase *base = (MsnetEngineBase *)self;

  return msnet_prepare_run (base->prepare, msnet_network_get_input (base->network), 0, frame, error);
}

static gboolean
stream_engine_compute (MsnetEngine *self, guint slot, GError **error)
{
  StreamEngine *engine = (StreamEngine *)self;

  return msnet_network_run (engine->base.network, engine->logits + (gsize)slot * self->n_classes, error)
         && (engine->features == NULL || keep_features (engine, slot, error));
}

/* As the network's own consensus over a clip: the same sums in the same order. */
static gboolean
stream_engine_load (MsnetEngine *self, const guint *slots, GError **error)
{
  StreamEngine *engine = (StreamEngine *)self;

  for (guint k = 0; k < self->n_classes; k++) {
    gfloat sum = 0;

    for (guint i = 0; i < self->n_frames; i++)
      sum += engine->logits[(gsize)slots[i] * self->n_classes + k];
    engine->mean[k] = sum / (gfloat)self->n_frames;
  }
  for (guint i = 0; engine->features != NULL && i < self->n_frames; i++)
    engine->base.points[i] = engine->kept[slots[i]];
  return TRUE;
}

static gboolean
stream_engine_run (MsnetEngine *self, gfloat *probabilities, GError **error)
{
  StreamEngine *engine = (StreamEngine *)self;

  return msnet_engine_base_get_probabilities (&engine->base, engine->mean, probabilities, error);
}

static gboolean
stream_engine_read_motion (MsnetEngine *self, guint newer, gfloat *field, GError **error)
{
  return msnet_engine_base_read_field ((MsnetEngineBase *)self, 0, field, error);
}

static gboolean
stream_engine_reset (MsnetEngine *self, GError **error)
{
  StreamEngine *engine = (StreamEngine *)self;

  engine->n_computed = 0;
  return msnet_network_reset (engine->base.network, error);
}

static void
stream_engine_free (MsnetEngine *self)
{
  StreamEngine *engine = (StreamEngine *)self;

  g_free (engine->kept);
  msnet_tensor_free (engine->features);
  g_free (engine->mean);
  g_free (engine->logits);
  msnet_engine_base_clear (&engine->base);
  g_free (engine);
}

static void
describe (StreamEngine *engine)
{
  MsnetEngine *self = &engine->base.engine;

  self->is_stream = TRUE;
  self->prepare = stream_engine_prepare;
  self->compute = stream_engine_compute;
  self->load = stream_engine_load;
  self->run = stream_engine_run;
  self->read_motion = stream_engine_read_motion;
  self->reset = stream_engine_reset;
  self->free = stream_engine_free;
  engine->logits = g_new0 (gfloat, (gsize)self->n_slots * self->n_classes);
  engine->mean = g_new0 (gfloat, self->n_classes);
}

static gboolean
build_activation (StreamEngine *engine, MsnetDevice *device, GError **error)
{
  MsnetEngine *self = &engine->base.engine;
  MsnetShape shape = msnet_network_get_pooling (engine->base.network)->input->shape;

  self->read_activation = msnet_engine_base_read_activation;
  engine->kept = g_new0 (MsnetActivationPoint, self->n_slots);
  shape.frames = self->n_frames + 1;
  engine->features = msnet_tensor_new (device, &shape, error);
  if (engine->features == NULL)
    return FALSE;
  self->state_size += msnet_buffer_get_size (engine->features->buffer);
  return msnet_engine_base_build_activation (&engine->base, device, engine->features, error);
}

static gboolean
build (StreamEngine *engine, MsnetDevice *device, const MsnetEngineOptions *options, GError **error)
{
  MsnetEngine *self = &engine->base.engine;
  MsnetNetworkOptions network = {
    .frames = 1, .stream = TRUE, .precision = options->precision, .keep_features = options->activation
  };
  MsnetNetworkMemory memory;

  if (!msnet_engine_base_build (&engine->base, device, &network, error))
    return FALSE;
  msnet_network_get_memory (engine->base.network, &memory);
  self->state_size = memory.state + sizeof (gfloat) * self->n_frames * self->n_classes;
  return !options->activation || build_activation (engine, device, error);
}

MsnetEngine *
msnet_stream_engine_new (
    MsnetModel *model, MsnetDevice *device, const MsnetEngineOptions *options, GError **error)
{
  StreamEngine *engine = g_new0 (StreamEngine, 1);
  g_autoptr (MsnetEngine) result = &engine->base.engine;

  msnet_engine_base_init (&engine->base, model, options->n_slots);
  describe (engine);
  return build (engine, device, options, error) ? g_steal_pointer (&result) : NULL;
}
