/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a tuner tries, rejects and chooses. */
#include "common/common.h"
#include "common/folder.h"
#include "machine/instructions.h"
#include "machine/tuning.h"
#include "ops/choice.h"
#include "ops/conv2d/kernels.h"
#include "ops/linear.h"
#include "ops/operation.h"
#include "ops/operations.h"
#include "ops/tuner/tuner.h"

#include <glib/gstdio.h>

static MsnetDevice *device;
static const MsnetDeviceInfo *info;

/* The convolution of a layer, which is never run. */
static gfloat values[64 * 64];
static MsnetTensor input, output;
static MsnetConv2dParams params;
static gchar *key;

static void
set_up (void)
{
  input.shape = (MsnetShape){ 1, 8, 8, 64 };
  output.shape = (MsnetShape){ 1, 8, 8, 64 };
  params = (MsnetConv2dParams){
    .input = &input, .output = &output, .weights = values, .bias = values, .kernel = 1
  };
  key = msnet_operation_make_key (&msnet_conv2d_operation, &params);
  g_unsetenv ("MSNET_PLAN");
  msnet_tuning_forget (info);
}

static void
tear_down (void)
{
  g_autofree gchar *path = msnet_tuning_get_path (info);

  g_unlink (path);
  g_clear_pointer (&key, g_free);
}

/* A kernel that leaves out the bias: close, and wrong. */
static gboolean
append_without_bias (const MsnetKernel *candidate, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *wanted = data;
  MsnetConv2dParams wrong = *wanted;
  g_autofree gfloat *zeros = g_new0 (gfloat, wanted->output->shape.channels);

  wrong.bias = zeros;
  return msnet_conv2d_plain_append (candidate, list, &wrong, error);
}

/* A convolution with other kernels. */
static MsnetOperation
make_conv2d (const MsnetKernel *kernels, guint n_kernels)
{
  MsnetOperation operation = msnet_conv2d_operation;

  operation.kernels = kernels;
  operation.n_kernels = n_kernels;
  return operation;
}

/* A network of one convolution. */
typedef struct
{
  MsnetTensor *input;
  MsnetTensor *output;
  MsnetCommandList *list;
} Network;

static void
network_clear (Network *network)
{
  msnet_command_list_free (network->list);
  msnet_tensor_free (network->input);
  msnet_tensor_free (network->output);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Network, network_clear)

static Network
network_new (void)
{
  Network network = { msnet_tensor_new (device, &input.shape, NULL),
    msnet_tensor_new (device, &output.shape, NULL), msnet_command_list_new (device) };

  MsnetConv2dParams placed = params;

  placed.input = network.input;
  placed.output = network.output;
  ck_assert (msnet_conv2d_append (network.list, &placed, NULL));
  return network;
}

/* The kernel that was chosen. */
static const gchar *
get_kernel (const Network *network)
{
  guint n_steps;

  return msnet_command_list_get_steps (network->list, &n_steps)[0].kernel;
}

static MsnetTunedLayer *
get_layer (MsnetTuner *tuner)
{
  return msnet_tuner_get_layers (tuner)->pdata[0];
}

START_TEST (what_computes_wrongly_is_rejected)
{
  const MsnetKernel candidates[] = {
    { .name = "wrong", .bound = 3e-5, .append = append_without_bias },
    { .name = "rough", .bound = 0.5, .append = append_without_bias },
    *msnet_operation_get_plain (&msnet_conv2d_operation),
  };
  g_auto (Network) network = network_new ();
  const MsnetOperation operation = make_conv2d (candidates, G_N_ELEMENTS (candidates));
  g_autoptr (MsnetTuner) tuner
      = msnet_tuner_new (device, (const MsnetOperation *[]){ &operation, NULL }, NULL);
  MsnetTunedLayer *layer;

  msnet_tuner_add (tuner, network.list);
  layer = get_layer (tuner);
  ck_assert_str_eq (layer->key, key);
  ck_assert_uint_eq (layer->count, 1);
  ck_assert (msnet_tuner_check (tuner, layer, NULL));
  ck_assert_uint_eq (layer->rejected, 1);
  ck_assert_uint_eq (layer->candidates->len, 1);
  ck_assert_ptr_eq (layer->candidates->pdata[0], &candidates[1]);
}
END_TEST

