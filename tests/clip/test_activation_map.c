/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The activation map of both engines beside its definition, and beside the logit that it explains; then what
 * becomes of it in turned pictures, with a fake engine. */
#include "clip/clip_engine.h"
#include "clip/stream_engine.h"
#include "common/common.h"
#include "fake_stream.h"
#include "model/network.h"
#include "noise.h"

#define N_PICTURES 14

static MsnetDevice *device;

/* A model, and what its network makes of one frame after the other.
 * @features: [N_PICTURES][H][W][C]; @pooled: [N_PICTURES][grid * grid * C]; @logits: [N_PICTURES][classes] */
typedef struct
{
  MsnetModel *model;
  MsnetDataType precision;
  guint8 *pictures;
  MsnetShape shape; /* of the feature map of a frame */
  gfloat *features;
  gfloat *pooled;
  gfloat *logits;
} Subject;

static Subject
subject_new (const gchar *name, MsnetDataType precision)
{
  g_autofree gchar *path = g_strdup_printf ("%s/%s.safetensors", g_getenv ("MSNET_TEST_MODELS"), name);
  Subject subject = { .model = msnet_model_load (path, NULL), .precision = precision };

  ck_assert_ptr_nonnull (subject.model);
  subject.pictures = noise_new (N_PICTURES, 5);
  return subject;
}

static void
subject_clear (Subject *subject)
{
  msnet_model_unref (subject->model);
  g_free (subject->pictures);
  g_free (subject->features);
  g_free (subject->pooled);
  g_free (subject->logits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

static guint
count_classes (const Subject *subject)
{
  return msnet_model_get_network (subject->model)->classes;
}

static void
prepare (const Subject *subject, MsnetNetwork *network, guint frame, guint picture)
{
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, msnet_model_get_input (subject->model), NULL);
  MsnetFrame description = noise_get_picture (subject->pictures, picture);

  ck_assert (msnet_prepare_run (prepare, msnet_network_get_input (network), frame, &description, NULL));
}

/* Keeps what @network found in its last run, of as many frames as it has, from frame @first on. */
static void
keep (Subject *subject, MsnetNetwork *network, guint first)
{
  const MsnetStage *pooling = msnet_network_get_pooling (network);
  const MsnetShape *shape = &pooling->input->shape;
  const gsize frame_size = msnet_shape_get_size (shape) / shape->frames;

  if (subject->features == NULL) {
    subject->shape = *shape;
    subject->features = g_new (gfloat, N_PICTURES * frame_size);
    subject->pooled = g_new (gfloat, N_PICTURES * pooling->output->shape.channels);
  }
  ck_assert (msnet_tensor_download (pooling->input, subject->features + first * frame_size, NULL));
  ck_assert (msnet_tensor_download (
      pooling->output, subject->pooled + first * pooling->output->shape.channels, NULL));
}

/* A plain loop over the pictures. */
static void
follow (Subject *subject)
{
  g_autoptr (MsnetNetwork) network = msnet_network_new (subject->model, device,
      &(MsnetNetworkOptions){
          .frames = 1, .stream = TRUE, .precision = subject->precision, .keep_features = TRUE },
      NULL);

  subject->logits = g_new (gfloat, N_PICTURES * count_classes (subject));
  for (guint t = 0; t < N_PICTURES; t++) {
    prepare (subject, network, 0, t);
    ck_assert (msnet_network_run (network, subject->logits + t * count_classes (subject), NULL));
    keep (subject, network, t);
  }
}

/* Which of @grid parts of @size cells holds cell @at; @n: (out): how many it has. */
static guint
find_part (guint at, guint size, guint grid, guint *n)
{
  guint part = 0;

  while ((part + 1) * size / grid <= at)
    part++;
  *n = (part + 1) * size / grid - part * size / grid;
  return part;
}

/* What cell @cell of frame @t adds to the logit of class @class_index of this frame, as
 * activation_reader.h defines it. */
static gdouble
define (const Subject *subject, guint t, guint cell, guint class_index)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (subject->model);
  const MsnetLayer *classifier = &msnet_model_get_architecture (subject->model)->classifier;
  const MsnetShape *shape = &subject->shape;
  const gsize channels = shape->channels, n_cells = shape->height * shape->width;
  const gsize frame_size = n_cells * channels, n_pooled = spec->grid * spec->grid * channels;
  guint rows, columns;
  const guint part = find_part (cell / shape->width, shape->height, spec->grid, &rows) * spec->grid
                     + find_part (cell % shape->width, shape->width, spec->grid, &columns);
  const gfloat *row = classifier->weights + class_index * classifier->inputs + part * channels;
  const gfloat *change = spec->head == MSNET_HEAD_POOLED_AND_CHANGE ? row + n_pooled : row;
  const gfloat *features = subject->features + t * frame_size + cell * channels;
  const gfloat *pooled = subject->pooled + t * n_pooled + part * channels;
  gdouble sum = 0;

  for (gsize c = 0; c < channels; c++) {
    if (spec->head != MSNET_HEAD_CHANGE)
      sum += row[c] * (gdouble)features[c];
    if (spec->head == MSNET_HEAD_POOLED || t == 0)
      continue;
    gdouble gained = (gdouble)features[c] - *(features + c - frame_size);
    if (pooled[c] > *(pooled + c - n_pooled))
      sum += change[c] * gained;
    if (pooled[c] < *(pooled + c - n_pooled))
      sum -= change[c] * gained;
  }
  return sum * n_cells / (rows * columns);
}

