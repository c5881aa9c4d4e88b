#include <string.h>

#include "common/amx.h"
#include "common/common.h"
#include "common/layers.h"
#include "base/error.h"
#include "machine/instructions.h"
#include "ops/conv2d/conv2d.h"
#include "ops/all_kernels.h"
#include "reference/conv2d.h"

#define TOLERANCE 3e-5

static MsnetDevice *device;

/* How the tensors of a case are stored, and the borders around them, beyond what it needs. */
typedef struct
{
  guint input;
  guint output;
  guint residual;
  MsnetDataType data_type;
} Storage;

/* Tensors, weights and the expected output of one case. */
typedef struct
{
  MsnetConv2dParams params;
  gfloat *weights;
  gfloat *bias;
  gfloat *expected;
} Case;

static guint
divide_up (guint value, guint divisor)
{
  return (value + divisor - 1) / divisor;
}

static Case
case_new (GRand *random, const ReferenceConv2d *sizes, Storage storage)
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
  gboolean adds = sizes->epilogue >= MSNET_EPILOGUE_ADD_RELU;
  Case self = { 0 };

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
    .shift = sizes->shift,
    .epilogue = sizes->epilogue,
  };
  reference_conv2d (self.expected, in, adds ? add : NULL, self.weights, self.bias, sizes);
  return self;
}

static void
case_clear (Case *self)
{
  msnet_tensor_free (self->params.output);
  msnet_tensor_free (self->params.input);
  msnet_tensor_free (self->params.residual);
  g_free (self->weights);
  g_free (self->bias);
  g_free (self->expected);
}

static gchar *
describe (const Case *self, const ReferenceConv2d *sizes)
{
  return g_strdup_printf ("%ux%ux%ux%u to %u, kernel %u, stride %u, shift %u, epilogue %u%s", sizes->frames,
      sizes->height, sizes->width, sizes->in_channels, sizes->out_channels, sizes->kernel, sizes->stride,
      sizes->shift, sizes->epilogue,
      self->params.input->shape.data_type == MSNET_BFLOAT16 ? ", bfloat16" : "");
}

static gdouble
get_tolerance (const Case *self)
{
  return test_get_tolerance (self->params.output->shape.data_type, TOLERANCE);
}

/* Returns: (transfer full): what @kernel computes */
static gfloat *
run_kernel (const MsnetKernel *kernel, const Case *self, const ReferenceConv2d *sizes)
{
  g_autofree gchar *what = describe (self, sizes);

  return test_kernel (
      kernel, device, what, &self->params, self->params.output, self->expected, get_tolerance (self));
}

static void
check_sizes (GRand *random, const ReferenceConv2d *sizes, Storage storage)
{
  Case self = case_new (random, sizes, storage);
  g_autofree gchar *what = describe (&self, sizes);

  test_kernels (&msnet_conv2d_operation, device, what, &self.params, self.params.output, self.expected,
      get_tolerance (&self));
  case_clear (&self);
}

START_TEST (random_shapes)
{
  const guint kernels[] = { 1, 3, 7 };
  const guint channels[] = { 1, 3, 5, 8, 12, 16, 31, 32, 40, 64 };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 160; i++) {
    const ReferenceConv2d sizes = {
      .frames = g_rand_int_range (random, 1, 4),
      .height = g_rand_int_range (random, 1, 9),
      .width = g_rand_int_range (random, 1, 9),
      .in_channels = channels[g_rand_int_range (random, 0, G_N_ELEMENTS (channels))],
      .out_channels = channels[g_rand_int_range (random, 0, G_N_ELEMENTS (channels))],
      .kernel = kernels[g_rand_int_range (random, 0, G_N_ELEMENTS (kernels))],
      .stride = g_rand_int_range (random, 1, 3),
      .shift = g_rand_int_range (random, 0, 3),
      .epilogue = g_rand_int_range (random, 0, 4),
    };
    const Storage storage = { g_rand_int_range (random, 0, 3), g_rand_int_range (random, 0, 3),
      g_rand_int_range (random, 0, 3), i % 2 ? MSNET_BFLOAT16 : MSNET_FLOAT32 };
    check_sizes (random, &sizes, storage);
  }
}
END_TEST

