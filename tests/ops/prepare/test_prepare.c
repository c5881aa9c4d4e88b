/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "clip/frame_copy.h"
#include "common/common.h"
#include "ops/operations.h"
#include "ops/prepare/prepare.h"
#include "ops/prepare/random_frame.h"
#include "reference/prepare.h"

static const gchar *const fits[] = { "crop", "stretch", "pad" };
static MsnetDevice *device;

static MsnetPrepareParams
random_params (GRand *random, guint size)
{
  MsnetPrepareParams params
      = { .fit = g_rand_int_range (random, 0, 3), .size = size, .filter = g_rand_int_range (random, 0, 2) };

  params.resize = params.size + g_rand_int_range (random, 0, 8);
  if (g_rand_boolean (random)) {
    params.resize_height = params.size + g_rand_int_range (random, 0, 8);
    params.resize_width = params.size + g_rand_int_range (random, 0, 8);
  }
  params.bgr = g_rand_boolean (random);
  for (guint i = 0; i < 3; i++) {
    params.mean[i] = g_rand_double_range (random, 0.3, 0.6);
    params.std[i] = g_rand_double_range (random, 0.2, 0.5);
  }
  return params;
}

/* Prepares @frame into the middle one of three frames and compares all three, borders included. */
static void
check_frame (MsnetPrepare *prepare, const MsnetPrepareParams *params, const MsnetFrame *frame,
    MsnetDataType data_type, const gchar *name)
{
  const MsnetShape shape = { 3, params->size, params->size, 3, 3, TRUE, data_type };
  gsize frame_size = (gsize)params->size * params->size * 3;
  g_autofree gchar *what = g_strdup_printf (
      "%s %ux%u, turn %d %d %d, aspect %u/%u, %s to %u of %u or %ux%u, filter %d, %s", name, frame->width,
      frame->height, frame->turn.transposed, frame->turn.mirrored[0], frame->turn.mirrored[1],
      frame->aspect_n, frame->aspect_d, fits[params->fit], params->size, params->resize, params->resize_width,
      params->resize_height, params->filter, g_getenv ("MSNET_PLAN"));
  g_autofree gfloat *expected = g_new0 (gfloat, 3 * frame_size);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &shape, NULL);
  g_autoptr (GError) error = NULL;

  reference_prepare (expected + frame_size, frame, params);
  ck_assert_msg (msnet_prepare_run (prepare, output, 1, frame, &error), "%s: %s", what,
      error != NULL ? error->message : "no message");
  test_compare_tensor (what, expected, output, test_get_tolerance (data_type, 1e-5));
}

static void
check_layout_to (
    GRand *random, const TestLayout *layout, guint width, guint height, MsnetPrepareParams params)
{
  const MsnetOperation *operation = &msnet_prepare_operation;
  const guint aspects[][2] = { { 0, 0 }, { 1, 1 }, { 16, 11 }, { 10, 11 }, { 2, 1 }, { 1, 3 } };
  const guint *aspect = aspects[g_rand_int_range (random, 0, G_N_ELEMENTS (aspects))];
  MsnetFrame frame = test_frame_new (random, layout, width, height);

  frame.aspect_n = aspect[0];
  frame.aspect_d = aspect[1];
  for (guint i = 0; i < operation->n_kernels; i++) {
    g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, NULL);

    g_setenv ("MSNET_PLAN", operation->kernels[i].name, TRUE);
    check_frame (prepare, &params, &frame, MSNET_FLOAT32, layout->name);
    check_frame (prepare, &params, &frame, MSNET_BFLOAT16, layout->name);
  }
  test_frame_clear (&frame);
}

static void
check_layout (GRand *random, const TestLayout *layout, guint width, guint height)
{
  check_layout_to (random, layout, width, height, random_params (random, g_rand_int_range (random, 1, 21)));
}

/* Of a tall frame a crop sees some rows: a copy of those alone is prepared like the frame. */
START_TEST (a_copy_of_the_rows_will_do)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (190 + _i);

  for (guint i = 0; i < 10; i++) {
    MsnetPrepareParams params = random_params (random, g_rand_int_range (random, 1, 21));
    MsnetFrame frame = test_frame_new (
        random, &test_layouts[_i], g_rand_int_range (random, 1, 60), g_rand_int_range (random, 1, 400));
    const MsnetShape shape = { 1, params.size, params.size, 3 };
    g_autoptr (MsnetTensor) output = test_tensor_new (device, &shape, NULL);
    g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, NULL);
    g_autofree gfloat *expected = g_new (gfloat, params.size * params.size * 3);
    g_autoptr (MsnetFrameCopy) copy = g_new0 (MsnetFrameCopy, 1);
    guint first, end;

    msnet_prepare_get_rows (&params, &frame, &first, &end);
    msnet_frame_copy_assign (copy, &frame, first, end);
    ck_assert (copy->copied > 0);
    reference_prepare (expected, &frame, &params);
    ck_assert (msnet_prepare_run (prepare, output, 0, &copy->frame, NULL));
    test_compare_tensor (test_layouts[_i].name, expected, output, 1e-5);
    test_frame_clear (&frame);
  }
}
END_TEST