/* Reads the map of each class from @engine, over a window of frames @points; @logits: of the window. */
static void
check_maps (MsnetEngine *engine, const Subject *subject, const guint *points, const gfloat *logits)
{
  const guint n_cells = engine->activation_size * engine->activation_size;
  g_autofree gfloat *map = g_new (gfloat, n_cells);
  g_autofree gfloat *expected = g_new0 (gfloat, n_cells);

  for (guint k = 0; k < count_classes (subject); k++) {
    gdouble bias, mean = 0;

    ck_assert (engine->read_activation (engine, k, map, &bias, NULL));
    for (guint cell = 0; cell < n_cells; cell++) {
      gdouble sum = 0;
      for (guint i = 0; i < engine->n_frames; i++)
        sum += define (subject, points[i], cell, k);
      expected[cell] = sum / engine->n_frames;
      mean += map[cell] / n_cells;
    }
    test_compare ("activation", expected, map, n_cells, 1e-4);
    ck_assert_msg (ABS (mean + bias - logits[k]) < 1e-4 * MAX (1, ABS (logits[k])),
        "class %u: the cells' mean is %g, the bias %g, and the logit %g", k, mean, bias, logits[k]);
  }
}

static void
feed (MsnetEngine *engine, const Subject *subject, guint picture, guint slot)
{
  MsnetFrame frame = noise_get_picture (subject->pictures, picture);

  ck_assert (engine->prepare (engine, &frame, NULL));
  ck_assert (engine->compute (engine, slot, NULL));
}

static void
average (const Subject *subject, const guint *points, guint n, gfloat *logits)
{
  for (guint k = 0; k < count_classes (subject); k++) {
    gdouble sum = 0;
    for (guint i = 0; i < n; i++)
      sum += subject->logits[points[i] * count_classes (subject) + k];
    logits[k] = sum / n;
  }
}

/* Feeds all pictures, and checks the window that ends with each: from the first picture on, which then stands
 * for those before it. */
static void
run_stream (MsnetEngine *engine, const Subject *subject)
{
  const guint n = engine->n_frames;
  g_autofree gfloat *logits = g_new (gfloat, engine->n_classes), *scores = g_new (gfloat, engine->n_classes);
  g_autofree guint *points = g_new (guint, n), *slots = g_new (guint, n);

  for (guint picture = 0; picture < N_PICTURES; picture++) {
    feed (engine, subject, picture, picture % engine->n_slots);
    for (guint i = 0; i < n; i++) {
      points[i] = MAX (picture + 1 + i - (i == 2), n) - n; /* one is repeated */
      slots[i] = points[i] % engine->n_slots;
    }
    ck_assert (engine->load (engine, slots, NULL) && engine->run (engine, scores, NULL));
    average (subject, points, n, logits);
    check_maps (engine, subject, points, logits);
  }
}

