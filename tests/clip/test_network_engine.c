/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engines of networks beside plain loops over the same kernels: not one bit may differ, however frames
 * arrive. */
#include "clip/clip_engine.h"
#include "clip/network_engine.h"
#include "clip/recognizer.h"
#include "clip/stream_engine.h"
#include "common/common.h"
#include "model/network.h"
#include "noise.h"

#include <math.h>
#include <string.h>

#define MS G_GUINT64_CONSTANT (1000000)
#define N_FRAMES 24

static MsnetDevice *device;

/* A model, pictures, and what a plain loop makes of them. */
typedef struct
{
  MsnetModel *model;
  guint8 *pictures;
  guint n_frames;
  guint n_classes;
} Subject;

static Subject
subject_new (const gchar *name)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%s.safetensors", g_getenv ("MSNET_TEST_MODELS"), name);
  Subject subject = { .model = msnet_model_load (path, NULL) };

  ck_assert_ptr_nonnull (subject.model);
  subject.n_frames = msnet_model_get_frames (subject.model);
  subject.n_classes = msnet_model_get_network (subject.model)->classes;
  subject.pictures = noise_new (N_FRAMES, 1);
  return subject;
}

static void
subject_clear (Subject *subject)
{
  msnet_model_unref (subject->model);
  g_free (subject->pictures);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

/* Picture @order[t] becomes frame t of @network's input. */
static void
prepare (const Subject *subject, MsnetNetwork *network, const guint *order, guint n)
{
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, msnet_model_get_input (subject->model), NULL);

  for (guint t = 0; t < n; t++) {
    MsnetFrame frame = noise_get_picture (subject->pictures, order[t]);
    ck_assert (msnet_prepare_run (prepare, msnet_network_get_input (network), t, &frame, NULL));
  }
}

/* What the model makes of @logits. */
static void
score (const Subject *subject, const gfloat *logits, gfloat *probabilities)
{
  const guint n = subject->n_classes;
  gdouble largest = logits[0], sum = 0;

  for (guint i = 0; i < n; i++)
    largest = MAX (largest, logits[i]);
  for (guint i = 0; i < n; i++)
    sum += exp (logits[i] - largest);
  for (guint i = 0; i < n; i++)
    if (msnet_model_get_network (subject->model)->output == MSNET_OUTPUT_SIGMOID)
      probabilities[i] = 1 / (1 + exp (-(gdouble)logits[i]));
    else
      probabilities[i] = exp (logits[i] - largest) / sum;
}

/* Returns: (transfer full): logits of pictures @order[0] to @order[@n - 1], one after the other from zero
 * on */
static gfloat *
follow (const Subject *subject, const guint *order, guint n)
{
  g_autoptr (MsnetNetwork) network = msnet_network_new (
      subject->model, device, &(MsnetNetworkOptions){ .frames = 1, .stream = TRUE }, NULL);
  gfloat *logits = g_new (gfloat, n * subject->n_classes);

  for (guint t = 0; t < n; t++) {
    prepare (subject, network, order + t, 1);
    ck_assert (msnet_network_run (network, logits + t * subject->n_classes, NULL));
  }
  return logits;
}

/* @points: of the window: which of @logits' frames each takes */
static void
average (const Subject *subject, const gfloat *logits, const guint *points, gfloat *probabilities)
{
  g_autofree gfloat *mean = g_new0 (gfloat, subject->n_classes);

  for (guint k = 0; k < subject->n_classes; k++) {
    for (guint i = 0; i < subject->n_frames; i++)
      mean[k] += logits[points[i] * subject->n_classes + k];
    mean[k] /= subject->n_frames;
  }
  score (subject, mean, probabilities);
}

static void
feed (MsnetEngine *engine, const Subject *subject, guint picture, guint slot)
{
  MsnetFrame frame = noise_get_picture (subject->pictures, picture);

  ck_assert (engine->prepare (engine, &frame, NULL));
  ck_assert (engine->compute (engine, slot, NULL));
}