/* Interlaced frames are described with every second row: the others are not copied. */
START_TEST (rows_between_are_not_copied)
{
  static guint8 memory[64 * 48];
  MsnetFrame frame = { .pixels = MSNET_PIXELS_GRAY, .width = 64, .height = 24, .n_planes = 1 };
  g_autoptr (MsnetFrameCopy) copy = g_new0 (MsnetFrameCopy, 1);

  frame.planes[0] = (MsnetPlane){ memory, sizeof memory };
  frame.components[0] = (MsnetComponent){ .stride = 128, .step = 1 };
  msnet_frame_copy_assign (copy, &frame, 4, 10);
  ck_assert_uint_eq (copy->copied, 6 * 64);
}
END_TEST

START_TEST (layouts_equal_their_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (90 + _i);

  for (guint i = 0; i < 10; i++)
    check_layout (
        random, &test_layouts[_i], g_rand_int_range (random, 1, 60), g_rand_int_range (random, 1, 40));
  check_layout (random, &test_layouts[_i], 1, 1);
  check_layout (random, &test_layouts[_i], 2, 1);
  check_layout (random, &test_layouts[_i], 1, 37);
  check_layout (random, &test_layouts[_i], 211, 2);
}
END_TEST

/* Wide enough for whole strips of bytes and, the last, for several parts of a row of the output. */
START_TEST (wide_pictures_equal_their_twin)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (290 + _i);
  MsnetPrepareParams params = random_params (random, 35);

  check_layout_to (random, &test_layouts[_i], g_rand_int_range (random, 70, 200), 20, params);
  check_layout_to (random, &test_layouts[_i], 400, g_rand_int_range (random, 10, 60), params);
  params = random_params (random, 23);
  params.fit = g_rand_boolean (random) ? MSNET_FIT_STRETCH : MSNET_FIT_PAD;
  check_layout_to (random, &test_layouts[_i], g_rand_int_range (random, 3100, 3200), 3, params);
}
END_TEST

/* Changes one thing that the tables depend on; 0: none. */
static void
change_frame (MsnetFrame *frame, guint change)
{
  frame->kr += change == 1 ? 0.01 : 0.0;
  frame->kb += change == 2 ? 0.01 : 0.0;
  frame->offsets[0] += change == 3 ? 5 : 0;
  frame->scales[0] += change == 4 ? 9 : 0;
  frame->height -= change == 5 ? 1 : 0;
  frame->aspect_n = change == 6 ? 2 : 0;
  frame->aspect_d = change == 6 ? 3 : 0;
  frame->turn.transposed ^= change == 7;
  frame->turn.mirrored[0] ^= change == 8;
  frame->turn.mirrored[1] ^= change == 9;
}

/* One object for a stream that changes: other bytes, colours, size, aspect, layout. */
START_TEST (tables_follow_the_frame)
{
  const MsnetPrepareParams params = { .fit = MSNET_FIT_CROP,
    .resize = 20,
    .size = 16,
    .mean = { 0.0f, 0.1f, 0.2f },
    .std = { 1.0f, 0.5f, 0.25f } };
  const guint sizes[][2] = { { 40, 30 }, { 40, 30 }, { 40, 31 }, { 31, 40 }, { 5, 5 } };
  g_autoptr (GRand) random = g_rand_new_with_seed (110);
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, NULL);

  for (guint i = 0; i < TEST_N_LAYOUTS; i++) {
    const TestLayout *layout = &test_layouts[i];
    const guint *size = sizes[i % G_N_ELEMENTS (sizes)];
    MsnetFrame frame = test_frame_new (random, layout, size[0], size[1]);

    for (guint change = 0; change < 10; change++) {
      change_frame (&frame, change);
      check_frame (prepare, &params, &frame, MSNET_FLOAT32, layout->name);
      check_frame (prepare, &params, &frame, MSNET_BFLOAT16, layout->name);
    }
    test_frame_clear (&frame);
  }
}
END_TEST

