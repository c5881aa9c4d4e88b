/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GPUs whose drivers pass a small test and fail on a network: too little memory, a compiler that gives up, a
 * kernel that never ends.  `auto` goes on with the CPU and says so; who asks for the GPU is told. */
#include "base/processor.h"
#include "common/msnet_harness.h"
#include "msnet/msnet.h"
#include "msnet/runtime.h"

#include <stdlib.h>
#include <string.h>

#define SKIPPED 77
#define GPU "Faulty 9000"
#define REMEDY GPU " does not run the network (set the property \"device\" to another one, such as cpu): "

/* Long enough for a PoCL whose commands end, on a busy machine; less than faulty.c's compiler takes. */
#define PATIENCE (2 * G_USEC_PER_SEC)

/* Longer than a program takes that was built by an earlier test. */
#define BUILD_PATIENCE (10 * G_USEC_PER_SEC)

static MsnetPatience usual_patience;

/* Only where a call hangs is it given up early: compilers are slow on a busy machine. */
static void
set_fault (const gchar *fault)
{
  const gboolean hangs = g_str_has_prefix (fault, "hang-");

  g_setenv ("MSNET_FAULT", fault, TRUE);
  msnet_device_patience.open = hangs ? PATIENCE : usual_patience.open;
  msnet_device_patience.build = hangs ? BUILD_PATIENCE : usual_patience.build;
}

static MsnetHarness
element_on (const gchar *device)
{
  GstElement *element = gst_object_ref_sink (msnet_test_element ());
  GstBus *bus = gst_bus_new ();

  g_object_set (element, "device", device, NULL);
  gst_element_set_bus (element, bus);
  return (MsnetHarness){ NULL, element, bus };
}

static void
drop (MsnetHarness *bare)
{
  gst_element_set_state (bare->element, GST_STATE_NULL);
  gst_element_set_bus (bare->element, NULL);
  gst_object_unref (bare->element);
  gst_object_unref (bare->bus);
}

static gchar *
get_device (GstElement *element)
{
  g_autoptr (GstStructure) stats = NULL;

  g_object_get (element, "stats", &stats, NULL);
  return g_strdup (gst_structure_get_string (stats, "device"));
}