static const gchar *const clips[]
    = { "tiny-forward", "tiny-tsm", "tiny-mobilenet-tsm", "tiny-still-forward", "tiny-centre" };

static const gchar *const streams[] = { "tiny-four", "tiny-proposals" };

/* Windows of clips overlap: their frames are computed once, and give what the whole network gives of them. */
START_TEST (clips_share_what_is_the_same)
{
  g_auto (Subject) subject = subject_new (clips[_i]);
  guint n = subject.n_frames, n_slots = n + 2;
  g_autoptr (MsnetEngine) engine
      = msnet_network_engine_new (subject.model, device, &(MsnetEngineOptions){ .n_slots = n_slots }, NULL);
  g_autoptr (MsnetNetwork) whole
      = msnet_network_new (subject.model, device, &(MsnetNetworkOptions){ .frames = n }, NULL);
  g_autofree gfloat *found = g_new (gfloat, subject.n_classes), *expected = g_new (gfloat, subject.n_classes);
  g_autofree gfloat *logits = g_new (gfloat, subject.n_classes);
  g_autofree guint *order = g_new (guint, n), *slots = g_new (guint, n);

  ck_assert (!engine->is_stream);
  for (guint picture = 0; picture < n + 4; picture++) {
    feed (engine, &subject, picture, picture % n_slots);
    for (guint i = 0; i < n && picture + 1 >= n; i++) {
      order[i] = picture + 1 - n + i - (i == 3); /* one is repeated */
      slots[i] = order[i] % n_slots;
    }
    if (picture + 1 < n)
      continue;
    ck_assert (engine->load (engine, slots, NULL) && engine->run (engine, found, NULL));
    prepare (&subject, whole, order, n);
    ck_assert (msnet_network_run (whole, logits, NULL));
    score (&subject, logits, expected);
    ck_assert_mem_eq (found, expected, subject.n_classes * sizeof (gfloat));
  }
}
END_TEST

/* Without shift and motion frames know nothing of each other. */
START_TEST (tsn_is_the_same_both_ways)
{
  g_auto (Subject) subject = subject_new ("tiny-tsn");
  guint n = subject.n_frames, n_slots = n + 2;
  g_autoptr (MsnetEngine) stream
      = msnet_stream_engine_new (subject.model, device, &(MsnetEngineOptions){ .n_slots = n_slots }, NULL);
  g_autoptr (MsnetEngine) clip
      = msnet_clip_engine_new (subject.model, device, &(MsnetEngineOptions){ .n_slots = n_slots }, NULL);
  g_autofree gfloat *found = g_new (gfloat, subject.n_classes), *expected = g_new (gfloat, subject.n_classes);
  g_autofree guint *slots = g_new (guint, n);

  for (guint picture = 0; picture < N_FRAMES; picture++) {
    feed (stream, &subject, picture, picture % n_slots);
    feed (clip, &subject, picture, picture % n_slots);
    for (guint i = 0; i < n; i++)
      slots[i] = MAX (picture + 1 + i, n) - n;
    for (guint i = 0; i < n; i++)
      slots[i] %= n_slots;
    ck_assert (stream->load (stream, slots, NULL) && stream->run (stream, found, NULL));
    ck_assert (clip->load (clip, slots, NULL) && clip->run (clip, expected, NULL));
    ck_assert_mem_eq (found, expected, subject.n_classes * sizeof (gfloat));
  }
}
END_TEST

/* Waits for what was asked for, whatever the policy. */
static GPtrArray *
collect_all (MsnetRecognizer *recognizer, guint expected)
{
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify)msnet_recognition_free);

  while (results->len < expected) {
    g_autoptr (GPtrArray) some = msnet_recognizer_collect (recognizer, NULL);
    ck_assert_ptr_nonnull (some);
    while (some->len > 0)
      g_ptr_array_add (results, g_ptr_array_steal_index (some, 0));
    g_usleep (100);
  }
  return g_steal_pointer (&results);
}

/* Frames in ms, and which of them each point takes: a window of 400 ms, four points, and a hop of one.
 * Frames may serve none (150, 260, 610), leave a gap (505, for 400) or serve two (800). */