static void
check_region (const MsnetPrepareParams *params, const MsnetFrame *frame, const gdouble expected[4])
{
  gdouble region[4];

  msnet_prepare_get_region (params, frame, region);
  for (guint i = 0; i < 4; i++)
    ck_assert_double_eq_tol (region[i], expected[i], 1e-12);
}

START_TEST (region_is_what_the_network_sees)
{
  MsnetPrepareParams params = { .fit = MSNET_FIT_CROP, .resize = 256, .size = 224 };
  MsnetFrame frame = { .width = 1920, .height = 1080 };

  check_region (&params, &frame, (const gdouble[]){ 116.0 / 455, 16.0 / 256, 224.0 / 455, 224.0 / 256 });
  frame = (MsnetFrame){ .width = 720, .height = 576, .aspect_n = 16, .aspect_d = 15 };
  check_region (&params, &frame, (const gdouble[]){ 58.0 / 341, 16.0 / 256, 224.0 / 341, 224.0 / 256 });
  frame.turn.transposed = TRUE;
  check_region (&params, &frame, (const gdouble[]){ 16.0 / 256, 58.0 / 341, 224.0 / 256, 224.0 / 341 });
  params.resize_height = 240;
  params.resize_width = 320;
  check_region (&params, &frame, (const gdouble[]){ 48.0 / 320, 8.0 / 240, 224.0 / 320, 224.0 / 240 });
  params.fit = MSNET_FIT_STRETCH;
  check_region (&params, &frame, (const gdouble[]){ 0.0, 0.0, 1.0, 1.0 });
  params.fit = MSNET_FIT_PAD; /* 576 x 768 becomes 168 x 224 */
  check_region (&params, &frame, (const gdouble[]){ -28.0 / 168, 0.0, 224.0 / 168, 1.0 });
}
END_TEST

/* A phone held upright turns its pictures on their side: the eight ways, pixel by pixel. */
START_TEST (turns_are_what_they_say)
{
  const guint8 bytes[] = { 1, 2, 3, 4 }; /* 1 2 over 3 4 */
  const struct
  {
    MsnetTurn turn;
    gfloat upright[4];
  } cases[]
      = { { { FALSE, { FALSE, FALSE } }, { 1, 2, 3, 4 } }, { { FALSE, { TRUE, FALSE } }, { 2, 1, 4, 3 } },
          { { FALSE, { FALSE, TRUE } }, { 3, 4, 1, 2 } }, { { FALSE, { TRUE, TRUE } }, { 4, 3, 2, 1 } },
          { { TRUE, { FALSE, FALSE } }, { 1, 3, 2, 4 } }, { { TRUE, { TRUE, FALSE } }, { 3, 1, 4, 2 } },
          { { TRUE, { FALSE, TRUE } }, { 2, 4, 1, 3 } }, { { TRUE, { TRUE, TRUE } }, { 4, 2, 3, 1 } } };
  const MsnetPrepareParams params = { .fit = MSNET_FIT_STRETCH, .size = 2, .std = { 1.0f, 1.0f, 1.0f } };
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 1, 2, 2, 3, 1 }, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    MsnetFrame frame = { .pixels = MSNET_PIXELS_GRAY,
      .width = 2,
      .height = 2,
      .planes = { { bytes, sizeof bytes } },
      .n_planes = 1,
      .components = { { .stride = 2, .step = 1 } },
      .scales = { 255 },
      .turn = cases[i].turn };
    gfloat values[12];
    ck_assert (msnet_prepare_run (prepare, output, 0, &frame, NULL));
    ck_assert (msnet_tensor_download (output, values, NULL));
    for (guint k = 0; k < 12; k++)
      ck_assert_float_eq_tol (values[k] * 255, cases[i].upright[k / 3], 1e-4);
  }
}
END_TEST

