/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common/amx.h"
#include "common/common.h"
#include "machine/instructions.h"
#include "opencl/candidate.h"
#include "opencl/command_list.h"
#include "opencl/open.h"
#include "opencl/private.h"
#include "opencl/usage.h"

#define N_VALUES 100000
#define N_THREADS 4
#define N_ROUNDS 4

/* Two handles on the same device. */
static MsnetDevice *device;
static MsnetDevice *other;

static void
close_handles (void)
{
  g_clear_pointer (&device, msnet_device_unref);
  g_clear_pointer (&other, msnet_device_unref);
}

static void
open_handles (void)
{
  device = test_open_device ();
  other = test_open_device ();
}

static MsnetDeviceUsage
get_usage (void)
{
  MsnetDeviceUsage usage;

  msnet_device_get_usage (device, &usage);
  return usage;
}

static gfloat *
make_values (gfloat last)
{
  gfloat *values = g_new0 (gfloat, N_VALUES);

  values[N_VALUES - 1] = last;
  return values;
}

static MsnetBuffer *
make_constant (MsnetDevice *handle, gconstpointer values, gsize n)
{
  g_autoptr (GError) error = NULL;
  MsnetBuffer *constant = msnet_buffer_new_constant (handle, values, n * sizeof (gfloat), &error);

  ck_assert_msg (constant != NULL, "%s", error != NULL ? error->message : "");
  return constant;
}

static void
expect_values (MsnetDevice *handle, MsnetBuffer *constant, const gfloat *values)
{
  gsize size = msnet_buffer_get_size (constant);
  g_autofree gfloat *found = g_malloc (size);
  g_autoptr (MsnetBuffer) copy = msnet_buffer_new (handle, size, NULL);

  ck_assert (msnet_buffer_copy (copy, 0, constant, 0, size, NULL));
  ck_assert (msnet_buffer_download (copy, 0, found, size, NULL));
  ck_assert_mem_eq (found, values, size);
}

START_TEST (same_bytes_are_one_buffer)
{
  g_autofree gfloat *values = make_values (1);
  g_autofree gfloat *same = make_values (1);
  g_autoptr (MsnetBuffer) first = make_constant (device, values, N_VALUES);
  g_autoptr (MsnetBuffer) second = make_constant (other, same, N_VALUES);

  ck_assert_ptr_eq (first, second);
  ck_assert_uint_eq (get_usage ().n_constants, 1);
  ck_assert_uint_eq (get_usage ().constant_bytes, N_VALUES * sizeof (gfloat));
  same[0] = 7;
  expect_values (device, first, values);
  expect_values (other, second, values);
}
END_TEST

/* Around a megabyte and beyond two, from where on they are written in pieces. */
START_TEST (all_bytes_arrive)
{
  const guint sizes[] = { 1, 262143, 262144, 262145, 524289, 600000 };
  g_autofree gfloat *values = g_new (gfloat, sizes[G_N_ELEMENTS (sizes) - 1]);

  for (guint i = 0; i < sizes[G_N_ELEMENTS (sizes) - 1]; i++)
    values[i] = i + 1;
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (MsnetBuffer) constant = make_constant (device, values, sizes[i]);
    g_autoptr (MsnetBuffer) same = make_constant (other, values, sizes[i]);

    ck_assert_uint_eq (msnet_buffer_get_size (constant), sizes[i] * sizeof (gfloat));
    expect_values (device, constant, values);
    ck_assert_ptr_eq (same, constant);
  }
}
END_TEST

static void
copy_values (gpointer target, gpointer data)
{
  memcpy (target, data, N_VALUES * sizeof (gfloat));
}

/* However they came. */
START_TEST (filled_bytes_are_the_same_buffer)
{
  g_autofree gfloat *values = make_values (1);
  g_autofree gfloat *others = make_values (2);
  const gsize size = N_VALUES * sizeof (gfloat);
  g_autoptr (MsnetBuffer) filled = msnet_buffer_make_constant (device, size, copy_values, values, NULL);
  g_autoptr (MsnetBuffer) copied = make_constant (other, values, N_VALUES);
  g_autoptr (MsnetBuffer) again = msnet_buffer_make_constant (other, size, copy_values, values, NULL);
  g_autoptr (MsnetBuffer) another = msnet_buffer_make_constant (other, size, copy_values, others, NULL);

  ck_assert_ptr_nonnull (filled);
  ck_assert_ptr_eq (copied, filled);
  ck_assert_ptr_eq (again, filled);
  ck_assert_ptr_ne (another, filled);
  ck_assert_uint_eq (get_usage ().n_constants, 2);
  expect_values (other, filled, values);
  expect_values (device, another, others);
}
END_TEST