/* As if weights were larger by as much as the candidate says. */
static gboolean
append_with_rough_weights (
    const MsnetKernel *candidate, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetConv2dParams *wanted = data;
  const gsize n = (gsize)wanted->output->shape.channels * wanted->input->shape.channels;
  g_autofree gfloat *rough = g_new (gfloat, n);
  MsnetConv2dParams wrong = *wanted;

  for (gsize i = 0; i < n; i++)
    rough[i] = wanted->weights[i] * (1.0f + candidate->bound);
  wrong.weights = rough;
  return msnet_conv2d_plain_append (candidate, list, &wrong, error);
}

/* However far a candidate says that it may be from the plain kernel. */
START_TEST (bfloat16_may_double_its_error)
{
  const MsnetKernel candidates[] = {
    { .name = "rough", .bound = 0.001, .append = append_with_rough_weights },
    { .name = "wrong", .bound = 0.02, .append = append_with_rough_weights },
    *msnet_operation_get_plain (&msnet_conv2d_operation),
  };
  g_auto (Network) network = { NULL };
  const MsnetOperation operation = make_conv2d (candidates, G_N_ELEMENTS (candidates));
  g_autoptr (MsnetTuner) tuner
      = msnet_tuner_new (device, (const MsnetOperation *[]){ &operation, NULL }, NULL);
  MsnetTunedLayer *layer;

  input.shape.data_type = output.shape.data_type = MSNET_BFLOAT16;
  network = network_new ();
  msnet_tuner_add (tuner, network.list);
  layer = get_layer (tuner);
  ck_assert (msnet_tuner_check (tuner, layer, NULL));
  ck_assert_uint_eq (layer->rejected, 1);
  ck_assert_uint_eq (layer->candidates->len, 1);
  ck_assert_ptr_eq (layer->candidates->pdata[0], &candidates[0]);
}
END_TEST

/* From a network to a file, and back to another network. */
START_TEST (a_tuner_chooses_among_all_that_are_right)
{
  g_auto (Network) network = { NULL };
  g_autoptr (MsnetTuner) tuner = msnet_tuner_new (device, msnet_operations_get (), NULL);
  MsnetTunedLayer *layer;

  input.shape.data_type = output.shape.data_type = _i;
  network = network_new ();
  msnet_tuner_add (tuner, network.list);
  layer = get_layer (tuner);
  ck_assert (msnet_tuner_check (tuner, layer, NULL));
  ck_assert_uint_eq (layer->rejected, 0);
  ck_assert_ptr_eq (layer->candidates->pdata[0], layer->rules);
  for (guint trial = 0; trial < msnet_tuner_count_trials (tuner); trial++) {
    g_auto (Network) tried = { NULL };

    msnet_tuner_try (tuner, trial);
    tried = network_new ();
    ck_assert_str_eq (get_kernel (&tried), ((const MsnetKernel *)layer->candidates->pdata[trial])->name);
    ck_assert (msnet_tuner_time (tuner, tried.list, NULL));
  }
  msnet_tuner_finish (tuner);
  ck_assert_ptr_nonnull (layer->choice);
  ck_assert (msnet_tuning_save (info));
  msnet_tuning_forget (info);
  ck_assert_ptr_eq (msnet_operation_choose (&msnet_conv2d_operation, device, &params), layer->choice);
}
END_TEST

/* Halves what it should compute. */
static gboolean
append_half (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetKernel *plain = msnet_operation_get_plain (&msnet_linear_operation);
  MsnetLinearParams half = *(const MsnetLinearParams *)data;
  const gsize n = (gsize)half.output->shape.channels * half.input->shape.channels;
  g_autofree gfloat *weights = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    weights[i] = half.weights[i] / 2;
  half.weights = weights;
  return plain->append (plain, list, &half, error);
}

