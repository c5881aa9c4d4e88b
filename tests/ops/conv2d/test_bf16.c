/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bfloat16 costs in accuracy, and floats split into two of them, on every kind of layer of ResNet-18 and
 * ResNet-50. */
#include "common/amx.h"
#include "common/common.h"
#include "common/layers.h"
#include "machine/instructions.h"
#include "ops/conv2d/conv2d.h"
#include "ops/operations.h"
#include "reference/conv2d.h"
#include "tensor/bfloat16.h"

#include <math.h>

/* More than this much of the error of the direct way is nobody's gain in speed worth. */
#define MOST_ERROR 2.0

/* Of the largest value, where products and sums are floats. */
#define MOST_ERROR_DIRECT 3e-6

static MsnetDevice *device;
static GArray *layers; /* of TestLayer */

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
values_new (GRand *random, const TestLayer *kind)
{
  const MsnetLayer *layer = &kind->layer;
  Values self = {
    .input
    = { 1, kind->size, kind->size, layer->inputs, layer->kernel / 2, layer->shift != MSNET_SHIFT_NONE },
    .output = { 1, kind->output_size, kind->output_size, layer->outputs },
  };
  gdouble scale = 1.0 / sqrt ((gdouble)layer->inputs * layer->kernel * layer->kernel);

  self.n_in = msnet_shape_get_size (&self.input);
  self.n_out = msnet_shape_get_size (&self.output);
  self.n_weights = (gsize)layer->inputs * layer->outputs * layer->kernel * layer->kernel;
  self.in = test_random_values (random, self.n_in, 0.0, 1.0);
  self.add = test_random_values (random, self.n_out, 0.0, 1.0);
  self.weights = test_random_values (random, self.n_weights, -scale, scale);
  self.bias = test_random_values (random, layer->outputs, -0.2, 0.2);
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
run (const MsnetKernel *candidate, const TestLayer *kind, const Values *values, MsnetDataType data_type,
    const gfloat *weights)
{
  MsnetShape in = values->input, out = values->output;
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (MsnetTensor) input = NULL;
  g_autoptr (MsnetTensor) output = NULL;
  g_autoptr (MsnetTensor) residual = NULL;
  gfloat *found;

  in.data_type = out.data_type = data_type;
  input = test_tensor_new (device, &in, values->in);
  output = test_tensor_new (device, &out, NULL);
  residual = test_tensor_new (device, &out, values->add);
  const MsnetConv2dParams params = {
    .name = kind->name,
    .output = output,
    .input = input,
    .residual = kind->epilogue == MSNET_EPILOGUE_ADD_RELU ? residual : NULL,
    .weights = weights,
    .bias = values->bias,
    .kernel = kind->layer.kernel,
    .stride = kind->layer.stride,
    .shift = kind->layer.shift,
    .shift_channels = kind->layer.shift_channels,
    .epilogue = kind->epilogue,
  };
  if (!msnet_kernel_may_use (candidate, msnet_device_get_info (device), &params))
    return NULL;
  ck_assert (candidate->append (candidate, list, &params, NULL));
  ck_assert (msnet_command_list_run (list, NULL));
  found = g_new (gfloat, values->n_out);
  ck_assert (msnet_tensor_download (output, found, NULL));
  return found;
}

/* Returns: (transfer full): what the plain kernel makes of it, bit for bit, by the fastest one that does */
static gfloat *
run_direct (const TestLayer *kind, const Values *values, MsnetDataType data_type, const gfloat *weights)
{

  for (guint i = 0; i < msnet_conv2d_operation.n_kernels; i++) {
    gfloat *found = msnet_conv2d_operation.kernels[i].bound == 0.0
                        ? run (&msnet_conv2d_operation.kernels[i], kind, values, data_type, weights)
                        : NULL;

    if (found != NULL)
      return found;
  }
  g_return_val_if_reached (NULL);
}

/* Check writes a record of each assertion: one for all values. */
static gdouble
get_error (const gfloat *exact, const gfloat *found, gsize n)
{
  gdouble largest = 0.0, error = 0.0;
  gboolean are_numbers = TRUE;

  for (gsize i = 0; i < n; i++) {
    largest = MAX (largest, fabs (exact[i]));
    error = MAX (error, fabs ((gdouble)exact[i] - found[i]));
    are_numbers = are_numbers && isfinite (found[i]);
  }
  ck_assert (are_numbers);
  return error / largest;
}

/* Direct: input, weights, residual and result rounded, everything else in float32. */
START_TEST (no_layer_is_much_less_exact_than_the_direct_way)
{
  const TestLayer *kind = &g_array_index (layers, TestLayer, _i);
  g_autoptr (GRand) random = g_rand_new_with_seed (70 + _i);
  Values values = values_new (random, kind);
  g_autofree gfloat *rounded = g_memdup2 (values.weights, values.n_weights * sizeof (gfloat));
  g_autofree gfloat *exact = run_direct (kind, &values, MSNET_FLOAT32, values.weights);
  g_autofree gfloat *direct = NULL;
  gdouble error;

  test_round_values (rounded, values.n_weights, MSNET_BFLOAT16);
  direct = run_direct (kind, &values, MSNET_BFLOAT16, rounded);
  error = get_error (exact, direct, values.n_out);
  ck_assert_msg (error < 1e-2, "direct: an error of %g of the maximum", error);
  for (guint i = 0; i < msnet_conv2d_operation.n_kernels; i++) {
    g_autofree gfloat *found
        = msnet_conv2d_operation.kernels[i].bound == 0.0
              ? NULL
              : run (&msnet_conv2d_operation.kernels[i], kind, &values, MSNET_BFLOAT16, values.weights);
    gdouble its_error = found != NULL ? get_error (exact, found, values.n_out) : 0.0;

    ck_assert_msg (its_error <= MOST_ERROR * error, "%s on %s: %g of the maximum, direct %g",
        msnet_conv2d_operation.kernels[i].name, kind->name, its_error, error);
  }
  values_clear (&values);
}
END_TEST

/* What the layer makes of @values, in doubles. */
static gfloat *
compute_exactly (const TestLayer *kind, const Values *values)
{
  const MsnetLayer *layer = &kind->layer;
  const ReferenceConv2d sizes = { 1, kind->size, kind->size, layer->inputs, layer->outputs, layer->kernel,
    layer->stride, layer->shift, kind->epilogue };
  gfloat *exact = g_new (gfloat, values->n_out);

  reference_conv2d (exact, values->in, values->add, values->weights, values->bias, &sizes);
  return exact;
}

/* Floats, alone, by Winograd, or as three products of bfloat16. */
START_TEST (no_layer_of_floats_leaves_its_bound)
{
  const TestLayer *kind = &g_array_index (layers, TestLayer, _i);
  g_autoptr (GRand) random = g_rand_new_with_seed (90 + _i);
  Values values = values_new (random, kind);
  g_autofree gfloat *exact = compute_exactly (kind, &values);

  for (guint i = 0; i < msnet_conv2d_operation.n_kernels; i++) {
    g_autofree gfloat *found
        = run (&msnet_conv2d_operation.kernels[i], kind, &values, MSNET_FLOAT32, values.weights);
    gdouble error = found != NULL ? get_error (exact, found, values.n_out) : 0.0;

    ck_assert_msg (error <= MAX (msnet_conv2d_operation.kernels[i].bound, MOST_ERROR_DIRECT),
        "%s on %s: %g of the maximum", msnet_conv2d_operation.kernels[i].name, kind->name, error);
  }
  values_clear (&values);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("conv2d-bf16");
  TCase *tests = tcase_create ("conv2d-bf16");

  device = test_get_device ();
  msnet_instructions_find (device);
  test_provide_amx (device);
  layers = test_list_layers (224, 64, MSNET_SHIFT_CAUSAL);
  tcase_add_loop_test (tests, no_layer_is_much_less_exact_than_the_direct_way, 0, (gint)layers->len);
  tcase_add_loop_test (tests, no_layer_of_floats_leaves_its_bound, 0, (gint)layers->len);
  suite_add_tcase (suite, tests);
  return suite;
}
