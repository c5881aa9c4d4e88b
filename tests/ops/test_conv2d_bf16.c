/* What bfloat16 costs in accuracy, on every kind of layer of ResNet-18 and ResNet-50. */
#include <math.h>

#include "common/common.h"
#include "ops/conv2d_candidate.h"
#include "tensor/bfloat16.h"

/* More than this much of the error of the direct way is nobody's gain in speed worth. */
#define MOST_ERROR 2.0

static MsnetDevice *device;

typedef struct
{
  guint size; /* of the input */
  guint in_channels;
  guint out_channels;
  guint kernel;
  guint stride;
  MsnetShift shift;
  MsnetEpilogue epilogue;
} Layer;

#define NONE MSNET_SHIFT_NONE
#define CAUSAL MSNET_SHIFT_CAUSAL
#define LINEAR MSNET_EPILOGUE_LINEAR
#define RELU MSNET_EPILOGUE_RELU
#define ADD MSNET_EPILOGUE_ADD_RELU

static const Layer layers[] = {
  { 224, 3, 64, 7, 2, NONE, RELU },
  { 56, 64, 64, 3, 1, CAUSAL, RELU },
  { 56, 64, 128, 3, 2, CAUSAL, RELU },
  { 28, 128, 128, 3, 1, NONE, ADD },
  { 28, 128, 256, 3, 2, CAUSAL, RELU },
  { 14, 256, 256, 3, 1, NONE, ADD },
  { 14, 256, 512, 3, 2, CAUSAL, RELU },
  { 7, 512, 512, 3, 1, NONE, ADD },
  { 56, 64, 64, 1, 1, CAUSAL, RELU },
  { 56, 256, 64, 1, 1, CAUSAL, RELU },
  { 56, 64, 256, 1, 1, NONE, ADD },
  { 56, 256, 512, 1, 2, NONE, LINEAR },
  { 28, 512, 128, 1, 1, CAUSAL, RELU },
  { 28, 128, 512, 1, 1, NONE, ADD },
  { 14, 1024, 256, 1, 1, CAUSAL, RELU },
  { 14, 256, 1024, 1, 1, NONE, ADD },
  { 7, 2048, 512, 1, 1, CAUSAL, RELU },
  { 7, 512, 2048, 1, 1, NONE, ADD },
};

/* The values of a layer, as they were before any rounding. */
typedef struct
{
  MsnetShape input;
  MsnetShape output;
  gfloat *in;
  gfloat *add;
  gfloat *weights;
  gfloat *bias;
  gsize n_in;
  gsize n_out;
  gsize n_weights;
} Values;

static Values
values_new (GRand *random, const Layer *layer)
{
  const guint size = (layer->size + layer->stride - 1) / layer->stride;
  Values self = {
    .input = { 1, layer->size, layer->size, layer->in_channels, layer->kernel / 2, layer->shift != NONE },
    .output = { 1, size, size, layer->out_channels },
  };
  gdouble scale = 1.0 / sqrt ((gdouble)layer->in_channels * layer->kernel * layer->kernel);

  self.n_in = msnet_shape_get_size (&self.input);
  self.n_out = msnet_shape_get_size (&self.output);
  self.n_weights = (gsize)layer->in_channels * layer->out_channels * layer->kernel * layer->kernel;
  self.in = test_random_values (random, self.n_in, 0.0, 1.0);
  self.add = test_random_values (random, self.n_out, 0.0, 1.0);
  self.weights = test_random_values (random, self.n_weights, -scale, scale);
  self.bias = test_random_values (random, layer->out_channels, -0.2, 0.2);
  return self;
}

static void
values_clear (Values *self)
{
  g_free (self->in);
  g_free (self->add);
  g_free (self->weights);
  g_free (self->bias);
}

