/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network that runs as a stream, frame by frame, beside the same network over all frames at once: not
 * one bit may differ.  The models have random weights. */
#include "common/common.h"
#include "model/network.h"

#include <string.h>

#define N_FRAMES 11

static const gchar *const names[] = { "tiny-past", "tiny-four", "tiny-causal", "tiny-tsn", "tiny-past-places",
  "tiny-mobilenet-past", "tiny-change", "tiny-tsn-change" };

static MsnetDevice *device;

static MsnetModel *
load_model (const gchar *name)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%s.safetensors", g_getenv ("MSNET_TEST_MODELS"), name);
  g_autoptr (GError) error = NULL;
  MsnetModel *model = msnet_model_load (path, &error);

  ck_assert_msg (model != NULL, "%s", error != NULL ? error->message : "");
  return model;
}

static MsnetNetwork *
build_network (MsnetModel *model, const MsnetNetworkOptions *options)
{
  g_autoptr (GError) error = NULL;
  MsnetNetwork *network = msnet_network_new (model, device, options, &error);

  ck_assert_msg (network != NULL, "%s", error != NULL ? error->message : "");
  return network;
}

/* Returns: (transfer full): noise that moves: N_FRAMES frames of @model's input */
static gfloat *
make_frames (MsnetModel *model, guint seed)
{
  gsize size = msnet_model_get_input (model)->size, row = size * 3;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree gfloat *texture = test_random_values (random, (size + N_FRAMES) * row, -2, 2);
  gfloat *frames = g_new (gfloat, N_FRAMES * size * row);

  for (guint t = 0; t < N_FRAMES; t++)
    memcpy (frames + t * size * row, texture + t * row, size * row * sizeof (gfloat));
  return frames;
}

/* Returns: (transfer full): logits of each of the first @n_frames of @frames, which @model sees at once */
static gfloat *
run_at_once (MsnetModel *model, const gfloat *frames, guint n_frames, gfloat *mean)
{
  g_autoptr (MsnetNetwork) network
      = build_network (model, &(MsnetNetworkOptions){ .frames = n_frames, .keep_stages = TRUE });
  guint n_stages, n_classes = msnet_model_get_network (model)->classes;
  const MsnetStage *stages = msnet_network_get_stages (network, &n_stages);
  gfloat *logits = g_new (gfloat, n_frames * n_classes);

  ck_assert (msnet_tensor_upload (msnet_network_get_input (network), frames, NULL));
  ck_assert (msnet_network_run (network, mean, NULL));
  for (guint i = 0; i < n_stages; i++)
    if (g_str_equal (stages[i].name, "frame-logits"))
      ck_assert (msnet_tensor_download (stages[i].output, logits, NULL));
  return logits;
}

/* The first @n of @frames, one a run. */
static void
run_one_by_one (MsnetNetwork *network, MsnetModel *model, const gfloat *frames, guint n, gfloat *logits)
{
  gsize size = msnet_model_get_input (model)->size, n_classes = msnet_model_get_network (model)->classes;

  for (guint t = 0; t < n; t++) {
    ck_assert (msnet_tensor_upload (msnet_network_get_input (network), frames + t * size * size * 3, NULL));
    ck_assert (msnet_network_run (network, logits + t * n_classes, NULL));
  }
}

START_TEST (equals_all_frames_at_once)
{
  g_autoptr (MsnetModel) model = load_model (names[_i]);
  g_autoptr (MsnetNetwork) stream
      = build_network (model, &(MsnetNetworkOptions){ .frames = 1, .stream = TRUE });
  guint n_classes = msnet_model_get_network (model)->classes, n_clip = msnet_model_get_frames (model);
  g_autofree gfloat *frames = make_frames (model, 1), *mean = g_new (gfloat, n_classes);
  g_autofree gfloat *whole = run_at_once (model, frames, N_FRAMES, mean);
  g_autofree gfloat *clip = run_at_once (model, frames, n_clip, mean);
  g_autofree gfloat *found = g_new (gfloat, N_FRAMES * n_classes);

  run_one_by_one (stream, model, frames, N_FRAMES, found);
  ck_assert_mem_eq (found, whole, N_FRAMES * n_classes * sizeof (gfloat));
  ck_assert_mem_eq (found, clip, n_clip * n_classes * sizeof (gfloat));
  ck_assert_mem_ne (found, found + n_classes, n_classes * sizeof (gfloat));
  for (guint k = 0; k < n_classes; k++) {
    gfloat sum = 0;
    for (guint t = 0; t < n_clip; t++)
      sum += found[t * n_classes + k];
    ck_assert_float_eq (mean[k], sum / n_clip);
  }
}
END_TEST