static const MsnetDataType precisions[] = { MSNET_FLOAT32, MSNET_BFLOAT16 };
static const gchar *const streams[]
    = { "tiny-mobilenet-past", "tiny-change", "tiny-tsn-change", "tiny-grid" };

/* Twice, with a reset between: nothing of the first stream is left in the second. */
START_TEST (streams_explain_their_logits)
{
  g_auto (Subject) subject = subject_new (streams[_i / 2], precisions[_i % 2]);
  const MsnetEngineOptions options = {
    .precision = subject.precision,
    .n_slots = msnet_model_get_frames (subject.model) + 2,
    .activation = TRUE,
  };
  g_autoptr (MsnetEngine) engine = msnet_stream_engine_new (subject.model, device, &options, NULL);

  follow (&subject);
  ck_assert_uint_eq (engine->activation_size, subject.shape.width);
  /* Around pixel 0, 32 pixels a cell. */
  const gdouble size = msnet_model_get_input (subject.model)->size;
  ck_assert_double_eq_tol (engine->activation_origin, -15.5 / size, 1e-9);
  ck_assert_double_eq_tol (engine->activation_cover, 32 * engine->activation_size / size, 1e-9);
  run_stream (engine, &subject);
  ck_assert (engine->reset (engine, NULL));
  run_stream (engine, &subject);
}
END_TEST

static const gchar *const clips[]
    = { "tiny-mobilenet-tsm", "tiny-tsm-change", "tiny-tsn-change", "tiny-grid-tsm" };

/* Frame t of the window is kept as frame t; its pictures are others, and one is repeated. */
START_TEST (clips_explain_their_logits)
{
  g_auto (Subject) subject = subject_new (clips[_i / 2], precisions[_i % 2]);
  const guint n = msnet_model_get_frames (subject.model);
  const MsnetEngineOptions options = { subject.precision, n + 2, TRUE };
  g_autoptr (MsnetEngine) engine = msnet_clip_engine_new (subject.model, device, &options, NULL);
  g_autoptr (MsnetNetwork) whole = msnet_network_new (subject.model, device,
      &(MsnetNetworkOptions){ .frames = n, .precision = subject.precision, .keep_features = TRUE }, NULL);
  g_autofree gfloat *logits = g_new (gfloat, engine->n_classes), *scores = g_new (gfloat, engine->n_classes);
  g_autofree guint *points = g_new (guint, n), *slots = g_new (guint, n);

  for (guint i = 0; i < n; i++) {
    feed (engine, &subject, i, i + 1);
    slots[i] = i + (i != 3);
    points[i] = i;
    prepare (&subject, whole, i, slots[i] - 1);
  }
  ck_assert (msnet_network_run (whole, logits, NULL));
  keep (&subject, whole, 0);
  ck_assert (engine->load (engine, slots, NULL) && engine->run (engine, scores, NULL));
  check_maps (engine, &subject, points, logits);
}
END_TEST

