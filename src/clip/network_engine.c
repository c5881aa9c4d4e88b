#include "network_engine.h"

#include "model/network.h"
#include "opencl/error.h"

#include <math.h>

typedef struct
{
  MsnetEngine engine;
  MsnetModel *model;
  MsnetNetwork *network;
  MsnetPrepare *prepare;
  MsnetTensor *slots; /* [n_slots, S, S, 3], with the halo of the network's input */
  gfloat *logits;
} NetworkEngine;

static gboolean
network_engine_prepare (MsnetEngine *self, guint slot, const MsnetFrame *frame, GError **error)
{
  NetworkEngine *engine = (NetworkEngine *)self;

  return msnet_prepare_run (engine->prepare, engine->slots, slot, frame, error);
}

static void
network_engine_get_region (MsnetEngine *self, const MsnetFrame *frame, gdouble region[4])
{
  NetworkEngine *engine = (NetworkEngine *)self;

  msnet_prepare_get_region (msnet_model_get_input (engine->model), frame, region);
}

/* Bytes before the first pixel of frame @index. */
static gsize
get_offset (const MsnetShape *shape, guint index)
{
  return sizeof (gfloat) * (msnet_shape_get_origin (shape) + index * msnet_shape_get_frame_stride (shape));
}

static gboolean
network_engine_load (MsnetEngine *self, const guint *slots, GError **error)
{
  NetworkEngine *engine = (NetworkEngine *)self;
  MsnetTensor *input = msnet_network_get_input (engine->network);
  const MsnetShape *shape = &input->shape;
  gsize size = sizeof (gfloat)
               * ((shape->height - 1) * msnet_shape_get_row_stride (shape) + shape->width * shape->channels);

  for (guint i = 0; i < self->n_frames; i++)
    if (!msnet_buffer_copy (input->buffer, get_offset (shape, i), engine->slots->buffer,
            get_offset (&engine->slots->shape, slots[i]), size, error))
      return FALSE;
  return TRUE;
}

static gboolean
softmax (const gfloat *logits, guint n, gfloat *probabilities, GError **error)
{
  gdouble largest = -G_MAXDOUBLE, sum = 0;

  for (guint i = 0; i < n; i++)
    largest = MAX (largest, logits[i]);
  for (guint i = 0; i < n; i++)
    sum += exp (logits[i] - largest);
  if (!isfinite (sum) || sum == 0) {
    g_set_error_literal (error, MSNET_ERROR, MSNET_ERROR_DEVICE,
        "the network gave a score that is not a number: its weights are too large for float32, or the "
        "device computes wrongly; try another device or model");
    return FALSE;
  }
  for (guint i = 0; i < n; i++)
    probabilities[i] = exp (logits[i] - largest) / sum;
  return TRUE;
}

static gboolean
network_engine_run (MsnetEngine *self, gfloat *probabilities, GError **error)
{
  NetworkEngine *engine = (NetworkEngine *)self;

  return msnet_network_run (engine->network, engine->logits, error)
         && softmax (engine->logits, self->n_classes, probabilities, error);
}

static gboolean
network_engine_read_motion (MsnetEngine *self, guint newer, gfloat *field, GError **error)
{
  NetworkEngine *engine = (NetworkEngine *)self;
  gboolean past = self->field_of_newer;

  if (!msnet_network_read_field (engine->network, past ? newer : newer - 1, field, error))
    return FALSE;
  /* `past` tells where the content comes from. */
  for (guint i = 0; past && i < self->field_size * self->field_size; i++) {
    field[3 * i] = 0 - field[3 * i];
    field[3 * i + 1] = 0 - field[3 * i + 1];
  }
  return TRUE;
}

static void
network_engine_get_rows (MsnetEngine *self, const MsnetFrame *frame, guint *first, guint *end)
{
  NetworkEngine *engine = (NetworkEngine *)self;

  msnet_prepare_get_rows (msnet_model_get_input (engine->model), frame, first, end);
}

static void
network_engine_free (MsnetEngine *self)
{
  NetworkEngine *engine = (NetworkEngine *)self;

  g_free (engine->logits);
  msnet_tensor_free (engine->slots);
  msnet_prepare_free (engine->prepare);
  msnet_network_free (engine->network);
  msnet_model_unref (engine->model);
  g_free (engine);
}

static void
describe (NetworkEngine *engine, guint n_slots)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (engine->model);

  engine->engine = (MsnetEngine){
    .n_frames = msnet_model_get_frames (engine->model),
    .n_slots = n_slots,
    .n_classes = spec->classes,
    .prepare = network_engine_prepare,
    .get_region = network_engine_get_region,
    .get_rows = network_engine_get_rows,
    .load = network_engine_load,
    .run = network_engine_run,
    .read_motion = network_engine_read_motion,
    .free = network_engine_free,
  };
  engine->logits = g_new0 (gfloat, spec->classes);
}

static gboolean
build (NetworkEngine *engine, MsnetDevice *device, GError **error)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (engine->model);
  MsnetShape shape;

  engine->network = msnet_network_new (
      engine->model, device, &(MsnetNetworkOptions){ .frames = engine->engine.n_frames }, error);
  if (!engine->network)
    return FALSE;
  engine->engine.field_size = msnet_network_get_field_size (engine->network);
  engine->engine.field_reach = spec->motion.patch / 2;
  engine->engine.field_of_newer = spec->motion.direction == MSNET_DIRECTION_PAST;
  engine->engine.field_temperature = spec->motion.temperature;
  shape = msnet_network_get_input (engine->network)->shape;
  shape.frames = engine->engine.n_slots;
  engine->slots = msnet_tensor_new (device, &shape, error);
  if (!engine->slots)
    return FALSE;
  engine->prepare = msnet_prepare_new (device, msnet_model_get_input (engine->model), error);
  return engine->prepare != NULL;
}

MsnetEngine *
msnet_network_engine_new (MsnetModel *model, MsnetDevice *device, guint n_slots, GError **error)
{
  NetworkEngine *engine = g_new0 (NetworkEngine, 1);
  g_autoptr (MsnetEngine) result = &engine->engine;

  engine->model = msnet_model_ref (model);
  describe (engine, n_slots);
  return build (engine, device, error) ? g_steal_pointer (&result) : NULL;
}