START_TEST (other_bytes_are_another_buffer)
{
  g_autofree gfloat *values = make_values (1);
  g_autofree gfloat *others = make_values (2);
  g_autoptr (MsnetBuffer) first = make_constant (device, values, N_VALUES);
  g_autoptr (MsnetBuffer) second = make_constant (other, others, N_VALUES);
  g_autoptr (MsnetBuffer) shorter = make_constant (other, values, N_VALUES - 1);

  ck_assert_ptr_ne (first, second);
  ck_assert_ptr_ne (first, shorter);
  ck_assert_uint_eq (get_usage ().n_constants, 3);
  expect_values (other, first, values);
  expect_values (device, second, others);
}
END_TEST

START_TEST (freed_with_the_last)
{
  g_autofree gfloat *values = make_values (3);
  MsnetBuffer *first = make_constant (device, values, N_VALUES);
  MsnetBuffer *second = make_constant (other, values, N_VALUES);

  msnet_buffer_unref (first);
  ck_assert_uint_eq (get_usage ().n_constants, 1);
  expect_values (device, second, values);
  msnet_buffer_unref (second);
  ck_assert_uint_eq (get_usage ().n_constants, 0);
  second = make_constant (device, values, N_VALUES);
  expect_values (device, second, values);
  msnet_buffer_unref (second);
}
END_TEST

START_TEST (usage_tells_both_kinds)
{
  g_autofree gfloat *values = make_values (6);
  g_autoptr (MsnetBuffer) constant = make_constant (device, values, N_VALUES);
  g_autoptr (MsnetBuffer) first = msnet_buffer_new (device, 1000, NULL);
  g_autoptr (MsnetBuffer) second = msnet_buffer_new (other, 24, NULL);

  ck_assert_uint_eq (get_usage ().constant_bytes, N_VALUES * sizeof (gfloat));
  ck_assert_uint_eq (get_usage ().own_bytes, 1024);
  g_clear_pointer (&first, msnet_buffer_unref);
  ck_assert_uint_eq (get_usage ().own_bytes, 24);
}
END_TEST

START_TEST (constant_outlives_its_handle)
{
  g_autofree gfloat *values = make_values (4);
  MsnetDevice *brief = msnet_device_open (NULL, NULL);
  g_autoptr (MsnetBuffer) constant = make_constant (brief, values, N_VALUES);

  msnet_device_unref (brief);
  expect_values (other, constant, values);
}
END_TEST

static void
compute (MsnetDevice *handle, guint n)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (handle, N_VALUES * sizeof (gfloat), NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (handle);
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *values = g_new (gfloat, N_VALUES);
  const MsnetLaunch launch = {
    .file = "plain/self_test.cl",
    .kernel = "self_test",
    MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (n)),
    .global = { n },
  };

  ck_assert_msg (msnet_command_list_append (list, &launch, &error) && msnet_command_list_run (list, &error),
      "%s", error != NULL ? error->message : "");
  ck_assert (msnet_buffer_download (buffer, 0, values, N_VALUES * sizeof (gfloat), NULL));
  for (guint i = 0; i < N_VALUES; i++)
    ck_assert_float_eq (values[i], i < n ? 2.0f * i + 1.0f : 0.0f);
}

static gpointer
get_program (gpointer data)
{
  return msnet_context_get_program (data, "plain/self_test.cl", "-DMSNET_TEST", NULL);
}

START_TEST (program_is_built_once)
{
  g_autoptr (GPtrArray) candidates = msnet_candidates_find ();
  const MsnetCandidate *candidate = candidates->pdata[0];
  g_autoptr (MsnetContext) context = msnet_context_open (candidate->id, NULL);
  GThread *threads[N_THREADS];
  gpointer program;

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("build", get_program, context);
  program = get_program (context);
  ck_assert_ptr_nonnull (program);
  for (guint i = 0; i < N_THREADS; i++)
    ck_assert_ptr_eq (g_thread_join (threads[i]), program);
}
END_TEST

START_TEST (small_kernels_are_one_program)
{
  MsnetContext *context = device->context;
  gpointer linear = msnet_context_get_program (context, "cpu/small/linear.cl", NULL, NULL);

  ck_assert_ptr_nonnull (linear);
  ck_assert_ptr_eq (msnet_context_get_program (context, "cpu/small/normalize.cl", NULL, NULL), linear);
  ck_assert_ptr_eq (msnet_context_get_program (context, "cpu/small/pool.cl", "", NULL), linear);
  ck_assert_ptr_ne (msnet_context_get_program (context, "cpu/small/pool.cl", "-DINPUT_BF16", NULL), linear);
  ck_assert_ptr_ne (msnet_context_get_program (context, "cpu/peak.cl", NULL, NULL), linear);
}
END_TEST

