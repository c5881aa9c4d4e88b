/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compares a network with PyTorch's values of it: test_parity MODEL VALUES PRECISION (made by parity.py). */
#include "common/amx.h"
#include "common/common.h"
#include "model/backbone.h"
#include "model/network.h"
#include "model/safetensors.h"
#include "ops/plan.h"

#include <math.h>
#include <string.h>

#define SKIPPED 77

/* Of the stage's largest value, and of the largest logit. */
typedef struct
{
  gdouble stage;
  gdouble logits;
} Tolerance;

static const Tolerance tolerance_f32 = { 1e-4, 1e-3 };
static const Tolerance tolerance_bf16 = { 2e-2, 3e-2 };
static const gdouble score_distance = 1e-4; /* nearer than this, either of two scores may win */
static const gdouble most_undecided = 0.03; /* of the cells */
static const gfloat flat_below = 0.01f;     /* best minus median of the scores of a flat cell */

static MsnetDevice *device;
static MsnetModel *model;
static MsnetSafetensors *values;
static MsnetDataType precision;
static const Tolerance *tolerance;

/* Returns: (transfer full) (nullable): PyTorch's values of @name */
static gfloat *
read_values (const gchar *name, gsize *n_values)
{
  const MsnetSafetensor *tensor = msnet_safetensors_lookup (values, name);
  g_autoptr (GError) error = NULL;

  if (tensor == NULL)
    return NULL;
  gfloat *found = msnet_safetensors_read (values, tensor, &error);
  ck_assert_msg (found != NULL, "%s", error != NULL ? error->message : "");
  if (n_values != NULL)
    *n_values = tensor->n_values;
  return found;
}

static void
upload_values (MsnetTensor *tensor, const gchar *name)
{
  gsize n_values = 0;
  g_autofree gfloat *found = read_values (name, &n_values);

  ck_assert_msg (found != NULL, "no values of %s", name);
  ck_assert_uint_eq (n_values, msnet_shape_get_size (&tensor->shape));
  ck_assert (msnet_tensor_upload (tensor, found, NULL));
}

/* Returns: (transfer full): the network, its input filled */
static MsnetNetwork *
build_network (gboolean keep_stages)
{
  g_autoptr (GError) error = NULL;
  MsnetNetwork *network = msnet_network_new (model, device,
      &(MsnetNetworkOptions){
          .frames = msnet_model_get_frames (model), .precision = precision, .keep_stages = keep_stages },
      &error);

  ck_assert_msg (network != NULL, "%s", error != NULL ? error->message : "");
  upload_values (msnet_network_get_input (network), "input");
  return network;
}

/* Whether p and q of a row-major patch touch. */
static gboolean
are_neighbours (guint p, guint q, guint patch)
{
  gint rows = (gint)(p / patch) - (gint)(q / patch), columns = (gint)(p % patch) - (gint)(q % patch);

  return ABS (rows) <= 1 && ABS (columns) <= 1;
}

/* How far the best score is above the best of those that are not beside it. */
static gdouble
lead_of_best (const gfloat *scores, guint patch)
{
  guint best = 0;
  gdouble second = -1;

  for (guint p = 1; p < patch * patch; p++)
    if (scores[p] > scores[best])
      best = p;
  for (guint p = 0; p < patch * patch; p++)
    if (!are_neighbours (p, best, patch))
      second = MAX (second, scores[p]);
  return scores[best] - second;
}

/* Where two scores are too near to each other, the other answer is right as well: take the expected one
 * there, and count.  @suffix: of the stage's name */
static void
settle_undecided (const gchar *suffix, const gfloat *expected, gfloat *found, const MsnetShape *shape)
{
  const MsnetMotionSpec *motion = &msnet_model_get_network (model)->motion;
  const guint n_scores = motion->patch * motion->patch,
              halves = motion->direction == MSNET_DIRECTION_BOTH ? 2 : 1;
  const guint channels = shape->channels / halves;
  const gsize n_cells = (gsize)shape->height * shape->width;
  const guint pairs = msnet_direction_get_pairs (motion->direction, shape->frames) / halves;
  g_autofree gchar *name = g_strconcat ("scores", suffix, NULL);
  g_autofree gfloat *scores = read_values (name, NULL);
  gsize n_undecided = 0;

  for (gsize i = 0; i < shape->frames * n_cells * halves; i++) {
    const gsize cell = i / halves, half = i % halves;
    const gsize pair = half * pairs + MIN (cell / n_cells, pairs - 1);
    if (lead_of_best (scores + (pair * n_cells + cell % n_cells) * n_scores, motion->patch) > score_distance)
      continue;
    n_undecided++;
    memcpy (found + i * channels, expected + i * channels, channels * sizeof (gfloat));
  }
  ck_assert_msg (n_undecided <= most_undecided * shape->frames * n_cells * halves,
      "%zu of %zu cells are undecided", n_undecided, shape->frames * n_cells * halves);
}

