/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "machine/instructions.h"
#include "ops/all_kernels.h"
#include "ops/inverted_residual/inverted_residual.h"
#include "reference/conv2d.h"
#include "reference/depthwise_conv2d.h"

#define TOLERANCE 1e-5

/* What lies between the layers may be rounded. */
#define TOLERANCE_BF16 2e-2

static MsnetDevice *device;

/* What a block is made of.  @inner: channels between; 0: it does not widen */
typedef struct
{
  ReferenceDepthwise depthwise;
  guint inputs;
  guint inner;
  guint outputs;
  MsnetShift shift;
  gboolean adds;
  MsnetDataType data_type;
} Sizes;

/* Tensors, weights and the expected output of one case. */
typedef struct
{
  MsnetInvertedResidualParams params;
  MsnetTensor between[2]; /* shapes without memory */
  gfloat *expected;
  GPtrArray *arrays;
} Block;

static gfloat *
add_values (Block *self, GRand *random, gsize n, gdouble limit, MsnetDataType data_type)
{
  gfloat *values = test_random_values (random, n, -limit, limit);

  test_round_values (values, n, data_type);
  g_ptr_array_add (self->arrays, values);
  return values;
}

static gfloat *
add_result (Block *self, gsize n)
{
  gfloat *values = g_new (gfloat, n);

  g_ptr_array_add (self->arrays, values);
  return values;
}

/* Returns: what depthwise reads: @values, or more of them */
static const gfloat *
widen (Block *self, GRand *random, const Sizes *sizes, const MsnetShape *input, const gfloat *values)
{
  const ReferenceDepthwise *depthwise = &sizes->depthwise;
  const ReferenceConv2d reference = { depthwise->frames, depthwise->height, depthwise->width, sizes->inputs,
    sizes->inner, 1, 1, sizes->shift, .epilogue = MSNET_EPILOGUE_RELU6 };
  gfloat *wide;

  if (sizes->inner == 0) {
    self->params.depthwise.input = test_tensor_new (device, input, values);
    return values;
  }
  self->between[0].shape = *input;
  self->between[0].shape.channels = sizes->inner;
  self->between[0].shape.halo = depthwise->kernel / 2;
  self->between[0].shape.frame_halo = FALSE;
  self->params.depthwise.input = &self->between[0];
  self->params.widen = (MsnetConv2dParams){
    .output = &self->between[0],
    .input = test_tensor_new (device, input, values),
    .weights = add_values (self, random, sizes->inner * sizes->inputs, 1.0, sizes->data_type),
    .bias = add_values (self, random, sizes->inner, 1.0, MSNET_FLOAT32),
    .kernel = 1,
    .shift = sizes->shift,
    .epilogue = MSNET_EPILOGUE_RELU6,
  };
  wide = add_result (self, (gsize)depthwise->frames * depthwise->height * depthwise->width * sizes->inner);
  reference_conv2d (wide, values, NULL, self->params.widen.weights, self->params.widen.bias, &reference);
  return wide;
}

/* Returns: what narrowing reads */
static const gfloat *
convolve (Block *self, GRand *random, const Sizes *sizes, const gfloat *wide)
{
  ReferenceDepthwise reference = sizes->depthwise;
  MsnetDepthwiseConv2dParams *params = &self->params.depthwise;
  const guint taps = reference.kernel * reference.kernel;
  MsnetShape *shape = &self->between[1].shape;
  gfloat *made;

  *shape = params->input->shape;
  shape->height = (reference.height + reference.stride - 1) / reference.stride;
  shape->width = (reference.width + reference.stride - 1) / reference.stride;
  shape->halo = shape->frame_halo = 0;
  reference.channels = shape->channels;
  params->output = &self->between[1];
  params->weights = add_values (self, random, shape->channels * taps, 2.0 / reference.kernel, MSNET_FLOAT32);
  params->bias = add_values (self, random, shape->channels, 1.0, MSNET_FLOAT32);
  params->kernel = reference.kernel;
  params->stride = reference.stride;
  params->padding = reference.padding;
  params->epilogue = reference.epilogue;
  made = add_result (self, msnet_shape_get_size (shape));
  reference_depthwise_conv2d (made, wide, params->weights, params->bias, &reference);
  return made;
}

static void
narrow (Block *self, GRand *random, const Sizes *sizes, const gfloat *made)
{
  const MsnetShape *inner = &self->between[1].shape;
  MsnetShape shape = *inner, residual = *inner;
  const ReferenceConv2d reference = { inner->frames, inner->height, inner->width, inner->channels,
    sizes->outputs, 1, 1, .epilogue = sizes->adds ? MSNET_EPILOGUE_ADD : MSNET_EPILOGUE_LINEAR };
  const gfloat *addends;
  gsize n;

  shape.channels = residual.channels = sizes->outputs;
  shape = test_random_borders (random, shape, 0);
  residual = test_random_borders (random, residual, 0);
  n = msnet_shape_get_size (&shape);
  addends = add_values (self, random, n, 1.0, sizes->data_type);
  self->params.narrow = (MsnetConv2dParams){
    .output = test_tensor_new (device, &shape, NULL),
    .input = &self->between[1],
    .residual = sizes->adds ? test_tensor_new (device, &residual, addends) : NULL,
    .weights = add_values (self, random, sizes->outputs * inner->channels, 0.3, sizes->data_type),
    .bias = add_values (self, random, sizes->outputs, 1.0, MSNET_FLOAT32),
    .kernel = 1,
    .epilogue = reference.epilogue,
  };
  self->expected = add_result (self, n);
  reference_conv2d (self->expected, made, sizes->adds ? addends : NULL, self->params.narrow.weights,
      self->params.narrow.bias, &reference);
}