START_TEST (handles_share_programs)
{
  guint n_before;

  compute (device, 64);
  n_before = get_usage ().n_programs;
  ck_assert_uint_ge (n_before, 1);
  compute (other, 128);
  ck_assert_uint_eq (get_usage ().n_programs, n_before);
}
END_TEST

START_TEST (given_up_is_not_shared)
{
  g_autofree gfloat *values = make_values (5);
  g_autoptr (MsnetDevice) hung = msnet_device_open (NULL, NULL);
  g_autoptr (MsnetBuffer) before = make_constant (hung, values, N_VALUES);
  g_autoptr (MsnetDevice) fresh = NULL;
  g_autoptr (MsnetDevice) second = NULL;
  g_autoptr (MsnetBuffer) after = NULL;
  g_autoptr (MsnetBuffer) shared = NULL;

  msnet_device_give_up (hung);
  fresh = msnet_device_open (NULL, NULL);
  after = make_constant (fresh, values, N_VALUES);
  ck_assert_ptr_ne (before, after);
  msnet_device_give_up (hung); /* which is forgotten already: `fresh` stays known */
  second = msnet_device_open (NULL, NULL);
  shared = make_constant (second, values, N_VALUES);
  ck_assert_ptr_eq (after, shared);
  compute (fresh, 64);
  close_handles (); /* which share with `hung` */
  open_handles ();
}
END_TEST

/* Waits as long as the driver hangs. */
static gpointer
fill (gpointer data)
{
  return msnet_buffer_new (data, 64, NULL);
}

START_TEST (hung_queue_holds_nobody_up)
{
  g_autofree gfloat *values = make_values (7);
  g_autoptr (MsnetDevice) hung = msnet_device_open (NULL, NULL);
  g_autoptr (MsnetBuffer) before = make_constant (hung, values, N_VALUES);
  g_autoptr (MsnetBuffer) shared = NULL;
  g_autoptr (MsnetBuffer) filled = NULL;
  cl_event event = clCreateUserEvent (hung->context->context, NULL);
  GThread *thread;

  ck_assert_int_eq (clEnqueueBarrierWithWaitList (hung->queue, 1, &event, NULL), CL_SUCCESS);
  thread = g_thread_new ("hung", fill, hung);
  shared = make_constant (other, values, N_VALUES);
  ck_assert_ptr_eq (shared, before);
  expect_values (device, shared, values);
  compute (other, 256);
  clSetUserEventStatus (event, CL_COMPLETE);
  filled = g_thread_join (thread);
  ck_assert_ptr_nonnull (filled);
  clReleaseEvent (event);
}
END_TEST

START_TEST (failure_is_its_own)
{
  g_autoptr (MsnetBuffer) buffer = msnet_buffer_new (device, 64, NULL);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (device);
  const MsnetLaunch broken = { .file = "plain/self_test.cl",
    .kernel = "self_test",
    .options = "-DMSNET_BREAK_BUILD",
    MSNET_ARGUMENTS (MSNET_BUFFER (buffer), MSNET_INT (16)) };
  guint n_programs = get_usage ().n_programs;

  ck_assert (!msnet_command_list_append (list, &broken, NULL));
  ck_assert_uint_eq (get_usage ().n_programs, n_programs);
  compute (other, 64);
  compute (device, 64);
}
END_TEST

/* Opens, shares, computes and frees, in step with nobody. */
static gpointer
come_and_go (gpointer data)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_autoptr (MsnetDevice) handle = msnet_device_open (NULL, NULL);
    g_autofree gfloat *values = make_values (i % 3);
    g_autoptr (MsnetBuffer) constant = make_constant (handle, values, N_VALUES);

    expect_values (handle, constant, values);
    compute (handle, 64 * (1 + GPOINTER_TO_UINT (data)));
  }
  return NULL;
}

START_TEST (threads_come_and_go)
{
  GThread *threads[N_THREADS];

  /* Nobody else keeps the context: it comes and goes as well. */
  close_handles ();
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("handle", come_and_go, GUINT_TO_POINTER (i));
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  open_handles ();
  ck_assert_uint_eq (get_usage ().n_constants, 0);
  /* A GPU has been tried out by a program of its own. */
  ck_assert_uint_eq (get_usage ().n_programs, msnet_device_get_info (device)->is_cpu ? 0 : 1);
}
END_TEST