/* 2 x 1 pixels inside 4 x 4: twice as large, a black row above and below, whichever way they are turned. */
START_TEST (pad_leaves_black_around)
{
  const guint8 bytes[] = { 0, 255 };
  const MsnetPrepareParams params
      = { .fit = MSNET_FIT_PAD, .size = 4, .mean = { 0.5f, 0.5f, 0.5f }, .std = { 0.5f, 0.5f, 0.5f } };
  const gfloat along[] = { -1.0f, -0.5f, 0.5f, 1.0f };
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, NULL);
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 1, 4, 4, 3, 1 }, NULL);

  for (guint turn = 0; turn < 8; turn++) {
    const gboolean transposed = turn & 1, mirrored[] = { (turn & 2) != 0, (turn & 4) != 0 };
    const MsnetFrame frame = { .pixels = MSNET_PIXELS_GRAY,
      .width = 2,
      .height = 1,
      .planes = { { bytes, sizeof bytes } },
      .n_planes = 1,
      .components = { { .stride = 2, .step = 1 } },
      .scales = { 255 },
      .turn = { transposed, { mirrored[0], mirrored[1] } } };
    gfloat values[48];
    ck_assert (msnet_prepare_run (prepare, output, 0, &frame, NULL));
    ck_assert (msnet_tensor_download (output, values, NULL));
    for (guint i = 0; i < 48; i++) {
      guint at[] = { i / 3 % 4, i / 12 };
      guint across = at[!transposed], place = at[transposed];
      gboolean inside = across == 1 || across == 2;
      ck_assert_float_eq_tol (
          values[i], inside ? along[mirrored[transposed] ? 3 - place : place] : -1.0f, 1e-5);
    }
  }
}
END_TEST

static void
expect_refusal (const MsnetFrame *frame, MsnetTensor *output, guint index, const gchar *message)
{
  const MsnetPrepareParams params = { .fit = MSNET_FIT_STRETCH, .size = 8, .std = { 1.0f, 1.0f, 1.0f } };
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, NULL);
  g_autoptr (GError) error = NULL;

  ck_assert (!msnet_prepare_run (prepare, output, index, frame, &error));
  test_expect_error (error, MSNET_ERROR_SHAPE, message);
}

START_TEST (frames_outside_their_memory_are_refused)
{
  guint8 bytes[4 * 4 * 3] = { 0 };
  const MsnetFrame good = {
    .width = 4,
    .height = 4,
    .planes = { { bytes, sizeof bytes } },
    .n_planes = 1,
    .components = { { 0, 0, 12, 3 }, { 0, 1, 12, 3 }, { 0, 2, 12, 3 } },
    .scales = { 255, 255, 255 },
  };
  g_autoptr (MsnetTensor) output = test_tensor_new (device, &(MsnetShape){ 2, 8, 8, 3 }, NULL);
  MsnetFrame frame = good;

  frame.components[2].offset = 3;
  expect_refusal (
      &frame, output, 0, "frame of 4 x 4 pixels: component 2 (plane 0, offset 3, stride 12, step 3)");
  frame = good;
  frame.components[0].stride = 16;
  expect_refusal (&frame, output, 0, "component 0");
  frame = good;
  frame.components[1].plane = 1;
  expect_refusal (
      &frame, output, 0, "component 1 (plane 1, offset 1, stride 12, step 3) does not lie in the 1");
  frame = good;
  frame.components[1].stride = G_MAXSIZE / 2;
  expect_refusal (&frame, output, 0, "component 1");
  frame = good;
  frame.width = 0;
  expect_refusal (&frame, output, 0, "frame of 0 x 4 pixels: expected 1 to 32767 a side");
  expect_refusal (&good, output, 2, "preparation: expected output of shape [3, 8, 8, 3]");
}
END_TEST

START_TEST (params_that_do_not_fit_are_refused)
{
  MsnetPrepareParams params = { .fit = MSNET_FIT_CROP, .resize = 100, .size = 112 };
  GError *error = NULL;

  ck_assert_ptr_null (msnet_prepare_new (device, &params, &error));
  test_expect_error (error, MSNET_ERROR_SHAPE, "found size 112, resize 100");
  g_clear_error (&error);
  params.resize = params.resize_height = 128;
  params.resize_width = 111;
  ck_assert_ptr_null (msnet_prepare_new (device, &params, &error));
  test_expect_error (error, MSNET_ERROR_SHAPE, "found size 112, resize 111");
  g_clear_error (&error);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("prepare");
  TCase *tests = tcase_create ("prepare");

  device = test_get_device ();
  tcase_add_loop_test (tests, layouts_equal_their_twin, 0, TEST_N_LAYOUTS);
  tcase_add_loop_test (tests, wide_pictures_equal_their_twin, 0, TEST_N_LAYOUTS);
  tcase_add_loop_test (tests, a_copy_of_the_rows_will_do, 0, TEST_N_LAYOUTS);
  tcase_add_test (tests, rows_between_are_not_copied);
  tcase_add_test (tests, tables_follow_the_frame);
  tcase_add_test (tests, turns_are_what_they_say);
  tcase_add_test (tests, pad_leaves_black_around);
  tcase_add_test (tests, region_is_what_the_network_sees);
  tcase_add_test (tests, frames_outside_their_memory_are_refused);
  tcase_add_test (tests, params_that_do_not_fit_are_refused);
  suite_add_tcase (suite, tests);
  return suite;
}