static void
block_init (Block *self, GRand *random, const Sizes *sizes)
{
  const ReferenceDepthwise *depthwise = &sizes->depthwise;
  MsnetShape input = { depthwise->frames, depthwise->height, depthwise->width, sizes->inputs,
    .data_type = sizes->data_type };
  const gfloat *values;

  *self = (Block){ .arrays = g_ptr_array_new_with_free_func (g_free) };
  input = test_random_borders (random, input, sizes->inner == 0 ? depthwise->kernel / 2 : 0);
  input.frame_halo = input.frame_halo || sizes->shift != MSNET_SHIFT_NONE;
  values = add_values (self, random, msnet_shape_get_size (&input), 1.0, sizes->data_type);
  narrow (self, random, sizes, convolve (self, random, sizes, widen (self, random, sizes, &input, values)));
}

static void
block_clear (Block *self)
{
  if (self->params.widen.output != NULL)
    msnet_tensor_free (self->params.widen.input);
  else
    msnet_tensor_free (self->params.depthwise.input);
  msnet_tensor_free (self->params.narrow.output);
  msnet_tensor_free (self->params.narrow.residual);
  g_ptr_array_unref (self->arrays);
}

static void
check_block (GRand *random, const Sizes *sizes)
{
  const ReferenceDepthwise *depthwise = &sizes->depthwise;
  g_autofree gchar *what
      = g_strdup_printf ("%ux%ux%ux%u by %u to %u, kernel %u, stride %u, padding %u, shift %u, elements %u",
          depthwise->frames, depthwise->height, depthwise->width, sizes->inputs, sizes->inner, sizes->outputs,
          depthwise->kernel, depthwise->stride, depthwise->padding, sizes->shift, sizes->data_type);
  Block block;

  block_init (&block, random, sizes);
  test_kernels (&msnet_inverted_residual_operation, device, what, &block.params, block.params.narrow.output,
      block.expected, sizes->data_type == MSNET_BFLOAT16 ? TOLERANCE_BF16 : TOLERANCE);
  block_clear (&block);
}

/* A program for each kind, number of output channels in vectors, and row of the list: not every kind. */
START_TEST (equals_its_twins)
{
  const guint inputs[] = { 3, 8, 16, 24, 32, 40 }, outputs[] = { 4, 16, 20, 24, 32, 40, 48, 64, 80, 112 };
  const guint inners[] = { 16, 48, 48, 96 };
  const struct
  {
    guint kernel;
    guint stride;
    gboolean widens;
  } kinds[] = { { 3, 1, TRUE }, { 3, 2, TRUE }, { 5, 1, TRUE }, { 5, 2, TRUE }, { 3, 1, FALSE } };
  g_autoptr (GRand) random = g_rand_new_with_seed (52);

  for (guint i = 0; i < 100; i++) {
    Sizes sizes = {
      .depthwise = { .frames = g_rand_int_range (random, 1, 4),
          .height = g_rand_int_range (random, 1, 40),
          .width = i % 3 ? g_rand_int_range (random, 5, 40) : 14,
          .kernel = kinds[i % G_N_ELEMENTS (kinds)].kernel,
          .stride = kinds[i % G_N_ELEMENTS (kinds)].stride,
          .padding = g_rand_int_range (random, 0, 2),
          .epilogue = MSNET_EPILOGUE_RELU6 },
      .inputs = TEST_PICK (random, inputs),
      .inner = kinds[i % G_N_ELEMENTS (kinds)].widens ? TEST_PICK (random, inners) : 0,
      .outputs = TEST_PICK (random, outputs),
      .adds = g_rand_boolean (random),
      .data_type = i % 2 ? MSNET_BFLOAT16 : MSNET_FLOAT32,
    };

    if (sizes.inner > 0)
      sizes.shift = g_rand_int_range (random, 0, 3);
    check_block (random, &sizes);
  }
  test_expect_all_kernels (&msnet_inverted_residual_operation);
}
END_TEST

