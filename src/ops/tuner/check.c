#include "check.h"

#include <math.h>

#include "ops/conv2d/key.h"
#include "base/error.h"
#include "tensor/bfloat16.h"
#include "machine/width.h"

/* Candidates so much slower than the fastest are not tried in networks. */
#define FAR_BEHIND 1.5
#define ROUNDS 3

/* More than this much of the error of the direct way in bfloat16, with rounded weights, no gain in speed is worth. */
#define MOST_ERROR 2.0

/* A convolution of a layer's sizes over random values. */
typedef struct
{
  MsnetConv2dParams params;
  gfloat *weights;
  gfloat *bias;
  gfloat *expected; /* what the plain kernel makes of it, in float */
  gdouble largest;  /* of @expected */
  gdouble allowed;  /* with bfloat16, how far results may be from it; 0: as far as the candidate says */
} Case;

static void
case_clear (Case *self)
{
  msnet_tensor_free (self->params.input);
  msnet_tensor_free (self->params.output);
  msnet_tensor_free (self->params.residual);
  msnet_tensor_free (self->params.previous);
  g_free (self->weights);
  g_free (self->bias);
  g_free (self->expected);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Case, case_clear)

/* Values between -@limit and @limit */
static gfloat *
make_values (GRand *random, gsize n, gdouble limit)
{
  gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_double_range (random, -limit, limit);
  return values;
}

static MsnetTensor *
make_tensor (MsnetDevice *device, GRand *random, const MsnetShape *shape, GError **error)
{
  g_autofree gfloat *values = make_values (random, msnet_shape_get_size (shape), 1.0);
  g_autoptr (MsnetTensor) tensor = msnet_tensor_new (device, shape, error);

  return tensor != NULL && msnet_tensor_upload (tensor, values, error) ? g_steal_pointer (&tensor) : NULL;
}

static gboolean
make_tensors (MsnetConv2dParams *params, MsnetDevice *device, GRand *random, const MsnetConv2dSizes *sizes,
    GError **error)
{
  const MsnetShape input = { sizes->frames, sizes->height, sizes->width, sizes->inputs, sizes->kernel / 2,
    sizes->shift != MSNET_SHIFT_NONE && !sizes->has_previous, sizes->input_type };
  const MsnetShape output = { sizes->frames, (sizes->height + sizes->stride - 1) / sizes->stride,
    (sizes->width + sizes->stride - 1) / sizes->stride, sizes->outputs, .data_type = sizes->output_type };
  MsnetShape previous = input;

  previous.channels /= 8;
  params->input = make_tensor (device, random, &input, error);
  params->output = params->input != NULL ? make_tensor (device, random, &output, error) : NULL;
  if (params->output != NULL && sizes->epilogue >= MSNET_EPILOGUE_ADD_RELU)
    params->residual = make_tensor (device, random, &output, error);
  if (params->output != NULL && sizes->has_previous)
    params->previous = make_tensor (device, random, &previous, error);
  return params->output != NULL && (params->residual != NULL) == (sizes->epilogue >= MSNET_EPILOGUE_ADD_RELU)
         && (params->previous != NULL) == sizes->has_previous;
}

/* Weights such that results are about as large as the input. */
static gboolean
case_init (Case *self, MsnetDevice *device, const MsnetConv2dSizes *sizes, GError **error)
{
  const gsize n_filter = (gsize)sizes->inputs * sizes->kernel * sizes->kernel;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  self->weights = make_values (random, sizes->outputs * n_filter, 1.0 / sqrt (n_filter));
  self->bias = make_values (random, sizes->outputs, 0.1);
  self->params = (MsnetConv2dParams){
    .weights = self->weights,
    .bias = self->bias,
    .kernel = sizes->kernel,
    .stride = sizes->stride,
    .shift = sizes->shift,
    .epilogue = sizes->epilogue,
  };
  return make_tensors (&self->params, device, random, sizes, error);
}

/* Returns: (transfer full) (nullable): what @candidate makes of it with @weights */
static gfloat *
case_compute (const Case *self, MsnetDevice *device, const MsnetKernel *candidate, const gfloat *weights,
    GError **error)
{
  g_autofree gfloat *found = g_new (gfloat, msnet_shape_get_size (&self->params.output->shape));
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  MsnetConv2dParams params = self->params;

  params.weights = weights;
  if (!candidate->append (candidate, list, &params, error) || !msnet_command_list_run (list, error)
      || !msnet_tensor_download (params.output, found, error))
    return NULL;
  return g_steal_pointer (&found);
}

static gboolean
case_expect (Case *self, MsnetDevice *device, const MsnetKernel *plain, GError **error)
{
  const gsize n = msnet_shape_get_size (&self->params.output->shape);

  self->expected = case_compute (self, device, plain, self->weights, error);
  for (gsize i = 0; self->expected != NULL && i < n; i++)
    self->largest = MAX (self->largest, fabs (self->expected[i]));
  return self->expected != NULL;
}

/* Returns: (transfer full): the weights as bfloat16 stores them */
static gfloat *
case_round_weights (const Case *self)
{
  const gsize n = (gsize)self->params.output->shape.channels * self->params.input->shape.channels
                  * self->params.kernel * self->params.kernel;
  g_autofree guint16 *stored = g_new (guint16, n);
  gfloat *rounded = g_new (gfloat, n);

  msnet_bfloat16_from_float (stored, self->weights, n);
  msnet_bfloat16_to_float (rounded, stored, n);
  return rounded;
}