static void
check_tiles (MsnetDataType data_type)
{
  const guint widths[] = { 1, 5, 6, 7, 13, 97 };
  g_autoptr (GRand) random = g_rand_new_with_seed (8);

  for (guint i = 0; i < G_N_ELEMENTS (widths) * 2 * 3 * 4; i++) {
    const ReferenceConv2d sizes = { .frames = 1 + i % 2,
      .height = 1,
      .width = widths[i % G_N_ELEMENTS (widths)],
      .in_channels = 16 + i / 3 % 3 * 8,
      .out_channels = 64,
      .kernel = 1 + 2 * (i / 48 % 2),
      .stride = 1 + i / 24 % 2,
      .shift = i % 3,
      .epilogue = i / 6 % 4 };

    check_sizes (random, &sizes, (Storage){ 0, i % 2, i % 3, data_type });
  }
}

/* Every kernel size, stride, shift and epilogue at widths that every kernel takes, with fewer pixels than
 * a tile, one tile, one more, and more than a group. */
START_TEST (tiles_plus_and_minus_one)
{
  const ReferenceConv2d stem = { 1, 20, 20, 3, 32, 7, 2, MSNET_SHIFT_NONE, MSNET_EPILOGUE_RELU };
  g_autoptr (GRand) random = g_rand_new_with_seed (18);

  check_tiles (MSNET_FLOAT32);
  check_tiles (MSNET_BFLOAT16);
  check_sizes (random, &stem, (Storage){ 0 });
  test_expect_all_kernels (&msnet_conv2d_operation);
}
END_TEST

/* Every kind of layer, narrower and on smaller maps for the twin's sake: many groups, several panels, the stem. */
static void
check_layers (MsnetDataType data_type, MsnetShift shift)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (GArray) layers = test_list_layers (56, 32, shift);

  for (guint i = 0; i < layers->len; i++) {
    const TestLayer *kind = &g_array_index (layers, TestLayer, i);
    const ReferenceConv2d sizes = { 2, kind->size, kind->size, kind->layer.inputs, kind->layer.outputs,
      kind->layer.kernel, kind->layer.stride, kind->layer.shift, kind->epilogue };

    check_sizes (random, &sizes, (Storage){ 0, 1, 0, data_type });
  }
}

START_TEST (layers_of_networks)
{
  check_layers (MSNET_FLOAT32, MSNET_SHIFT_BIDIRECTIONAL);
  check_layers (MSNET_BFLOAT16, MSNET_SHIFT_CAUSAL);
}
END_TEST

/* Maps of less than a piece and of several, of even and odd sizes. */
START_TEST (stems)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (16);

  for (guint i = 0; i < 24; i++) {
    const ReferenceConv2d sizes = { .frames = 1 + i % 3,
      .height = g_rand_int_range (random, 1, 36),
      .width = g_rand_int_range (random, 1, 36),
      .in_channels = 3,
      .out_channels = 32 + i / 2 % 2 * 32,
      .kernel = 7,
      .stride = 2,
      .epilogue = i / 4 % 2 };

    check_sizes (random, &sizes, (Storage){ i % 2, i % 3, 0, i / 8 % 2 });
  }
}
END_TEST

START_TEST (output_too_large_for_caches)
{
  const ReferenceConv2d sizes = { 1, 66, 65, 8, 1024, 1, 1, MSNET_SHIFT_NONE, MSNET_EPILOGUE_RELU_ADD };
  g_autoptr (GRand) random = g_rand_new_with_seed (17);

  check_sizes (random, &sizes, (Storage){ 0, 1, 0 });
}
END_TEST

