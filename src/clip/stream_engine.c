/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stream_engine.h"

#include "engine_base.h"

typedef struct
{
  MsnetEngineBase base;
  gfloat *logits; /* [n_slots, n_classes] */
  gfloat *mean;   /* [n_classes] */
} StreamEngine;

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

  return msnet_network_run (engine->base.network, engine->logits + (gsize)slot * self->n_classes, error);
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
  return msnet_network_reset (((MsnetEngineBase *)self)->network, error);
}

static void
stream_engine_free (MsnetEngine *self)
{
  StreamEngine *engine = (StreamEngine *)self;

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
build (StreamEngine *engine, MsnetDevice *device, MsnetDataType precision, GError **error)
{
  MsnetEngine *self = &engine->base.engine;
  MsnetNetworkOptions options = { .frames = 1, .stream = TRUE, .precision = precision };
  MsnetNetworkMemory memory;

  if (!msnet_engine_base_build (&engine->base, device, &options, error))
    return FALSE;
  msnet_network_get_memory (engine->base.network, &memory);
  self->state_size = memory.state + sizeof (gfloat) * self->n_frames * self->n_classes;
  return TRUE;
}

MsnetEngine *
msnet_stream_engine_new (
    MsnetModel *model, MsnetDevice *device, MsnetDataType precision, guint n_slots, GError **error)
{
  StreamEngine *engine = g_new0 (StreamEngine, 1);
  g_autoptr (MsnetEngine) result = &engine->base.engine;

  msnet_engine_base_init (&engine->base, model, n_slots);
  describe (engine);
  return build (engine, device, precision, error) ? g_steal_pointer (&result) : NULL;
}
