/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ops/conv2d/random_conv2d.h"

#define TOLERANCE 3e-5

static guint
divide_up (guint value, guint divisor)
{
  return (value + divisor - 1) / divisor;
}

TestConv2d
test_conv2d_new (MsnetDevice *device, GRand *random, const ReferenceConv2d *sizes, TestStorage storage)
{
  const MsnetShape input
      = { sizes->frames, sizes->height, sizes->width, sizes->in_channels, sizes->kernel / 2 + storage.input,
          sizes->shift != MSNET_SHIFT_NONE || storage.input > 1, storage.data_type };
  const MsnetShape output
      = { sizes->frames, divide_up (sizes->height, sizes->stride), divide_up (sizes->width, sizes->stride),
          sizes->out_channels, storage.output, storage.output > 1, storage.data_type };
  MsnetShape residual = output;
  gsize n_filter = (gsize)sizes->in_channels * sizes->kernel * sizes->kernel;
  gdouble scale = 1.0 / n_filter;
  g_autofree gfloat *in = test_random_values (random, msnet_shape_get_size (&input), -1.0, 1.0);
  g_autofree gfloat *add = test_random_values (random, msnet_shape_get_size (&output), -0.2, 0.2);
  gboolean adds = sizes->epilogue >= MSNET_EPILOGUE_ADD;
  TestConv2d self = { 0 };

  residual.halo = storage.residual;
  residual.frame_halo = storage.residual > 1;
  self.weights = test_random_values (random, sizes->out_channels * n_filter, -scale, scale);
  test_round_values (in, msnet_shape_get_size (&input), storage.data_type);
  test_round_values (add, msnet_shape_get_size (&output), storage.data_type);
  test_round_values (self.weights, sizes->out_channels * n_filter, storage.data_type);
  self.bias = test_random_values (random, sizes->out_channels, -0.2, 0.2);
  self.expected = g_new (gfloat, msnet_shape_get_size (&output));
  self.params = (MsnetConv2dParams){
    .output = test_tensor_new (device, &output, NULL),
    .input = test_tensor_new (device, &input, in),
    .residual = adds ? test_tensor_new (device, &residual, add) : NULL,
    .weights = self.weights,
    .bias = self.bias,
    .kernel = sizes->kernel,
    .stride = sizes->stride,
    .padding = sizes->padding,
    .shift = sizes->shift,
    .shift_channels = sizes->shift_channels,
    .epilogue = sizes->epilogue,
  };
  reference_conv2d (self.expected, in, adds ? add : NULL, self.weights, self.bias, sizes);
  return self;
}

void
test_conv2d_clear (TestConv2d *self)
{
  msnet_tensor_free (self->params.output);
  msnet_tensor_free (self->params.input);
  msnet_tensor_free (self->params.residual);
  g_free (self->weights);
  g_free (self->bias);
  g_free (self->expected);
}

static gchar *
describe (const TestConv2d *self, const ReferenceConv2d *sizes)
{
  return g_strdup_printf ("%ux%ux%ux%u to %u, kernel %u, stride %u, padding %u, shift %u, epilogue %u%s",
      sizes->frames, sizes->height, sizes->width, sizes->in_channels, sizes->out_channels, sizes->kernel,
      sizes->stride, sizes->padding, sizes->shift, sizes->epilogue,
      self->params.input->shape.data_type == MSNET_BFLOAT16 ? ", bfloat16" : "");
}

static gdouble
get_tolerance (const TestConv2d *self)
{
  return test_get_tolerance (self->params.output->shape.data_type, TOLERANCE);
}

gfloat *
test_conv2d_run (
    const MsnetKernel *kernel, MsnetDevice *device, const TestConv2d *self, const ReferenceConv2d *sizes)
{
  g_autofree gchar *what = describe (self, sizes);

  return test_kernel (
      kernel, device, what, &self->params, self->params.output, self->expected, get_tolerance (self));
}

void
test_conv2d_check (MsnetDevice *device, GRand *random, const ReferenceConv2d *sizes, TestStorage storage)
{
  TestConv2d self = test_conv2d_new (device, random, sizes, storage);
  g_autofree gchar *what = describe (&self, sizes);

  test_kernels (&msnet_conv2d_operation, device, what, &self.params, self.params.output, self.expected,
      get_tolerance (&self));
  test_conv2d_clear (&self);
}
