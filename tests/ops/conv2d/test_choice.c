/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which kernel is chosen by rules for which device, shape and plan.  Nothing is computed. */
#include "common/common.h"
#include "ops/choice.h"
#include "ops/conv2d/conv2d.h"
#include "ops/operations.h"

static MsnetTensor input, output;
static MsnetConv2dParams params;

/* What devices have. */
static const MsnetDeviceInfo floats_8 = { .is_cpu = TRUE, .vector_width = 8 };
static const MsnetDeviceInfo floats_16 = { .is_cpu = TRUE, .vector_width = 16 };
static const MsnetDeviceInfo pairs = { .is_cpu = TRUE, .vector_width = 16, .has_bf16 = TRUE };
static const MsnetDeviceInfo tiles
    = { .is_cpu = TRUE, .vector_width = 16, .has_bf16 = TRUE, .has_amx = TRUE };

/* Three frames of 16 x 16 pixels, 64 channels to 64, one tap. */
static void
set_up (void)
{
  input.shape = (MsnetShape){ 3, 16, 16, 64, .halo = 1 };
  output.shape = (MsnetShape){ 3, 16, 16, 64 };
  params = (MsnetConv2dParams){ .input = &input, .output = &output, .kernel = 1, .stride = 1 };
  g_setenv ("MSNET_PLAN", "fixed", TRUE);
}

static void
expect_choice (const MsnetDeviceInfo *info, const gchar *name)
{
  ck_assert_str_eq (
      msnet_operation_choose_by_rules (&msnet_conv2d_operation, info, info->vector_width, &params)->name,
      name);
}

START_TEST (device_and_environment_choose)
{
  const MsnetDeviceInfo floats_4 = { .is_cpu = TRUE, .vector_width = 4 };
  const MsnetDeviceInfo no_cpu = { .vector_width = 16 };

  expect_choice (&floats_16, "direct-16-6x64");
  expect_choice (&floats_8, "direct-8-6x16");
  expect_choice (&floats_4, "direct-8-6x16");
  expect_choice (&no_cpu, "plain");
  g_setenv ("MSNET_PLAN", "plain", TRUE);
  expect_choice (&floats_16, "plain");
}
END_TEST

START_TEST (fixed_plan_does_not_see_the_number_of_frames)
{
  params.kernel = 3;
  for (guint frames = 1; frames <= 8; frames += 7) {
    input.shape.frames = output.shape.frames = frames;
    input.shape.height = input.shape.width = output.shape.height = output.shape.width = 8;
    g_unsetenv ("MSNET_PLAN");
    expect_choice (&floats_8, frames == 8 ? "fused-8-6x16" : "winograd2-8-6x16");
    g_setenv ("MSNET_PLAN", "fixed", TRUE);
    expect_choice (&floats_8, "winograd2-8-6x16");
  }
}
END_TEST

/* Four pixels a frame, and tiles of six. */
START_TEST (fixed_plan_fills_tiles_from_one_frame)
{
  input.shape.frames = output.shape.frames = 8;
  input.shape.height = input.shape.width = output.shape.height = output.shape.width = 2;
  g_unsetenv ("MSNET_PLAN");
  expect_choice (&floats_8, "direct-8-6x16");
  g_setenv ("MSNET_PLAN", "fixed", TRUE);
  expect_choice (&floats_8, "plain");
  input.shape.frames = output.shape.frames = 1;
  expect_choice (&floats_8, "plain");
}
END_TEST

/* Three rows of pixels, of which Winograd's large pieces leave too much unused. */
START_TEST (small_pieces_fill_tiles)
{
  params.kernel = 3;
  input.shape = (MsnetShape){ 1, 3, 31, 64, .halo = 1 };
  output.shape = (MsnetShape){ 1, 3, 31, 64 };
  expect_choice (&floats_16, "winograd2-16-8x32"); /* 32 pieces: four tiles of eight rows */
  expect_choice (&floats_8, "direct-8-6x16");      /* six tiles of six would have 36 */
}
END_TEST

START_TEST (small_pieces_share_weights)
{
  params.kernel = 3;
  input.shape.height = input.shape.width = output.shape.height = output.shape.width = 7;
  expect_choice (&floats_16, "winograd2-16-8x32");
  expect_choice (&floats_8, "winograd2-8-6x16");
  input.shape.height = input.shape.width = output.shape.height = output.shape.width = 6;
  expect_choice (&floats_16, "direct-16-6x64");
  expect_choice (&floats_8, "direct-8-6x16");
}
END_TEST