/* Whether pairs of bfloat16 are worthwhile is measured, and a busy machine measures otherwise: one pipeline
 * after the other in one process is to compute the same. */
START_TEST (instructions_are_found_once)
{
  const gboolean has_amx = test_provide_amx (device);
  const gboolean found = msnet_instructions_find (device);

  close_handles ();
  open_handles ();
  ck_assert_int_eq (msnet_device_get_info (device)->has_amx, has_amx);
  ck_assert_int_eq (
      msnet_device_get_info (device)->has_amx || msnet_device_get_info (device)->has_bf16, found);
}
END_TEST

/* A device that was given up and came back has found more than the context that took its place. */
START_TEST (instructions_stay_found)
{
  MsnetDevice *hung, *brief;

  close_handles ();
  hung = msnet_device_open (NULL, NULL);
  msnet_instructions_find (hung);
  msnet_device_give_up (hung);
  brief = msnet_device_open (NULL, NULL);
  msnet_instructions_find_amx (brief);
  brief->context->searches[MSNET_ABILITY_BF16] = MSNET_SEARCH_OPEN; /* what earlier tests have found */
  msnet_device_unref (hung);
  msnet_device_unref (brief);
  open_handles ();
  ck_assert_int_eq (device->context->searches[MSNET_ABILITY_BF16], MSNET_SEARCH_DONE);
}
END_TEST

static gint search_may_end; /* atomic */

/* The driver builds a program for a minute. */
static gboolean
search_for_long (MsnetDevice *searching)
{
  while (!g_atomic_int_get (&search_may_end))
    g_usleep (1000);
  return FALSE;
}

static gpointer
find_out (gpointer handle)
{
  msnet_device_find_out (handle, MSNET_ABILITY_BF16, search_for_long);
  return NULL;
}

static gboolean
is_waiting (MsnetDevice *handle)
{
  gboolean waits;

  msnet_lock_take (&handle->pulse.lock);
  waits = handle->pulse.function != NULL;
  msnet_lock_give (&handle->pulse.lock);
  return waits;
}

/* A second element asks for the same while the first one's driver still builds: its device does not hang. */
START_TEST (waiting_for_a_search_is_no_hang)
{
  const gint64 patience = msnet_device_patience.command;
  GThread *first, *second;
  MsnetVigil vigil = { 0 };

  device->context->searches[MSNET_ABILITY_BF16] = MSNET_SEARCH_OPEN;
  msnet_device_patience.command = 0;
  first = g_thread_new ("first", find_out, device);
  while (g_atomic_int_get ((gint *)&device->context->searches[MSNET_ABILITY_BF16]) != MSNET_SEARCH_RUNNING)
    g_usleep (1000);
  second = g_thread_new ("second", find_out, other);
  while (!is_waiting (other))
    g_usleep (1000);
  ck_assert (!msnet_device_has_hung (other, &vigil, 0, NULL));
  g_atomic_int_set (&search_may_end, TRUE);
  g_thread_join (first);
  g_thread_join (second);
  msnet_device_patience.command = patience;
}
END_TEST

Suite *
test_suite (void)
{
  Suite *suite = suite_create ("context");
  TCase *tests = tcase_create ("context");

  tcase_add_unchecked_fixture (tests, open_handles, close_handles);
  tcase_add_test (tests, same_bytes_are_one_buffer);
  tcase_add_test (tests, all_bytes_arrive);
  tcase_add_test (tests, filled_bytes_are_the_same_buffer);
  tcase_add_test (tests, other_bytes_are_another_buffer);
  tcase_add_test (tests, freed_with_the_last);
  tcase_add_test (tests, usage_tells_both_kinds);
  tcase_add_test (tests, constant_outlives_its_handle);
  tcase_add_test (tests, program_is_built_once);
  tcase_add_test (tests, small_kernels_are_one_program);
  tcase_add_test (tests, handles_share_programs);
  tcase_add_test (tests, hung_queue_holds_nobody_up);
  tcase_add_test (tests, failure_is_its_own);
  tcase_add_test (tests, given_up_is_not_shared);
  tcase_add_test (tests, instructions_are_found_once);
  tcase_add_test (tests, instructions_stay_found);
  tcase_add_test (tests, waiting_for_a_search_is_no_hang);
  tcase_add_test (tests, threads_come_and_go);
  suite_add_tcase (suite, tests);
  return suite;
}