static void
compare_stage (const MsnetStage *stage)
{
  const MsnetShape *shape = &stage->output->shape;
  gsize n_values = msnet_shape_get_size (shape);
  g_autofree gfloat *expected = read_values (stage->name, NULL);
  g_autofree gfloat *found = g_new (gfloat, n_values);

  ck_assert (msnet_tensor_download (stage->output, found, NULL));
  if (g_str_has_prefix (stage->name, "displacement")
      && msnet_model_get_network (model)->motion.softargmax == MSNET_SOFT_ARGMAX_KERNEL)
    settle_undecided (stage->name + strlen ("displacement"), expected, found, shape);
  test_compare (stage->name, expected, found, n_values, tolerance->stage);
}

/* Every tensor holds PyTorch's values while a stage runs, but its output, which is zeros. */
START_TEST (each_stage_matches)
{
  g_autoptr (MsnetNetwork) network = build_network (TRUE);
  guint n_stages = 0;
  const MsnetStage *stages = msnet_network_get_stages (network, &n_stages);

  if (msnet_safetensors_lookup (values, "pooled") == NULL)
    return; /* values of the whole network alone */
  for (guint i = 0; i < n_stages; i++)
    upload_values (stages[i].output, stages[i].name);
  for (guint i = 0; i < n_stages; i++) {
    ck_assert_uint_eq (stages[i].first, i > 0 ? stages[i - 1].end : 0);
    g_autofree gfloat *zeros = g_new0 (gfloat, msnet_shape_get_size (&stages[i].output->shape));
    ck_assert (msnet_tensor_upload (stages[i].output, zeros, NULL));
    ck_assert (msnet_network_run_stage (network, &stages[i], NULL));
    compare_stage (&stages[i]);
    upload_values (stages[i].output, stages[i].name);
  }
}
END_TEST

static guint
find_best (const gfloat *logits, guint n_classes, gdouble *lead)
{
  guint best = 0;

  for (guint i = 1; i < n_classes; i++)
    if (logits[i] > logits[best])
      best = i;
  *lead = INFINITY;
  for (guint i = 0; i < n_classes; i++)
    if (i != best)
      *lead = MIN (*lead, (gdouble)logits[best] - logits[i]);
  return best;
}

/* Also with memory reused, and twice: not one bit may depend on what ran before. */
START_TEST (logits_match)
{
  guint n_classes = msnet_model_get_network (model)->classes;
  g_autofree gfloat *expected = read_values ("logits", NULL), *first = g_new (gfloat, n_classes);
  g_autofree gfloat *again = g_new (gfloat, n_classes), *kept = g_new (gfloat, n_classes);
  g_autoptr (MsnetNetwork) network = build_network (FALSE);
  g_autoptr (MsnetNetwork) keeping = build_network (TRUE);
  MsnetNetworkMemory memory, keeping_memory;
  gdouble lead, unused;

  ck_assert (msnet_network_run (network, first, NULL));
  ck_assert (msnet_network_run (network, again, NULL));
  ck_assert (msnet_network_run (keeping, kept, NULL));
  test_compare ("logits", expected, first, n_classes, tolerance->logits);
  ck_assert_mem_eq (first, again, n_classes * sizeof (gfloat));
  ck_assert_mem_eq (first, kept, n_classes * sizeof (gfloat));
  guint best = find_best (expected, n_classes, &lead);
  if (lead > tolerance->logits * fabs (expected[best]))
    ck_assert_uint_eq (find_best (first, n_classes, &unused), best);
  msnet_network_get_memory (network, &memory);
  if (msnet_model_get_frames (model) > 1)
    ck_assert_uint_le (memory.activations, 1.3 * memory.least);
  msnet_network_get_memory (keeping, &keeping_memory);
  ck_assert_uint_lt (memory.activations, keeping_memory.activations);
}
END_TEST

/* The tensor that stage @name writes, or NULL. */
static MsnetTensor *
find_output (MsnetNetwork *network, const gchar *name)
{
  guint n_stages = 0;
  const MsnetStage *stages = msnet_network_get_stages (network, &n_stages);

  for (guint i = 0; i < n_stages; i++)
    if (g_str_equal (stages[i].name, name))
      return stages[i].output;
  return NULL;
}

/* How flat fields_match() makes a cell: as PyTorch found it, flat, or just not flat. */
enum
{
  AS_FOUND,
  FLAT,
  BARELY_NOT_FLAT,
  N_KINDS,
};

/* Draws the scores of a cell towards the best of them until it stands out by @target only. */
static void
squeeze_cell (gfloat *scores, guint n_scores, gfloat flatness, gfloat target)
{
  gfloat best = 0;

  for (guint p = 0; p < n_scores; p++)
    best = MAX (best, scores[p]);
  for (guint p = 0; p < n_scores; p++)
    scores[p] = best - (best - scores[p]) * target / flatness;
}

static void
upload_squeezed_scores (MsnetTensor *scores, const gchar *name, const gfloat *flatness)
{
  guint n_scores = scores->shape.channels;
  gsize n_values = 0;
  g_autofree gfloat *squeezed = read_values (name, &n_values);

  for (gsize cell = 0; cell < n_values / n_scores; cell++)
    if (cell % N_KINDS != AS_FOUND)
      squeeze_cell (squeezed + cell * n_scores, n_scores, flatness[cell],
          flat_below * (cell % N_KINDS == FLAT ? 0.9f : 1.1f));
  ck_assert (msnet_tensor_upload (scores, squeezed, NULL));
}