/* Nothing else changes, bit for bit, and who does not ask cannot read. */
START_TEST (asking_changes_no_answer)
{
  g_auto (Subject) subject = subject_new ("tiny-tsn-change", MSNET_FLOAT32);
  const guint n = msnet_model_get_frames (subject.model);
  g_autoptr (MsnetEngine) plain
      = msnet_stream_engine_new (subject.model, device, &(MsnetEngineOptions){ .n_slots = n + 2 }, NULL);
  g_autoptr (MsnetEngine) asked = msnet_stream_engine_new (
      subject.model, device, &(MsnetEngineOptions){ .n_slots = n + 2, .activation = TRUE }, NULL);
  g_autofree gfloat *expected = g_new (gfloat, plain->n_classes), *found = g_new (gfloat, plain->n_classes);
  g_autofree guint *slots = g_new0 (guint, n);

  ck_assert_uint_eq (plain->activation_size, 0);
  ck_assert (plain->read_activation == NULL);
  ck_assert_uint_lt (plain->state_size, asked->state_size);
  for (guint picture = 0; picture < n; picture++) {
    feed (plain, &subject, picture, slots[picture] = picture);
    feed (asked, &subject, picture, picture);
  }
  ck_assert (plain->load (plain, slots, NULL) && plain->run (plain, expected, NULL));
  ck_assert (asked->load (asked, slots, NULL) && asked->run (asked, found, NULL));
  ck_assert_mem_eq (found, expected, plain->n_classes * sizeof (gfloat));
}
END_TEST

/* Pushes a window of four frames that lie as @turn says, and takes its map. */
static GPtrArray *
recognize (Stream *stream, MsnetTurn turn)
{
  for (guint64 pts = 0; pts <= 750 * MS; pts += 250 * MS) {
    MsnetFrameTime time = { .pts = pts, .duration = 250 * MS, .nominal = NONE };
    MsnetFrame frame = fake_frame (&time.pts);
    frame.turn = turn;
    ck_assert (msnet_recognizer_offer (stream->recognizer, &time, &stream->decision));
    ck_assert (msnet_recognizer_take (stream->recognizer, &frame, NONE, NULL));
  }
  return msnet_recognizer_collect (stream->recognizer, NULL);
}

static void
check_map (GPtrArray *results, const gfloat cells[4], const gdouble region[4])
{
  const MsnetActivationMap *map = ((MsnetRecognition *)g_ptr_array_index (results, 0))->activation;

  ck_assert_uint_eq (results->len, 1);
  ck_assert_uint_eq (map->size, 2);
  ck_assert_uint_eq (map->class_index, 0);
  ck_assert_double_eq (map->bias, 0.5);
  for (guint i = 0; i < 4; i++) {
    ck_assert_float_eq (map->cells[i], cells[i]);
    ck_assert_double_eq_tol (map->region[i], region[i], 1e-9);
  }
}

START_TEST (maps_cover_what_the_network_sees)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results = NULL;

  stream.fake->engine.activation_cover = 1.25;
  stream.fake->engine.activation_origin = -0.25;
  results = recognize (&stream, (MsnetTurn){ 0 });
  check_map (results, (const gfloat[]){ 1, 2, 3, 4 }, (const gdouble[]){ 0.125, -0.25, 0.5 * 1.25, 1.25 });
}
END_TEST

/* A phone's picture lies on its side: a quarter to the right makes it upright.  What is at its left is at the
 * foot in memory, what is at its top at the left. */
START_TEST (maps_of_turned_frames)
{
  g_auto (Stream) stream = stream_new (4, 1000 * MS, 1000 * MS);
  g_autoptr (GPtrArray) results
      = recognize (&stream, (MsnetTurn){ .transposed = TRUE, .mirrored = { TRUE, FALSE } });

  check_map (results, (const gfloat[]){ 2, 4, 1, 3 }, (const gdouble[]){ 0, 0.25, 1, 0.5 });
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("activation_map");
  TCase *tests = tcase_create ("activation_map");

  device = test_get_device ();
  tcase_set_timeout (tests, 120);
  tcase_add_loop_test (tests, streams_explain_their_logits, 0, 2 * G_N_ELEMENTS (streams));
  tcase_add_loop_test (tests, clips_explain_their_logits, 0, 2 * G_N_ELEMENTS (clips));
  tcase_add_test (tests, asking_changes_no_answer);
  tcase_add_test (tests, maps_cover_what_the_network_sees);
  tcase_add_test (tests, maps_of_turned_frames);
  suite_add_tcase (suite, tests);
  return suite;
}