/* Makes all that is not cleared before the first and after the last frame no number. */
static void
poison_outer_frames (MsnetTensor *tensor)
{
  const MsnetShape *shape = &tensor->shape;
  const gsize frame = msnet_shape_get_frame_stride (shape), bytes = msnet_shape_get_element_size (shape);
  const gsize last = (gsize)(shape->frames + 1) * frame;
  g_autofree guint8 *values = g_malloc (frame * bytes);

  for (gsize start = 0; start <= last; start += last) {
    ck_assert (msnet_buffer_download (tensor->buffer, start * bytes, values, frame * bytes, NULL));
    for (guint row = shape->halo; row < shape->halo + shape->height; row++)
      for (guint column = shape->halo; column < shape->halo + shape->width; column++) {
        const gsize pixel = row * msnet_shape_get_row_stride (shape) + column * shape->channels;
        const guint cleared = shape->channels / 8 * 2;

        memset (values + (pixel + cleared) * bytes, 0xff, (shape->channels - cleared) * bytes);
      }
    ck_assert (msnet_buffer_upload (tensor->buffer, start * bytes, values, frame * bytes, NULL));
  }
}

/* Borders of the arena's tensors are cleared as far as shifts read them. */
START_TEST (no_more_is_read_of_outer_frames_than_is_cleared)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (16);
  const MsnetDeviceInfo *info = msnet_device_get_info (device);

  for (guint i = 0; i < 16; i++) {
    const ReferenceConv2d sizes = { 1 + i % 3, 5, 6, i % 4 == 3 ? 128 : 64, 64, i / 2 % 2 ? 3 : 1, 1 + i / 8,
      i / 4 % 2 ? MSNET_SHIFT_CAUSAL : MSNET_SHIFT_BIDIRECTIONAL, MSNET_EPILOGUE_LINEAR };
    Case self = case_new (random, &sizes, (Storage){ .data_type = i % 2 ? MSNET_FLOAT32 : MSNET_BFLOAT16 });

    poison_outer_frames (self.params.input);
    for (guint k = 0; k < msnet_conv2d_operation.n_kernels; k++)
      if (msnet_kernel_may_use (&msnet_conv2d_operation.kernels[k], info, &self.params))
        g_free (run_kernel (&msnet_conv2d_operation.kernels[k], &self, &sizes));
    case_clear (&self);
  }
}
END_TEST

static MsnetTensor *
keep_channels (const gfloat *frame, const MsnetShape *shape)
{
  const MsnetShape kept
      = { 1, shape->height, shape->width, shape->channels / 8, shape->halo, FALSE, shape->data_type };
  gsize n = msnet_shape_get_size (&kept);
  g_autofree gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = frame[i / kept.channels * shape->channels + i % kept.channels];
  return test_tensor_new (device, &kept, values);
}

/* @kernel makes the same of the second of two frames, bit for bit, whether it sees the first or what was kept of it. */
static void
check_kernel (const MsnetKernel *kernel, Case *both, const ReferenceConv2d *sizes, Case *self, gsize n_out)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  ReferenceConv2d one = *sizes;
  g_autofree gfloat *clip = NULL;
  g_autofree gfloat *stream = NULL;

  one.frames = 1;
  if (!msnet_kernel_may_use (kernel, info, &self->params)
      || !msnet_kernel_may_use (kernel, info, &both->params))
    return;
  clip = run_kernel (kernel, both, sizes);
  stream = run_kernel (kernel, self, &one);
  test_compare (kernel->name, clip + n_out, stream, n_out, 0.0);
}

