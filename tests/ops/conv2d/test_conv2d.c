/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/amx.h"
#include "common/common.h"
#include "common/layers.h"
#include "machine/instructions.h"
#include "ops/conv2d/random_conv2d.h"

#include <string.h>

static MsnetDevice *device;

START_TEST (random_shapes)
{
  const guint kernels[] = { 1, 3, 7 };
  const guint channels[] = { 1, 3, 5, 8, 12, 16, 24, 31, 32, 40, 64, 72 };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < 180; i++) {
    ReferenceConv2d sizes = {
      .frames = g_rand_int_range (random, 1, 4),
      .height = g_rand_int_range (random, 1, 9),
      .width = g_rand_int_range (random, 1, 9),
      .in_channels = channels[g_rand_int_range (random, 0, G_N_ELEMENTS (channels))],
      .out_channels = channels[g_rand_int_range (random, 0, G_N_ELEMENTS (channels))],
      .kernel = kernels[g_rand_int_range (random, 0, G_N_ELEMENTS (kernels))],
      .stride = g_rand_int_range (random, 1, 3),
      .shift = g_rand_int_range (random, 0, 3),
      .epilogue = g_rand_int_range (random, 0, MSNET_EPILOGUE_RELU_MULTIPLY + 1),
      .padding = g_rand_int_range (random, 0, 2),
    };
    const TestStorage storage = { g_rand_int_range (random, 0, 3), g_rand_int_range (random, 0, 3),
      g_rand_int_range (random, 0, 3), i % 2 ? MSNET_BFLOAT16 : MSNET_FLOAT32 };

    sizes.shift_channels = g_rand_int_range (random, 0, sizes.in_channels / 2 + 1);
    test_conv2d_check (device, random, &sizes, storage);
  }
}
END_TEST

static void
check_tiles (MsnetDataType data_type)
{
  const guint widths[] = { 1, 5, 6, 7, 13, 97 };
  g_autoptr (GRand) random = g_rand_new_with_seed (8);

  for (guint i = 0; i < G_N_ELEMENTS (widths) * 2 * 3 * 6; i++) {
    const ReferenceConv2d sizes = { .frames = 1 + i % 2,
      .height = 1,
      .width = widths[i % G_N_ELEMENTS (widths)],
      .in_channels = 16 + i / 3 % 3 * 8,
      .out_channels = 64,
      .kernel = 1 + 2 * (i / 48 % 2),
      .stride = 1 + i / 24 % 2,
      .shift = i % 3,
      .epilogue = i / 6 % (MSNET_EPILOGUE_RELU_MULTIPLY + 1),
      .shift_channels = i % 5 * 2 };

    test_conv2d_check (device, random, &sizes, (TestStorage){ 0, i % 2, i % 3, data_type });
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
  test_conv2d_check (device, random, &stem, (TestStorage){ 0 });
  test_expect_all_kernels (&msnet_conv2d_operation);
}
END_TEST

/* Every kind of layer, narrower and on smaller maps for the twin's sake: many groups, several panels, the
 * stem. */
static void
check_layers (MsnetDataType data_type, MsnetShift shift)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (GArray) layers = test_list_layers (56, 32, shift);

  for (guint i = 0; i < layers->len; i++) {
    const TestLayer *kind = &g_array_index (layers, TestLayer, i);
    const ReferenceConv2d sizes = { 2, kind->size, kind->size, kind->layer.inputs, kind->layer.outputs,
      kind->layer.kernel, kind->layer.stride, kind->layer.shift, kind->epilogue };

    test_conv2d_check (device, random, &sizes, (TestStorage){ 0, 1, 0, data_type });
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
      .epilogue = i / 4 % MSNET_EPILOGUE_ADD };

    test_conv2d_check (device, random, &sizes, (TestStorage){ i % 2, i % 3, 0, i / 8 % 2 });
  }
}
END_TEST

START_TEST (output_too_large_for_caches)
{
  const ReferenceConv2d sizes = { 1, 66, 65, 8, 1024, 1, 1, MSNET_SHIFT_NONE, MSNET_EPILOGUE_RELU_ADD };
  g_autoptr (GRand) random = g_rand_new_with_seed (17);

  test_conv2d_check (device, random, &sizes, (TestStorage){ 0, 1, 0 });
}
END_TEST

/* Makes all that is not cleared before the first and after the last frame no number. */
static void
poison_outer_frames (MsnetTensor *tensor, guint cleared)
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
      i / 4 % 2 ? MSNET_SHIFT_CAUSAL : MSNET_SHIFT_BIDIRECTIONAL, MSNET_EPILOGUE_LINEAR,
      .shift_channels = i % 3 * 12 };
    TestConv2d self = test_conv2d_new (
        device, random, &sizes, (TestStorage){ .data_type = i % 2 ? MSNET_FLOAT32 : MSNET_BFLOAT16 });

    poison_outer_frames (self.params.input,
        msnet_shift_count_channels (sizes.shift, msnet_conv2d_get_shift_channels (&self.params)));
    for (guint k = 0; k < msnet_conv2d_operation.n_kernels; k++)
      if (msnet_kernel_may_use (&msnet_conv2d_operation.kernels[k], info, &self.params))
        g_free (test_conv2d_run (&msnet_conv2d_operation.kernels[k], device, &self, &sizes));
    test_conv2d_clear (&self);
  }
}
END_TEST