/* After a reset nothing of the frames before is left. */
START_TEST (starts_anew_after_a_reset)
{
  g_autoptr (MsnetModel) model = load_model (names[_i]);
  g_autoptr (MsnetNetwork) stream
      = build_network (model, &(MsnetNetworkOptions){ .frames = 1, .stream = TRUE });
  guint n_classes = msnet_model_get_network (model)->classes;
  g_autofree gfloat *frames = make_frames (model, 2), *others = make_frames (model, 3);
  g_autofree gfloat *expected = g_new (gfloat, N_FRAMES * n_classes);
  g_autofree gfloat *found = g_new (gfloat, N_FRAMES * n_classes);

  run_one_by_one (stream, model, frames, N_FRAMES, expected);
  for (guint n_before = 1; n_before < N_FRAMES; n_before += 4) {
    ck_assert (msnet_network_reset (stream, NULL));
    run_one_by_one (stream, model, others, n_before, found);
    ck_assert (msnet_network_reset (stream, NULL));
    run_one_by_one (stream, model, frames, N_FRAMES, found);
    ck_assert_mem_eq (found, expected, N_FRAMES * n_classes * sizeof (gfloat));
  }
}
END_TEST

/* The field of each pair, and its flat cells. */
START_TEST (sees_the_same_motion)
{
  g_autoptr (MsnetModel) model = load_model (_i == 0 ? "tiny-past" : "tiny-past-places");
  g_autoptr (MsnetNetwork) whole = build_network (model, &(MsnetNetworkOptions){ .frames = N_FRAMES });
  g_autoptr (MsnetNetwork) stream
      = build_network (model, &(MsnetNetworkOptions){ .frames = 1, .stream = TRUE });
  guint size = msnet_network_get_field_size (stream);
  gsize pixels = (gsize)msnet_model_get_input (model)->size * msnet_model_get_input (model)->size * 3;
  g_autofree gfloat *frames = make_frames (model, 4), *logits = g_new (gfloat, 6);
  g_autofree gfloat *expected = g_new (gfloat, size * size * 3), *found = g_new (gfloat, size * size * 3);

  ck_assert (msnet_tensor_upload (msnet_network_get_input (whole), frames, NULL));
  ck_assert (msnet_network_run (whole, NULL, NULL));
  for (guint t = 0; t < N_FRAMES; t++) {
    run_one_by_one (stream, model, frames + t * pixels, 1, logits);
    ck_assert (msnet_network_read_field (whole, t, expected, NULL));
    ck_assert (msnet_network_read_field (stream, 0, found, NULL));
    ck_assert_mem_eq (found, expected, size * size * 3 * sizeof (gfloat));
  }
}
END_TEST

/* Only a network in which no frame depends on a later one. */
START_TEST (networks_that_look_ahead_cannot_stream)
{
  static const struct
  {
    MsnetShift shift;
    MsnetMotionSpec motion;
    gboolean can_stream;
  } cases[] = {
    { MSNET_SHIFT_NONE, { 0 }, TRUE },
    { MSNET_SHIFT_CAUSAL, { 0 }, TRUE },
    { MSNET_SHIFT_BIDIRECTIONAL, { 0 }, FALSE },
    { MSNET_SHIFT_CAUSAL, { .n_places = 2, .direction = MSNET_DIRECTION_PAST }, TRUE },
    { MSNET_SHIFT_BIDIRECTIONAL, { .n_places = 1, .direction = MSNET_DIRECTION_PAST }, FALSE },
    { MSNET_SHIFT_NONE, { .n_places = 1, .direction = MSNET_DIRECTION_FORWARD }, FALSE },
    { MSNET_SHIFT_CAUSAL, { .n_places = 1, .direction = MSNET_DIRECTION_BOTH }, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const MsnetNetworkSpec spec = { .shift = cases[i].shift, .motion = cases[i].motion };

    ck_assert_msg (msnet_network_can_stream (&spec) == cases[i].can_stream, "case %u", i);
  }
}
END_TEST

/* What a stream keeps is counted; a network without shift and motion keeps nothing. */
START_TEST (counts_what_is_kept)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (MsnetModel) model = load_model (names[i]);
    g_autoptr (MsnetNetwork) stream
        = build_network (model, &(MsnetNetworkOptions){ .frames = 1, .stream = TRUE });
    MsnetNetworkMemory memory;

    msnet_network_get_memory (stream, &memory);
    ck_assert_int_eq (memory.state > 0, !g_str_equal (names[i], "tiny-tsn"));
  }
}
END_TEST