/* 49 pieces of 28 x 28 pixels: 50 rows in tiles of five, 54 in tiles of six; of two frames 100 and 102. */
START_TEST (five_rows_fill_tiles)
{
  params.kernel = 3;
  input.shape = (MsnetShape){ 1, 28, 28, 128, .halo = 1 };
  output.shape = (MsnetShape){ 1, 28, 28, 128 };
  g_unsetenv ("MSNET_PLAN");
  expect_choice (&floats_16, "winograd-16-5x64");
  input.shape.frames = output.shape.frames = 2;
  expect_choice (&floats_16, "winograd-16-6x64");
  g_setenv ("MSNET_PLAN", "fixed", TRUE);
  expect_choice (&floats_16, "winograd-16-6x64");
}
END_TEST

/* The widest that computes hardly any channel twice. */
START_TEST (panels_fit_the_channels)
{
  const struct
  {
    guint channels;
    const gchar *names[2]; /* for vectors of 16 and of 8 */
  } cases[] = { { 16, { "direct-8-6x16", "direct-8-6x16" } }, { 24, { "direct-8-8x24", "direct-8-6x16" } },
    { 40, { "direct-8-5x40", "direct-8-6x16" } }, { 96, { "direct-16-8x48", "direct-8-6x16" } },
    { 112, { "direct-8-6x16", "direct-8-6x16" } }, { 160, { "direct-16-6x32", "direct-8-6x16" } },
    { 1264, { "direct-16-6x64", "direct-8-6x16" } }, { 15, { "plain", "plain" } } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    output.shape.channels = cases[i].channels;
    expect_choice (&floats_16, cases[i].names[0]);
    expect_choice (&floats_8, cases[i].names[1]);
  }
}
END_TEST

START_TEST (pairs_of_bfloat16_are_for_bfloat16)
{
  expect_choice (&pairs, "direct-16-6x64");
  input.shape.data_type = MSNET_BFLOAT16;
  expect_choice (&pairs, "bf16-6x64");
  expect_choice (&floats_16, "direct-16-6x64");
  params.kernel = 3;
  expect_choice (&pairs, "fused-16-6x64");
  params.stride = 2;
  output.shape.height = output.shape.width = 8;
  expect_choice (&pairs, "bf16-6x64");
}
END_TEST

START_TEST (tiles_are_for_bfloat16_and_where_winograd_is_not)
{
  expect_choice (&tiles, "amx-split-32x32");
  params.kernel = 3;
  expect_choice (&tiles, "fused-16-6x64");
  input.shape.data_type = MSNET_BFLOAT16;
  expect_choice (&tiles, "amx-bf16-32x32");
  params.kernel = 1;
  expect_choice (&tiles, "amx-bf16-32x32");
}
END_TEST

START_TEST (tiles_must_be_filled)
{
  output.shape.channels = 48;
  expect_choice (&tiles, "direct-16-8x48");
  output.shape.channels = 64;
  input.shape.channels = 16;
  expect_choice (&tiles, "direct-16-6x64");
  input.shape.channels = 64;
  input.shape.height = input.shape.width = output.shape.height = output.shape.width = 3;
  expect_choice (&tiles, "direct-16-6x64");
}
END_TEST

START_TEST (a_width_asks_for_vectors)
{
  g_setenv ("MSNET_PLAN", "width-16", TRUE);
  expect_choice (&tiles, "direct-16-6x64");
  g_setenv ("MSNET_PLAN", "amx", TRUE);
  expect_choice (&tiles, "amx-split-32x32");
  expect_choice (&pairs, "direct-16-6x64");
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("conv2d-choice");
  TCase *tests = tcase_create ("conv2d-choice");

  tcase_add_checked_fixture (tests, set_up, NULL);
  tcase_add_test (tests, device_and_environment_choose);
  tcase_add_test (tests, fixed_plan_does_not_see_the_number_of_frames);
  tcase_add_test (tests, fixed_plan_fills_tiles_from_one_frame);
  tcase_add_test (tests, small_pieces_fill_tiles);
  tcase_add_test (tests, small_pieces_share_weights);
  tcase_add_test (tests, five_rows_fill_tiles);
  tcase_add_test (tests, panels_fit_the_channels);
  tcase_add_test (tests, pairs_of_bfloat16_are_for_bfloat16);
  tcase_add_test (tests, tiles_are_for_bfloat16_and_where_winograd_is_not);
  tcase_add_test (tests, tiles_must_be_filled);
  tcase_add_test (tests, a_width_asks_for_vectors);
  suite_add_tcase (suite, tests);
  return suite;
}