static const guint64 times[] = { 0, 100, 150, 250, 260, 300, 505, 600, 610, 800 };
static const guint points[] = { 0, 1, 3, 5, 5, 6, 7, 9, 9 };

/* Pictures that the stream computes: those that points take. */
static const guint sampled[] = { 0, 1, 3, 5, 6, 7, 9 };

static guint
find_sampled (guint frame)
{
  guint index = 0;

  while (sampled[index] != frame)
    index++;
  return index;
}

/* One stream from its begin; each answer must be the loop's.  @latest: of windows due at once the newest is
 * answered for */
static void
run_stream (
    MsnetRecognizer *recognizer, const Subject *subject, const gfloat *logits, guint first, gboolean latest)
{
  g_autofree gfloat *expected = g_new (gfloat, subject->n_classes);
  guint n_points = 0;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    MsnetFrameTime time = { .pts = times[i] * MS, .duration = 10 * MS, .nominal = MSNET_TIME_NONE };
    MsnetFrame frame = noise_get_picture (subject->pictures, first + i);
    MsnetDecision decision;
    if (!msnet_recognizer_offer (recognizer, &time, &decision))
      continue;
    ck_assert (msnet_recognizer_take (recognizer, &frame, MSNET_TIME_NONE, NULL));
    guint before = n_points;
    n_points += decision.gaps + decision.taken;
    guint n_due = MAX (n_points, 3) - MAX (before, 3);
    guint n_skipped = latest && n_due > 1 ? n_due - 1 : 0;
    g_autoptr (GPtrArray) results = collect_all (recognizer, n_due - n_skipped);
    for (guint k = n_skipped; k < n_due; k++) {
      const MsnetRecognition *result = g_ptr_array_index (results, k - n_skipped);
      guint window[4], end = MAX (before, 3) + k;
      for (guint p = 0; p < 4; p++)
        window[p] = find_sampled (points[end - 3 + p]);
      average (subject, logits, window, expected);
      ck_assert_mem_eq (result->probabilities, expected, subject->n_classes * sizeof (gfloat));
    }
  }
  ck_assert_uint_eq (n_points, G_N_ELEMENTS (points));
}

/* Twice, with a reset between: nothing of the first stream is left in the second.  By either policy. */
START_TEST (streams_are_a_plain_loop)
{
  g_auto (Subject) subject = subject_new (streams[_i / 2]);
  const gboolean latest = _i % 2;
  const MsnetGrid grid = { .n_frames = 4, .window = 400 * MS, .hop = 1 };
  guint n_slots = msnet_recognizer_count_slots (&grid);
  MsnetEngine *engine
      = msnet_network_engine_new (subject.model, device, &(MsnetEngineOptions){ .n_slots = n_slots }, NULL);
  g_autoptr (MsnetRecognizer) recognizer = msnet_recognizer_new (engine, &grid);
  guint64 duration;

  ck_assert (engine->is_stream);
  ck_assert_uint_gt (engine->state_size, 0);
  ck_assert (msnet_recognizer_warm_up (recognizer, &duration, NULL));
  msnet_recognizer_set_latest (recognizer, latest);
  for (guint first = 0; first < 3; first++) {
    guint order[G_N_ELEMENTS (sampled)];
    for (guint i = 0; i < G_N_ELEMENTS (sampled); i++)
      order[i] = first + sampled[i];
    g_autofree gfloat *logits = follow (&subject, order, G_N_ELEMENTS (sampled));
    run_stream (recognizer, &subject, logits, first, latest);
    msnet_recognizer_reset (recognizer);
  }
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("network_engine");
  TCase *tests = tcase_create ("network_engine");

  device = test_get_device ();
  tcase_add_loop_test (tests, clips_share_what_is_the_same, 0, G_N_ELEMENTS (clips));
  tcase_add_test (tests, tsn_is_the_same_both_ways);
  tcase_add_loop_test (tests, streams_are_a_plain_loop, 0, 2 * G_N_ELEMENTS (streams));
  suite_add_tcase (suite, tests);
  return suite;
}