/* Returns: (transfer full): what the pooling made in the last run, or read */
static gfloat *
read_pooling (MsnetNetwork *network, gboolean output, gsize *n)
{
  const MsnetStage *pooling = msnet_network_get_pooling (network);
  MsnetTensor *tensor = output ? pooling->output : pooling->input;
  gfloat *values;

  *n = msnet_shape_get_size (&tensor->shape);
  values = g_new (gfloat, *n);
  ck_assert (msnet_tensor_download (tensor, values, NULL));
  return values;
}

/* As if every tensor had memory of its own. */
START_TEST (keeps_what_the_pooling_reads_and_makes)
{
  g_autoptr (MsnetModel) model = load_model (names[_i]);
  guint n_frames = msnet_model_get_frames (model);
  g_autoptr (MsnetNetwork) all
      = build_network (model, &(MsnetNetworkOptions){ .frames = n_frames, .keep_stages = TRUE });
  g_autoptr (MsnetNetwork) kept
      = build_network (model, &(MsnetNetworkOptions){ .frames = n_frames, .keep_features = TRUE });
  g_autofree gfloat *frames = make_frames (model, 6);

  ck_assert (msnet_tensor_upload (msnet_network_get_input (all), frames, NULL));
  ck_assert (msnet_tensor_upload (msnet_network_get_input (kept), frames, NULL));
  ck_assert (msnet_network_run (all, NULL, NULL) && msnet_network_run (kept, NULL, NULL));
  for (guint output = 0; output < 2; output++) {
    gsize n;
    g_autofree gfloat *expected = read_pooling (all, output, &n);
    g_autofree gfloat *found = read_pooling (kept, output, &n);

    ck_assert_mem_eq (found, expected, n * sizeof (gfloat));
  }
}
END_TEST

/* Whose windows may share a part: what sees no other frame ends with the pooling, within a stage, or before
 * motion. */
static const gchar *const split[] = { "tiny-forward", "tiny-both", "tiny-tsm", "tiny-tsm-change",
  "tiny-mobilenet-tsm", "tiny-still-forward" };

/* Stem, and then the trunk: the whole. */
START_TEST (parts_make_the_whole)
{
  g_autoptr (MsnetModel) model = load_model (split[_i]);
  guint n_frames = msnet_model_get_frames (model), n_classes = msnet_model_get_network (model)->classes;
  g_autoptr (MsnetNetwork) stem
      = build_network (model, &(MsnetNetworkOptions){ .frames = n_frames, .part = MSNET_PART_STEM });
  g_autoptr (MsnetNetwork) trunk
      = build_network (model, &(MsnetNetworkOptions){ .frames = n_frames, .part = MSNET_PART_TRUNK });
  MsnetTensor *between = msnet_network_get_output (stem);
  g_autofree gfloat *frames = make_frames (model, 5), *expected = g_new (gfloat, n_classes);
  g_autofree gfloat *whole = run_at_once (model, frames, n_frames, expected);
  g_autofree gfloat *values = g_new (gfloat, msnet_shape_get_size (&between->shape));
  g_autofree gfloat *found = g_new (gfloat, n_classes);

  ck_assert (msnet_tensor_upload (msnet_network_get_input (stem), frames, NULL));
  ck_assert (msnet_network_run (stem, NULL, NULL));
  ck_assert (msnet_tensor_download (between, values, NULL));
  ck_assert (msnet_tensor_upload (msnet_network_get_input (trunk), values, NULL));
  ck_assert (msnet_network_run (trunk, found, NULL));
  ck_assert_mem_eq (found, expected, n_classes * sizeof (gfloat));
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("stream");
  TCase *tests = tcase_create ("stream");

  device = test_get_device ();
  tcase_add_loop_test (tests, equals_all_frames_at_once, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tests, starts_anew_after_a_reset, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tests, sees_the_same_motion, 0, 2);
  tcase_add_test (tests, networks_that_look_ahead_cannot_stream);
  tcase_add_test (tests, counts_what_is_kept);
  tcase_add_loop_test (tests, keeps_what_the_pooling_reads_and_makes, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tests, parts_make_the_whole, 0, G_N_ELEMENTS (split));
  suite_add_tcase (suite, tests);
  return suite;
}