static gboolean
append_as_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetKernel *plain = msnet_operation_get_plain (&msnet_linear_operation);

  return plain->append (plain, list, data, error);
}

/* Of a list of kernels that is no convolution's, a tuner rejects, tries and chooses in the same way. */
START_TEST (other_operations_are_tuned)
{
  const MsnetKernel candidates[] = {
    { .name = "first", .append = append_as_plain },
    { .name = "half", .bound = 1e-5, .append = append_half },
    { .name = "second", .append = append_as_plain },
    *msnet_operation_get_plain (&msnet_linear_operation),
  };
  MsnetOperation operation = msnet_linear_operation;
  g_autoptr (MsnetTuner) tuner
      = msnet_tuner_new (device, (const MsnetOperation *[]){ &operation, NULL }, NULL);
  g_autoptr (MsnetTensor) in = test_tensor_new (device, &(MsnetShape){ 2, 1, 1, 64 }, NULL);
  g_autoptr (MsnetTensor) out = test_tensor_new (device, &(MsnetShape){ 2, 1, 1, 9 }, NULL);
  const MsnetLinearParams linear = { out, in, values, values };
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  MsnetTunedLayer *layer;

  operation.kernels = candidates;
  operation.n_kernels = G_N_ELEMENTS (candidates);
  ck_assert (msnet_operation_append (&operation, list, "classifier", &linear, NULL));
  msnet_tuner_add (tuner, list);
  layer = get_layer (tuner);
  ck_assert_str_eq (layer->name, "classifier");
  ck_assert (msnet_tuner_check (tuner, layer, NULL));
  ck_assert_ptr_eq (layer->rules, &candidates[0]);
  ck_assert_uint_eq (layer->rejected, 1);
  msnet_tuning_set (info, layer->key, "second");
  ck_assert_ptr_eq (msnet_operation_choose (&operation, device, &linear), &candidates[2]);
}
END_TEST

/* Where only one kernel is beside the plain one, there is nothing to choose. */
START_TEST (operations_without_a_choice_are_left_out)
{
  MsnetOperation operation = msnet_linear_operation;
  g_autoptr (MsnetTuner) tuner
      = msnet_tuner_new (device, (const MsnetOperation *[]){ &operation, NULL }, NULL);
  g_autoptr (MsnetTensor) in = test_tensor_new (device, &(MsnetShape){ 2, 1, 1, 64 }, NULL);
  g_autoptr (MsnetTensor) out = test_tensor_new (device, &(MsnetShape){ 2, 1, 1, 9 }, NULL);
  const MsnetLinearParams linear = { out, in, values, values };
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);

  operation.kernels = msnet_operation_get_plain (&msnet_linear_operation) - 1;
  operation.n_kernels = 2;
  ck_assert (msnet_operation_append (&operation, list, NULL, &linear, NULL));
  msnet_tuner_add (tuner, list);
  ck_assert_uint_eq (msnet_tuner_get_layers (tuner)->len, 0);
}
END_TEST

Suite *
test_suite (void)
{
  g_autofree gchar *folder = test_make_folder ();
  Suite *suite = suite_create ("tuner");
  TCase *tests = tcase_create ("tuner");

  g_setenv ("MSNET_CACHE_DIR", folder, TRUE);
  device = test_get_device ();
  info = msnet_device_get_info (device);
  msnet_instructions_find (device);
  tcase_add_checked_fixture (tests, set_up, tear_down);
  tcase_add_test (tests, what_computes_wrongly_is_rejected);
  tcase_add_test (tests, bfloat16_may_double_its_error);
  tcase_add_loop_test (tests, a_tuner_chooses_among_all_that_are_right, MSNET_FLOAT32, MSNET_BFLOAT16 + 1);
  tcase_add_test (tests, other_operations_are_tuned);
  tcase_add_test (tests, operations_without_a_choice_are_left_out);
  suite_add_tcase (suite, tests);
  return suite;
}