/* Returns: (transfer full) (nullable): what @candidate makes of it, NULL where it may not be used */
static gfloat *
run (const MsnetConv2dCandidate *candidate, const Layer *layer, const Values *values, MsnetElement element,
    const gfloat *weights)
{
  MsnetShape in = values->input, out = values->output;
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (MsnetTensor) input = NULL;
  g_autoptr (MsnetTensor) output = NULL;
  g_autoptr (MsnetTensor) residual = NULL;
  gfloat *found;

  in.element = out.element = element;
  input = test_tensor_new (device, &in, values->in);
  output = test_tensor_new (device, &out, NULL);
  residual = test_tensor_new (device, &out, values->add);
  const MsnetConv2dParams params = { "layer", output, input, layer->epilogue == ADD ? residual : NULL, NULL,
    weights, values->bias, layer->kernel, layer->stride, layer->shift, layer->epilogue };
  if (!candidate->may_use (candidate, msnet_device_get_info (device), &params))
    return NULL;
  ck_assert (candidate->append (candidate, list, &params, NULL));
  ck_assert (msnet_command_list_run (list, NULL));
  found = g_new (gfloat, values->n_out);
  ck_assert (msnet_tensor_download (output, found, NULL));
  return found;
}

/* Returns: (transfer full): what the plain kernel makes of it, bit for bit, by the fastest one that does */
static gfloat *
run_direct (const Layer *layer, const Values *values, MsnetElement element, const gfloat *weights)
{
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);

  for (guint i = 0; i < n_candidates; i++) {
    gfloat *found = candidates[i].bound == 0.0 ? run (&candidates[i], layer, values, element, weights) : NULL;

    if (found != NULL)
      return found;
  }
  g_return_val_if_reached (NULL);
}

static gdouble
get_error (const gfloat *exact, const gfloat *found, gsize n)
{
  gdouble largest = 0.0, error = 0.0;

  for (gsize i = 0; i < n; i++) {
    largest = MAX (largest, fabs (exact[i]));
    error = MAX (error, fabs ((gdouble)exact[i] - found[i]));
    ck_assert (isfinite (found[i]));
  }
  return error / largest;
}

/* Direct: input, weights, residual and result rounded, everything else in float32. */
START_TEST (no_layer_is_much_less_exact_than_the_direct_way)
{
  const Layer *layer = &layers[_i];
  g_autoptr (GRand) random = g_rand_new_with_seed (70 + _i);
  Values values = values_new (random, layer);
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);
  g_autofree gfloat *rounded = g_memdup2 (values.weights, values.n_weights * sizeof (gfloat));
  g_autofree gfloat *exact = run_direct (layer, &values, MSNET_FLOAT32, values.weights);
  g_autofree gfloat *direct = NULL;
  gdouble error;

  test_round_values (rounded, values.n_weights, MSNET_BFLOAT16);
  direct = run_direct (layer, &values, MSNET_BFLOAT16, rounded);
  error = get_error (exact, direct, values.n_out);
  ck_assert_msg (error < 1e-2, "direct: an error of %g of the maximum", error);
  for (guint i = 0; i < n_candidates; i++) {
    g_autofree gfloat *found = candidates[i].bound == 0.0
                                   ? NULL
                                   : run (&candidates[i], layer, &values, MSNET_BFLOAT16, values.weights);
    gdouble its_error = found != NULL ? get_error (exact, found, values.n_out) : 0.0;

    ck_assert_msg (its_error <= MOST_ERROR * error, "%s on %u x %u x %u to %u: %g of the maximum, direct %g",
        candidates[i].name, layer->size, layer->size, layer->in_channels, layer->out_channels, its_error,
        error);
  }
  values_clear (&values);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("conv2d-bf16");
  TCase *tests = tcase_create ("conv2d-bf16");
  gint result;

  device = test_open_device ();
  msnet_device_find_instructions (device);
  tcase_add_loop_test (tests, no_layer_is_much_less_exact_than_the_direct_way, 0, G_N_ELEMENTS (layers));
  suite_add_tcase (suite, tests);
  result = test_run (suite);
  msnet_device_unref (device);
  return result;
}
