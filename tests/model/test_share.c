/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/common.h"
#include "model/network.h"
#include "model/share.h"
#include "model_file.h"
#include "opencl/open.h"
#include "opencl/usage.h"

#include <string.h>

#define N_CLASSES 3
#define N_FRAMES 4
#define N_THREADS 4
#define N_RUNS 5
#define SIDE 32

static MsnetDevice *device;

/* @weight: one of its weights; @labels: what it calls its classes */
static MsnetModel *
load (gfloat weight, const gchar *labels)
{
  g_autoptr (ModelFile) file = model_file_new ();
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;
  MsnetModel *model;

  model_file_set_value (file, "conv1.weight", 100, weight);
  model_file_set_metadata (file, "msnet.labels", labels);
  bytes = model_file_pack (file);
  path = model_file_write (bytes->data, bytes->len);
  model = msnet_model_load (path, &error);
  model_file_remove (path);
  ck_assert_msg (model != NULL, "%s", error != NULL ? error->message : "");
  return model;
}

START_TEST (equal_weights_are_one)
{
  g_autoptr (MsnetModel) first = load (0.5f, "[\"a\", \"b\", \"c\"]");
  g_autoptr (MsnetModel) second = load (0.5f, "[\"d\", \"e\", \"f\"]");
  const MsnetLayer *stem = &msnet_model_get_architecture (second)->stem;

  ck_assert_ptr_eq (msnet_model_get_architecture (first), msnet_model_get_architecture (second));
  ck_assert_str_ne (msnet_model_get_path (first), msnet_model_get_path (second));
  ck_assert_str_eq (msnet_model_get_labels (first)[0], "a");
  ck_assert_str_eq (msnet_model_get_labels (second)[0], "d");
  g_clear_pointer (&first, msnet_model_unref);
  ck_assert_float_gt (stem->weights[100], 0.4f);
  g_clear_pointer (&second, msnet_model_unref);
}
END_TEST

START_TEST (other_weights_are_not)
{
  g_autoptr (MsnetModel) first = load (0.5f, "[\"a\", \"b\", \"c\"]");
  g_autoptr (MsnetModel) second = load (0.25f, "[\"a\", \"b\", \"c\"]");

  ck_assert_ptr_ne (msnet_model_get_architecture (first), msnet_model_get_architecture (second));
}
END_TEST

/* A network on a handle of its own. */
static MsnetNetwork *
build (gfloat weight)
{
  g_autoptr (MsnetModel) model = load (weight, "[\"a\", \"b\", \"c\"]");
  g_autoptr (MsnetDevice) handle = msnet_device_open (NULL, NULL);
  g_autoptr (GError) error = NULL;
  MsnetNetwork *network
      = msnet_network_new (model, handle, &(MsnetNetworkOptions){ .frames = N_FRAMES }, &error);

  ck_assert_msg (network != NULL, "%s", error != NULL ? error->message : "");
  return network;
}

/* Every @seed is another clip. */
static void
recognise (MsnetNetwork *network, guint seed, gfloat logits[N_CLASSES])
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autofree gfloat *clip = test_random_values (random, N_FRAMES * SIDE * SIDE * 3, -1, 1);
  g_autoptr (GError) error = NULL;

  ck_assert_msg (msnet_tensor_upload (msnet_network_get_input (network), clip, &error)
                     && msnet_network_run (network, logits, &error),
      "%s", error != NULL ? error->message : "");
}

static MsnetDeviceUsage
get_usage (void)
{
  MsnetDeviceUsage usage;

  msnet_device_get_usage (device, &usage);
  return usage;
}

START_TEST (networks_share_weights_and_programs)
{
  g_autoptr (MsnetNetwork) first = build (0.5f);
  MsnetDeviceUsage one = get_usage ();
  g_autoptr (MsnetNetwork) second = build (0.5f);
  g_autoptr (MsnetNetwork) other = NULL;
  gfloat before[N_CLASSES], after[N_CLASSES];

  ck_assert_uint_gt (one.n_constants, 0);
  ck_assert_uint_eq (get_usage ().n_constants, one.n_constants);
  ck_assert_uint_eq (get_usage ().n_programs, one.n_programs);
  other = build (0.25f);
  ck_assert_uint_eq (get_usage ().n_constants, one.n_constants + 1); /* the layer that differs */
  recognise (first, 1, before);
  g_clear_pointer (&first, msnet_network_free);
  g_clear_pointer (&other, msnet_network_free);
  ck_assert_uint_eq (get_usage ().n_constants, one.n_constants);
  recognise (second, 1, after);
  ck_assert_mem_eq (before, after, sizeof before);
  g_clear_pointer (&second, msnet_network_free);
  ck_assert_uint_eq (get_usage ().n_constants, 0);
}
END_TEST

typedef struct
{
  guint seed;
  gfloat logits[N_CLASSES];
} Stream;

/* Builds, runs and frees, again and again. */
static gpointer
run_stream (gpointer data)
{
  Stream *stream = data;

  for (guint i = 0; i < N_RUNS; i++) {
    g_autoptr (MsnetNetwork) network = build (0.5f);
    gfloat logits[N_CLASSES];

    recognise (network, stream->seed, logits);
    recognise (network, stream->seed, stream->logits);
    ck_assert_mem_eq (logits, stream->logits, sizeof logits);
  }
  return NULL;
}

START_TEST (threads_find_what_each_finds_alone)
{
  GThread *threads[N_THREADS];
  Stream alone[N_THREADS], together[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++) {
    alone[i] = together[i] = (Stream){ .seed = i };
    run_stream (&alone[i]);
  }
  ck_assert_mem_ne (alone[0].logits, alone[1].logits, sizeof alone[0].logits);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("stream", run_stream, &together[i]);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_THREADS; i++)
    ck_assert_mem_eq (alone[i].logits, together[i].logits, sizeof alone[i].logits);
  ck_assert_uint_eq (get_usage ().n_constants, 0);
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("share");
  TCase *tests = tcase_create ("share");

  device = test_get_device ();
  tcase_add_test (tests, equal_weights_are_one);
  tcase_add_test (tests, other_weights_are_not);
  tcase_add_test (tests, networks_share_weights_and_programs);
  tcase_add_test (tests, threads_find_what_each_finds_alone);
  suite_add_tcase (suite, tests);
  return suite;
}