static MsnetTensor *
keep_channels (const gfloat *frame, const MsnetShape *shape, guint n_channels)
{
  const MsnetShape kept
      = { 1, shape->height, shape->width, n_channels, shape->halo, FALSE, shape->data_type };
  gsize n = msnet_shape_get_size (&kept);
  g_autofree gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = frame[i / kept.channels * shape->channels + i % kept.channels];
  return test_tensor_new (device, &kept, values);
}

/* @kernel makes the same of the second of two frames, bit for bit, whether it sees the first or what was kept
 * of it. */
static void
check_kernel (
    const MsnetKernel *kernel, TestConv2d *both, const ReferenceConv2d *sizes, TestConv2d *self, gsize n_out)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  ReferenceConv2d one = *sizes;
  g_autofree gfloat *clip = NULL;
  g_autofree gfloat *stream = NULL;

  one.frames = 1;
  if (!msnet_kernel_may_use (kernel, info, &self->params)
      || !msnet_kernel_may_use (kernel, info, &both->params))
    return;
  clip = test_conv2d_run (kernel, device, both, sizes);
  stream = test_conv2d_run (kernel, device, self, &one);
  test_compare (kernel->name, clip + n_out, stream, n_out, 0.0);
}

/* The second of two frames, alone, with what a stream kept of the first. */
static void
check_stream (GRand *random, const ReferenceConv2d *sizes, MsnetDataType data_type)
{
  ReferenceConv2d one = *sizes;
  gsize n_in = (gsize)sizes->height * sizes->width * sizes->in_channels, n_out;
  g_autofree gfloat *input = g_new (gfloat, 2 * n_in);
  TestConv2d both = test_conv2d_new (device, random, sizes, (TestStorage){ .data_type = data_type }), self;

  one.frames = 1;
  self = test_conv2d_new (device, random, &one, (TestStorage){ 0, 1, 0, data_type });
  self.params.input->shape.frame_halo = FALSE;
  ck_assert (msnet_tensor_download (both.params.input, input, NULL));
  ck_assert (msnet_tensor_upload (self.params.input, input + n_in, NULL));
  self.params.previous
      = keep_channels (input, &self.params.input->shape, msnet_conv2d_get_shift_channels (&self.params));
  self.params.weights = both.params.weights;
  self.params.bias = both.params.bias;
  n_out = msnet_shape_get_size (&self.params.output->shape);
  memcpy (self.expected, both.expected + n_out, n_out * sizeof (gfloat));
  for (guint i = 0; i < msnet_conv2d_operation.n_kernels; i++)
    check_kernel (&msnet_conv2d_operation.kernels[i], &both, sizes, &self, n_out);
  msnet_tensor_free (self.params.previous);
  test_conv2d_clear (&self);
  test_conv2d_clear (&both);
}

START_TEST (a_stream_reads_what_it_kept)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (13);

  for (guint i = 0; i < 32; i++)
    check_stream (random,
        &(ReferenceConv2d){ 2, g_rand_int_range (random, 3, 12), g_rand_int_range (random, 3, 12),
            i % 3 ? 64 : 40, 64, i / 2 % 2 ? 3 : 1, 1 + i % 4 / 3, MSNET_SHIFT_CAUSAL, MSNET_EPILOGUE_RELU,
            .shift_channels = i % 5 * 4 },
        i % 2 ? MSNET_FLOAT32 : MSNET_BFLOAT16);
}
END_TEST

static gboolean
append (MsnetCommandList *list, gconstpointer params, GError **error)
{
  return msnet_conv2d_append (list, params, error);
}

START_TEST (shapes_that_do_not_fit_are_refused)
{
  const ReferenceConv2d sizes = { 2, 5, 5, 8, 4, 3, 2, MSNET_SHIFT_NONE, MSNET_EPILOGUE_ADD_RELU };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  TestConv2d self = test_conv2d_new (device, random, &sizes, (TestStorage){ 0, 0, 1 });
  MsnetConv2dParams params = self.params;
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  ck_assert (msnet_conv2d_append (list, &params, NULL));
  params.kernel = 2;
  test_refusal (device, append, &params, "expected kernel % 2 = 1, found 0");
  params.kernel = 5;
  test_refusal (device, append, &params, "expected a halo of the input of at least 2, found 1");
  params = self.params;
  params.shift = MSNET_SHIFT_CAUSAL;
  test_refusal (device, append, &params, "expected frame_halo of a shifted input 1, found 0");
  params.previous = params.input;
  test_refusal (device, append, &params, "expected frames with a frame before: 1, found 2");
  params = self.params;
  params.stride = 1;
  test_refusal (device, append, &params, "expected output of 2 frames x 5 x 5 pixels, found 2 x 3 x 3");
  params = self.params;
  params.residual = NULL;
  test_refusal (device, append, &params, "expected residual tensors: 1, found 0");
  params.residual = params.output;
  test_refusal (device, append, &params, "expected buffers of output and residual: 2, found 1");
  params.residual = self.params.residual;
  params.residual->shape.data_type = MSNET_BFLOAT16;
  test_refusal (device, append, &params, "expected bytes of a value of the residual: 4, found 2");
  params = self.params;
  params.output = params.input;
  test_refusal (device, append, &params, "expected buffers of output and input: 2, found 1");
  test_conv2d_clear (&self);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("conv2d");
  TCase *tests = tcase_create ("conv2d");

  device = test_get_device ();
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
  return suite;
}