/* [1, H, W, C] of frame @index of @input, its first @channels channels. */
static MsnetTensor *
take_frame (MsnetTensor *input, guint index, guint channels)
{
  const MsnetShape *all = &input->shape;
  const MsnetShape shape
      = { 1, all->height, all->width, channels, all->halo, FALSE, .data_type = all->data_type };
  g_autofree gfloat *values = g_new (gfloat, msnet_shape_get_size (all));
  const gfloat *frame = values + (gsize)index * all->height * all->width * all->channels;

  ck_assert (msnet_tensor_download (input, values, NULL));
  for (gsize i = 0; i < msnet_shape_get_size (&shape); i++)
    values[i] = frame[i / channels * all->channels + i % channels];
  return test_tensor_new (device, &shape, values);
}

/* The second of two frames, alone, with what a stream kept of the first. */
START_TEST (a_stream_reads_what_it_kept)
{
  const guint inputs[] = { 16, 24, 40 };
  const MsnetDataType data_type = _i % 2 ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  const Sizes sizes = { .depthwise = { 2, 14, 17, .kernel = 3, .stride = 1 },
    .inputs = inputs[_i / 2],
    .inner = 96,
    .outputs = 24,
    .shift = MSNET_SHIFT_CAUSAL,
    .data_type = data_type };
  const guint kept = (sizes.inputs / 8 + 1) / 2 * 2;
  g_autoptr (GRand) random = g_rand_new_with_seed (55);
  MsnetTensor *both;
  gsize n;
  Block block;

  block_init (&block, random, &sizes);
  both = block.params.widen.input;
  block.params.widen.input = take_frame (both, 1, sizes.inputs);
  block.params.widen.previous = take_frame (both, 0, kept);
  msnet_tensor_free (block.params.narrow.output);
  block.between[0].shape.frames = block.between[1].shape.frames = 1;
  block.params.narrow.output = test_tensor_new (device,
      &(MsnetShape){
          1, sizes.depthwise.height, sizes.depthwise.width, sizes.outputs, .data_type = data_type },
      NULL);
  n = msnet_shape_get_size (&block.params.narrow.output->shape);
  test_kernels (&msnet_inverted_residual_operation, device, "a stream", &block.params,
      block.params.narrow.output, block.expected + n,
      data_type == MSNET_BFLOAT16 ? TOLERANCE_BF16 : TOLERANCE);
  msnet_tensor_free (block.params.widen.previous);
  msnet_tensor_free (both);
  block_clear (&block);
}
END_TEST

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_inverted_residual_append (list, params, error);
}

/* The second of two blocks finds in the scratch what the first one left. */
START_TEST (scratch_may_hold_anything)
{
  const MsnetDataType data_type = _i % 2 ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  const Sizes sizes[] = { { .depthwise = { 2, 31, 40, .kernel = 5, .stride = 1 },
                              .inputs = 16,
                              .inner = 48,
                              .outputs = 16,
                              .data_type = data_type },
    { .depthwise = { 2, 9, 14, .kernel = 3, .stride = 1, .epilogue = MSNET_EPILOGUE_RELU6 },
        .inputs = 32,
        .inner = 48,
        .outputs = 16,
        .data_type = data_type } };
  g_autoptr (GRand) random = g_rand_new_with_seed (54);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  Block blocks[2];

  for (guint i = 0; i < 2; i++) {
    block_init (&blocks[i], random, &sizes[i]);
    ck_assert (msnet_inverted_residual_append (list, &blocks[i].params, NULL));
  }
  ck_assert (msnet_command_list_run (list, NULL));
  test_compare_tensor ("the second block", blocks[1].expected, blocks[1].params.narrow.output,
      data_type == MSNET_BFLOAT16 ? TOLERANCE_BF16 : TOLERANCE);
  for (guint i = 0; i < 2; i++)
    block_clear (&blocks[i]);
}
END_TEST

START_TEST (layers_that_do_not_fit_are_refused)
{
  const Sizes sizes
      = { .depthwise = { 2, 9, 9, .kernel = 3, .stride = 1 }, .inputs = 8, .inner = 48, .outputs = 16 };
  g_autoptr (GRand) random = g_rand_new_with_seed (53);
  MsnetInvertedResidualParams params;
  Block block;

  block_init (&block, random, &sizes);
  params = block.params;
  params.narrow.kernel = 3;
  test_refusal (device, append, &params, "expected outer layers of kernel 1 and stride 1");
  params = block.params;
  params.narrow.shift = MSNET_SHIFT_CAUSAL;
  test_refusal (device, append, &params, "expected a last layer without a shift");
  params = block.params;
  params.narrow.input = &block.between[0];
  test_refusal (device, append, &params, "expected layers of which each reads what the one before it makes");
  params = block.params;
  params.depthwise.stride = 2;
  test_refusal (device, append, &params, "depthwise convolution: expected output of shape [2, 5, 5, 48]");
  block_clear (&block);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("inverted_residual");
  TCase *tests = tcase_create ("inverted_residual");

  device = test_get_device ();
  msnet_instructions_find (device);
  tcase_add_test (tests, equals_its_twins);
  tcase_add_loop_test (tests, scratch_may_hold_anything, 0, 2);
  tcase_add_loop_test (tests, a_stream_reads_what_it_kept, 0, 6);
  tcase_add_test (tests, layers_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