/* @expected: of the displacement stage; @found: dx, dy in cells, confidence */
static void
compare_cell (gsize cell, gfloat flatness, const gfloat *expected, const gfloat *found)
{
  const guint kind = cell % N_KINDS == AS_FOUND && flatness < flat_below ? FLAT : cell % N_KINDS;
  const MsnetMotionSpec *motion = &msnet_model_get_network (model)->motion;
  const guint reach = motion->patch / 2 * motion->dilation, channels = motion->confidence ? 3 : 2;

  for (guint i = 0; kind == AS_FOUND && i < channels; i++) {
    gfloat scaled = expected[i] * (i < 2 ? reach : 1);
    ck_assert_msg (fabsf (scaled - found[i]) < 1e-3f, "cell %zu, channel %u: expected %g, found %g", cell, i,
        scaled, found[i]);
  }
  if (kind == FLAT)
    ck_assert_msg (found[0] == 0 && found[1] == 0 && found[2] == 0, "cell %zu is flat", cell);
  else
    ck_assert_msg (found[2] > 0, "cell %zu is not flat", cell);
}

/* Returns: (transfer full): @stage of the module that the motion field is of */
static gchar *
name_field_stage (const gchar *stage)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);
  const guint after = spec->motion.after[msnet_backbone_choose_field (spec)];

  return spec->motion.n_places > 1 ? g_strdup_printf ("%s_%u", stage, after) : g_strdup (stage);
}

static void
check_field_size (guint size)
{
  const MsnetNetworkSpec *spec = msnet_model_get_network (model);
  const guint stride = spec->motion.n_places > 0 ? msnet_network_get_field_stride (spec) : 0;

  ck_assert_uint_eq (size, stride > 0 ? (msnet_model_get_input (model)->size + stride - 1) / stride : 0);
}

/* The motion field, from PyTorch's own scores. */
START_TEST (fields_match)
{
  g_autoptr (MsnetNetwork) network = build_network (FALSE);
  g_autofree gchar *displacement_name = name_field_stage ("displacement");
  g_autofree gchar *scores_name = name_field_stage ("scores"), *flatness_name = name_field_stage ("flatness");
  MsnetTensor *scores = find_output (network, scores_name);
  g_autofree gfloat *displacement = read_values (displacement_name, NULL);
  g_autofree gfloat *flatness = read_values (flatness_name, NULL);
  guint size = msnet_network_get_field_size (network), frames = msnet_model_get_frames (model);
  MsnetDirection direction = msnet_model_get_network (model)->motion.direction;
  gsize n_cells = (gsize)size * size;
  g_autofree gfloat *field = g_new (gfloat, n_cells * 3);

  check_field_size (size);
  if (flatness == NULL)
    return; /* no motion, or values of the whole network alone */
  guint channels = find_output (network, displacement_name)->shape.channels;
  upload_squeezed_scores (scores, scores_name, flatness);
  for (guint pair = 0; pair <= frames - msnet_direction_get_least_frames (direction); pair++) {
    ck_assert (msnet_network_read_field (network, pair, field, NULL));
    for (gsize cell = pair * n_cells; cell < (pair + 1) * n_cells; cell++)
      compare_cell (cell, flatness[cell], displacement + cell * channels, field + cell % n_cells * 3);
  }
}
END_TEST

START_TEST (unused_tensors_are_named)
{
  const gchar *unused = msnet_model_get_unused (model);

  ck_assert (
      unused == NULL || g_str_equal (unused, "module.base_model.bn2.bias, module.base_model.bn2.weight"));
}
END_TEST

int
main (int argc, char **argv)
{
  Suite *suite = suite_create ("parity");
  TCase *tests = tcase_create ("parity");
  g_autoptr (GError) error = NULL;

  g_assert (argc == 4);
  precision = g_str_equal (argv[3], "bf16") ? MSNET_BFLOAT16 : MSNET_FLOAT32;
  tolerance = precision == MSNET_BFLOAT16 ? &tolerance_bf16 : &tolerance_f32;
  device = test_open_device ();
  if (msnet_plan_names ("amx") && !test_provide_amx (device))
    return SKIPPED;
  model = msnet_model_load (argv[1], &error);
  if (model == NULL)
    g_error ("%s", error->message);
  values = msnet_safetensors_open (argv[2], &error);
  if (values == NULL)
    g_error ("%s", error->message);
  tcase_add_test (tests, each_stage_matches);
  tcase_add_test (tests, logits_match);
  tcase_add_test (tests, fields_match);
  tcase_add_test (tests, unused_tensors_are_named);
  suite_add_tcase (suite, tests);
  int status = test_run (suite);
  msnet_safetensors_free (values);
  msnet_model_unref (model);
  msnet_device_unref (device);
  return status;
}