/* What float makes of the same values, and how far the direct way is from it. */
static gboolean
case_expect_bf16 (
    Case *self, MsnetDevice *device, const MsnetConv2dSizes *sizes, const MsnetKernel *plain, GError **error)
{
  const gsize n = msnet_shape_get_size (&self->params.output->shape);
  MsnetConv2dSizes exact_sizes = *sizes;
  g_auto (Case) exact = { .largest = 0.0 };
  g_autofree gfloat *rounded = case_round_weights (self);
  g_autofree gfloat *direct = case_compute (self, device, plain, rounded, error);

  exact_sizes.input_type = exact_sizes.output_type = MSNET_FLOAT32;
  if (direct == NULL || !case_init (&exact, device, &exact_sizes, error)
      || !case_expect (&exact, device, plain, error))
    return FALSE;
  self->largest = exact.largest;
  self->expected = g_steal_pointer (&exact.expected);
  for (gsize i = 0; i < n; i++)
    self->allowed = MAX (self->allowed, MOST_ERROR * fabs (self->expected[i] - direct[i]));
  return TRUE;
}

/* TRUE where the output is near enough; what is no number is not. */
static gboolean
case_is_right (const Case *self, const MsnetKernel *candidate)
{
  const gsize n = msnet_shape_get_size (&self->params.output->shape);
  const gdouble allowed = self->allowed > 0.0 ? self->allowed : candidate->bound * self->largest;
  g_autofree gfloat *found = g_new (gfloat, n);

  if (!msnet_tensor_download (self->params.output, found, NULL))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!(fabs (found[i] - self->expected[i]) <= allowed))
      return FALSE;
  return TRUE;
}

/* A candidate that passed, and what it takes. */
typedef struct
{
  const MsnetKernel *candidate;
  gdouble seconds;
} Passed;

/* Returns: FALSE where it does not build, run or compute rightly */
static gboolean
pass (const Case *self, MsnetDevice *device, const MsnetKernel *candidate, Passed *passed)
{
  const gsize n = msnet_shape_get_size (&self->params.output->shape);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autofree gfloat *nothing = g_new0 (gfloat, n);

  *passed = (Passed){ candidate, G_MAXDOUBLE };
  if (!msnet_tensor_upload (self->params.output, nothing, NULL)
      || !candidate->append (candidate, list, &self->params, NULL) || !msnet_command_list_run (list, NULL)
      || !case_is_right (self, candidate))
    return FALSE;
  for (guint i = 0; i < ROUNDS; i++) {
    const gint64 start = g_get_monotonic_time ();

    if (!msnet_command_list_run (list, NULL))
      return FALSE;
    passed->seconds = MIN (passed->seconds, (g_get_monotonic_time () - start) / 1e6);
  }
  return TRUE;
}

static GArray *
pass_all (const Case *self, MsnetDevice *device, const MsnetOperation *operation, MsnetTunedLayer *layer)
{
  GArray *passed = g_array_new (FALSE, FALSE, sizeof (Passed));

  for (guint i = 0; i < operation->n_kernels - 1; i++) {
    const MsnetKernel *kernel = &operation->kernels[i];
    Passed one;

    if (!msnet_kernel_may_use (kernel, msnet_device_get_info (device), &self->params))
      continue;
    if (pass (self, device, kernel, &one))
      g_array_append_val (passed, one);
    else
      layer->rejected++;
  }
  return passed;
}

/* The rules' choice stays whatever it takes: others are compared with it. */
static void
keep_fast (MsnetTunedLayer *layer, const GArray *passed)
{
  gdouble best = G_MAXDOUBLE;

  for (guint i = 0; i < passed->len; i++)
    best = MIN (best, g_array_index (passed, Passed, i).seconds);
  for (guint i = 0; i < passed->len; i++) {
    const Passed *one = &g_array_index (passed, Passed, i);

    if (one->candidate == layer->rules)
      g_ptr_array_insert (layer->candidates, 0, (gpointer)one->candidate);
    else if (one->seconds <= FAR_BEHIND * best)
      g_ptr_array_add (layer->candidates, (gpointer)one->candidate);
  }
}

static gboolean
is_bf16 (const MsnetConv2dSizes *sizes)
{
  return sizes->input_type == MSNET_BFLOAT16 || sizes->output_type == MSNET_BFLOAT16;
}

gboolean
msnet_tuner_check_layer (
    MsnetDevice *device, const MsnetOperation *operation, MsnetTunedLayer *layer, GError **error)
{
  const MsnetKernel *plain = msnet_operation_get_plain (operation);
  g_auto (Case) self = { .largest = 0.0 };
  MsnetConv2dSizes sizes;
  g_autoptr (GArray) passed = NULL;

  if (!msnet_conv2d_parse_key (layer->key, &sizes)) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_UNSUPPORTED,
        "tuner: expected the sizes of a convolution, found \"%s\"", layer->key);
    return FALSE;
  }
  if (!case_init (&self, device, &sizes, error)
      || !(is_bf16 (&sizes) ? case_expect_bf16 (&self, device, &sizes, plain, error)
                            : case_expect (&self, device, plain, error)))
    return FALSE;
  layer->rules = msnet_operation_choose_by_rules (
      operation, msnet_device_get_info (device), msnet_width_get (device), &self.params);
  passed = pass_all (&self, device, operation, layer);
  keep_fast (layer, passed);
  if (layer->candidates->len == 0)
    g_ptr_array_add (layer->candidates, (gpointer)plain);
  return TRUE;
}
