/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "clip_engine.h"

#include "engine_base.h"

typedef struct
{
  MsnetEngineBase base; /* its network: the trunk */
  MsnetNetwork *stem;   /* of one frame */
  MsnetTensor *slots;   /* one frame each: what the stem makes of it; halo as the trunk's input */
  gfloat *logits;
} ClipEngine;

static gboolean
clip_engine_prepare (MsnetEngine *self, const MsnetFrame *frame, GError **error)
{
  ClipEngine *engine = (ClipEngine *)self;

  return msnet_prepare_run (engine->base.prepare, msnet_network_get_input (engine->stem), 0, frame, error);
}

static gboolean
clip_engine_compute (MsnetEngine *self, guint slot, GError **error)
{
  ClipEngine *engine = (ClipEngine *)self;

  return msnet_network_run (engine->stem, NULL, error)
         && msnet_tensor_copy_frame (engine->slots, slot, msnet_network_get_output (engine->stem), 0, error);
}

static gboolean
clip_engine_load (MsnetEngine *self, const guint *slots, GError **error)
{
  ClipEngine *engine = (ClipEngine *)self;
  MsnetTensor *input = msnet_network_get_input (engine->base.network);

  for (guint i = 0; i < self->n_frames; i++)
    if (!msnet_tensor_copy_frame (input, i, engine->slots, slots[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
clip_engine_run (MsnetEngine *self, gfloat *probabilities, GError **error)
{
  ClipEngine *engine = (ClipEngine *)self;

  return msnet_network_run (engine->base.network, engine->logits, error)
         && msnet_engine_base_get_probabilities (&engine->base, engine->logits, probabilities, error);
}

static gboolean
clip_engine_read_motion (MsnetEngine *self, guint newer, gfloat *field, GError **error)
{
  guint frame = self->field_of_newer ? newer : newer - 1;

  return msnet_engine_base_read_field ((MsnetEngineBase *)self, frame, field, error);
}

static gboolean
clip_engine_read_activation (MsnetEngine *self, guint class_index, gfloat *map, gdouble *bias, GError **error)
{
  MsnetEngineBase *base = (MsnetEngineBase *)self;
  MsnetTensor *pooled = msnet_network_get_pooling (base->network)->output;

  return (base->pooled == NULL || msnet_tensor_download (pooled, base->pooled, error))
         && msnet_engine_base_read_activation (self, class_index, map, bias, error);
}

static void
clip_engine_free (MsnetEngine *self)
{
  ClipEngine *engine = (ClipEngine *)self;

  g_free (engine->logits);
  msnet_tensor_free (engine->slots);
  msnet_network_free (engine->stem);
  msnet_engine_base_clear (&engine->base);
  g_free (engine);
}

static void
describe (ClipEngine *engine)
{
  MsnetEngine *self = &engine->base.engine;

  self->prepare = clip_engine_prepare;
  self->compute = clip_engine_compute;
  self->load = clip_engine_load;
  self->run = clip_engine_run;
  self->read_motion = clip_engine_read_motion;
  self->free = clip_engine_free;
  engine->logits = g_new0 (gfloat, self->n_classes);
}

/* The trunk's own feature maps are those of the window's points, in their order. */
static gboolean
build_activation (ClipEngine *engine, MsnetDevice *device, GError **error)
{
  MsnetEngineBase *base = &engine->base;
  MsnetTensor *features = msnet_network_get_pooling (base->network)->input;

  base->engine.read_activation = clip_engine_read_activation;
  if (!msnet_engine_base_build_activation (base, device, features, error))
    return FALSE;
  for (guint i = 0; i < base->engine.n_frames; i++)
    base->points[i] = (MsnetActivationPoint){ i, (gint)i - 1 };
  return TRUE;
}

static gboolean
build (ClipEngine *engine, MsnetDevice *device, const MsnetEngineOptions *options, GError **error)
{
  MsnetEngine *self = &engine->base.engine;
  MsnetNetworkOptions trunk = { .frames = self->n_frames,
    .part = MSNET_PART_TRUNK,
    .precision = options->precision,
    .keep_features = options->activation };
  MsnetNetworkOptions stem = { .frames = 1, .part = MSNET_PART_STEM, .precision = options->precision };
  MsnetShape shape;

  if (!msnet_engine_base_build (&engine->base, device, &trunk, error))
    return FALSE;
  engine->stem = msnet_network_new (engine->base.model, device, &stem, error);
  if (engine->stem == NULL)
    return FALSE;
  shape = msnet_network_get_input (engine->base.network)->shape;
  shape.frames = self->n_slots;
  shape.frame_halo = FALSE;
  engine->slots = msnet_tensor_new (device, &shape, error);
  return engine->slots != NULL && (!options->activation || build_activation (engine, device, error));
}

MsnetEngine *
msnet_clip_engine_new (
    MsnetModel *model, MsnetDevice *device, const MsnetEngineOptions *options, GError **error)
{
  ClipEngine *engine = g_new0 (ClipEngine, 1);
  g_autoptr (MsnetEngine) result = &engine->base.engine;

  msnet_engine_base_init (&engine->base, model, options->n_slots);
  describe (engine);
  return build (engine, device, options, error) ? g_steal_pointer (&result) : NULL;
}