/* The second of two frames, alone, with what a stream kept of the first. */
static void
check_stream (GRand *random, const ReferenceConv2d *sizes, MsnetDataType data_type)
{
  ReferenceConv2d one = *sizes;
  gsize n_in = (gsize)sizes->height * sizes->width * sizes->in_channels, n_out;
  g_autofree gfloat *input = g_new (gfloat, 2 * n_in);
  Case both = case_new (random, sizes, (Storage){ .data_type = data_type }), self;

  one.frames = 1;
  self = case_new (random, &one, (Storage){ 0, 1, 0, data_type });
  self.params.input->shape.frame_halo = FALSE;
  ck_assert (msnet_tensor_download (both.params.input, input, NULL));
  ck_assert (msnet_tensor_upload (self.params.input, input + n_in, NULL));
  self.params.previous = keep_channels (input, &self.params.input->shape);
  self.params.weights = both.params.weights;
  self.params.bias = both.params.bias;
  n_out = msnet_shape_get_size (&self.params.output->shape);
  memcpy (self.expected, both.expected + n_out, n_out * sizeof (gfloat));
  for (guint i = 0; i < msnet_conv2d_operation.n_kernels; i++)
    check_kernel (&msnet_conv2d_operation.kernels[i], &both, sizes, &self, n_out);
  msnet_tensor_free (self.params.previous);
  case_clear (&self);
  case_clear (&both);
}

START_TEST (a_stream_reads_what_it_kept)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (13);

  for (guint i = 0; i < 32; i++)
    check_stream (random,
        &(ReferenceConv2d){ 2, g_rand_int_range (random, 3, 12), g_rand_int_range (random, 3, 12),
            i % 3 ? 64 : 40, 64, i / 2 % 2 ? 3 : 1, 1 + i % 4 / 3, MSNET_SHIFT_CAUSAL, MSNET_EPILOGUE_RELU },
        i % 2 ? MSNET_FLOAT32 : MSNET_BFLOAT16);
}
END_TEST

static void
expect_refusal (const MsnetConv2dParams *params, const gchar *message)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  g_autoptr (GError) error = NULL;

  ck_assert (!msnet_conv2d_append (list, params, &error));
  test_expect_error (error, MSNET_ERROR_SHAPE, message);
}

START_TEST (shapes_that_do_not_fit_are_refused)
{
  const ReferenceConv2d sizes = { 2, 5, 5, 8, 4, 3, 2, MSNET_SHIFT_NONE, MSNET_EPILOGUE_ADD_RELU };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  Case self = case_new (random, &sizes, (Storage){ 0, 0, 1 });
  MsnetConv2dParams params = self.params;
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  ck_assert (msnet_conv2d_append (list, &params, NULL));
  params.kernel = 2;
  expect_refusal (&params, "expected kernel % 2 = 1, found 0");
  params.kernel = 5;
  expect_refusal (&params, "expected a halo of the input of at least 2, found 1");
  params = self.params;
  params.shift = MSNET_SHIFT_CAUSAL;
  expect_refusal (&params, "expected frame_halo of a shifted input 1, found 0");
  params.previous = params.input;
  expect_refusal (&params, "expected frames with a frame before: 1, found 2");
  params = self.params;
  params.stride = 1;
  expect_refusal (&params, "expected output of 2 frames x 5 x 5 pixels, found 2 x 3 x 3");
  params = self.params;
  params.residual = NULL;
  expect_refusal (&params, "expected residual tensors: 1, found 0");
  params.residual = params.output;
  expect_refusal (&params, "expected buffers of output and residual: 2, found 1");
  params.residual = self.params.residual;
  params.residual->shape.data_type = MSNET_BFLOAT16;
  expect_refusal (&params, "expected bytes of a value of the residual: 4, found 2");
  params = self.params;
  params.output = params.input;
  expect_refusal (&params, "expected buffers of output and input: 2, found 1");
  case_clear (&self);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("conv2d");
  TCase *tests = tcase_create ("conv2d");
  gint result;

  device = test_open_device ();
  msnet_instructions_find (device);
  test_provide_amx (device);
  tcase_add_test (tests, random_shapes);
  tcase_add_test (tests, tiles_plus_and_minus_one);
  tcase_add_test (tests, layers_of_networks);
  tcase_add_test (tests, stems);
  tcase_add_test (tests, output_too_large_for_caches);
  tcase_add_test (tests, no_more_is_read_of_outer_frames_than_is_cleared);
  tcase_add_test (tests, a_stream_reads_what_it_kept);
  tcase_add_test (tests, shapes_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  result = test_run (suite);
  msnet_device_unref (device);
  return result;
}