/* @reason: what the one warning holds */
static void
expect_cpu (const gchar *fault, const gchar *reason)
{
  MsnetHarness bare;
  g_autofree gchar *device = NULL;
  GstMessage *message;

  set_fault (fault);
  bare = element_on ("auto");
  fail_unless_equals_int (gst_element_set_state (bare.element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  msnet_harness_expect (&bare, GST_MESSAGE_WARNING, reason);
  message = msnet_harness_pop (&bare, GST_MESSAGE_WARNING | GST_MESSAGE_ERROR);
  fail_unless (message == NULL, "a second message: %" GST_PTR_FORMAT, message);
  device = get_device (bare.element);
  fail_unless (strstr (device, GPU) == NULL, "%s", device);
  drop (&bare);
}

static void
require_layer (void)
{
  MsnetHarness bare = element_on ("gpu");
  GstStateChangeReturn result = gst_element_set_state (bare.element, GST_STATE_READY);

  drop (&bare);
  if (result == GST_STATE_CHANGE_SUCCESS)
    return;
  g_print ("the OpenCL loader knows no layers (ocl-icd does from 2.3 on), or the CPU is not PoCL's\n");
  exit (SKIPPED);
}

static void
expect_gpu (const gchar *fault)
{
  g_autofree gchar *device = NULL;
  MsnetHarness bare;

  set_fault (fault);
  bare = element_on ("auto");
  fail_unless_equals_int (gst_element_set_state (bare.element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  device = get_device (bare.element);
  fail_unless_equals_string (device, GPU);
  fail_unless (msnet_harness_pop (&bare, GST_MESSAGE_WARNING) == NULL);
  drop (&bare);
}

GST_START_TEST (test_a_gpu_that_works_is_taken)
{
  require_layer ();
  expect_gpu ("none");
}
GST_END_TEST;

/* A first start, when nothing is compiled yet, and a small board: longer than the patience, and not
 * silent. */
GST_START_TEST (test_a_slow_gpu_is_no_dead_one)
{
  expect_gpu ("compile");
  expect_gpu ("slow");
}
GST_END_TEST;

GST_START_TEST (test_auto_goes_on_with_the_cpu)
{
  expect_cpu ("build", "GPU " GPU " is not used: kernel ");
  expect_cpu ("launch", "CL_OUT_OF_RESOURCES");
  expect_cpu ("hang", "GPU " GPU " is not used: it hangs");
  expect_cpu ("hang-context", "GPU " GPU " is not used: the self-test did not end within 5.0 s");
  expect_cpu ("hang-build", "GPU " GPU " is not used: it hangs: clBuildProgram of ");
}
GST_END_TEST;

/* Frames are recognised on the CPU as if there were nothing else. */
GST_START_TEST (test_the_stream_runs)
{
  GstElement *element = msnet_test_element ();
  g_autofree gchar *text = NULL;
  MsnetHarness harness;

  set_fault ("hang");
  g_object_set (element, "device", "auto", NULL);
  harness = msnet_harness_new (element, SMALL_CAPS);
  msnet_harness_push (&harness, 0, 1000, 250);
  text = msnet_harness_describe (&harness);
  fail_unless_equals_string (text, "0 250 500 750(0:0-750) 1000(0:0-750 +250)");
  msnet_harness_clear (&harness);
}
GST_END_TEST;

/* What the warning says. */
GST_START_TEST (test_cpu_starts_without_it)
{
  MsnetHarness bare;

  expect_cpu ("hang", "device=cpu starts without trying it");
  bare = element_on ("cpu");
  fail_unless_equals_int (gst_element_set_state (bare.element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  fail_unless (msnet_harness_pop (&bare, GST_MESSAGE_WARNING) == NULL);
  drop (&bare);
}
GST_END_TEST;

/* @fault: of a GPU that was asked for; the error says what to do, and that works */
static void
expect_error (const gchar *fault, const gchar *reason)
{
  g_autofree gchar *device = NULL;
  MsnetHarness bare;

  set_fault (fault);
  bare = element_on ("gpu");
  fail_unless_equals_int (gst_element_set_state (bare.element, GST_STATE_PAUSED), GST_STATE_CHANGE_FAILURE);
  msnet_harness_expect (&bare, GST_MESSAGE_ERROR, reason);
  device = get_device (bare.element);
  fail_unless (device == NULL, "%s is still in use", device);
  gst_element_set_state (bare.element, GST_STATE_READY);
  g_object_set (bare.element, "device", "cpu", NULL);
  fail_unless_equals_int (gst_element_set_state (bare.element, GST_STATE_PAUSED), GST_STATE_CHANGE_SUCCESS);
  drop (&bare);
}

GST_START_TEST (test_who_asks_for_the_gpu_is_told)
{
  expect_error ("build", REMEDY);
  expect_error ("launch", REMEDY);
  expect_error ("hang", REMEDY "it hangs: no command was finished for 2 s");
  expect_error ("hang-context",
      GPU " hangs: clCreateContext and clCreateCommandQueue have not returned for 2 s; "
          "set the property \"device\" to another one, such as cpu");
  expect_error ("hang-enqueue", REMEDY "it hangs: clEnqueueNDRangeKernel of ");
}
GST_END_TEST;

/* What a processor can do beyond plain vectors is tried out on the way to READY. */
GST_START_TEST (test_the_search_for_instructions_is_given_up)
{
  MsnetHarness bare;

  if (!msnet_processor_has_bf16 () && !msnet_processor_may_use_amx ())
    return;
  set_fault ("hang-cpu");
  bare = element_on ("cpu");
  gst_util_set_object_arg (G_OBJECT (bare.element), "precision", "bf16");
  fail_unless_equals_int (gst_element_set_state (bare.element, GST_STATE_READY), GST_STATE_CHANGE_FAILURE);
  msnet_harness_expect (&bare, GST_MESSAGE_ERROR,
      "such as 0:0): it hangs: clBuildProgram of cpu/products.cl has not returned for 10 s");
  drop (&bare);
}
GST_END_TEST;

static Suite *
msnet_fallback_suite (void)
{
  Suite *suite = suite_create ("msnet_fallback");
  TCase *tests = tcase_create ("fallback");

  msnet_meta_register ();
  GST_ELEMENT_REGISTER (msnet, NULL);
  usual_patience = msnet_device_patience;
  msnet_device_patience.command = PATIENCE;
  suite_add_tcase (suite, tests);
  tcase_add_test (tests, test_a_gpu_that_works_is_taken);
  tcase_add_test (tests, test_a_slow_gpu_is_no_dead_one);
  tcase_add_test (tests, test_auto_goes_on_with_the_cpu);
  tcase_add_test (tests, test_the_stream_runs);
  tcase_add_test (tests, test_cpu_starts_without_it);
  tcase_add_test (tests, test_who_asks_for_the_gpu_is_told);
  tcase_add_test (tests, test_the_search_for_instructions_is_given_up);
  return suite;
}

GST_CHECK_MAIN (msnet_fallback)
