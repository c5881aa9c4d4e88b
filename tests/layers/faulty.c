/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine with a GPU that passes the self-test and is of no use afterwards, and a CPU: PoCL, asked for two
 * devices, of which the first is called a GPU.
 *
 * The environment's MSNET_FAULT says how it fails, asked at each call: `build`: no other program builds;
 * `launch`: no other kernel runs; `hang`: no other kernel ends; `hang-context`, `hang-build`,
 * `hang-enqueue`: the call that makes a context, builds another program or enqueues another kernel does not
 * return; `hang-cpu`: the CPU builds no program; `compile`: the next program takes three seconds to build;
 * `slow`: each kernel takes a tenth of a second; else it works. */
#include "layer.h"

#include <string.h>
#include <unistd.h>

#define NAME "Faulty 9000"

static cl_device_id gpu;
static cl_command_queue hanging; /* atomic */

static gboolean
has_fault (const gchar *fault)
{
  return g_strcmp0 (g_getenv ("MSNET_FAULT"), fault) == 0;
}

static cl_int CL_API_CALL
get_device_ids (cl_platform_id platform, cl_device_type type, cl_uint n, cl_device_id *ids, cl_uint *n_found)
{
  cl_int status;

  /* PoCL reads it when it is asked for the first time. */
  g_setenv ("POCL_DEVICES", "pthread basic", FALSE);
  status = layer_target->clGetDeviceIDs (platform, type, n, ids, n_found);
  if (status == CL_SUCCESS && gpu == NULL && ids != NULL)
    gpu = ids[0];
  return status;
}

static cl_int CL_API_CALL
get_device_info (cl_device_id device, cl_device_info name, size_t size, void *value, size_t *size_found)
{
  const cl_device_type type = CL_DEVICE_TYPE_GPU;

  if (device == gpu && name == CL_DEVICE_TYPE)
    return layer_answer (&type, sizeof type, size, value, size_found);
  if (device == gpu && name == CL_DEVICE_NAME)
    return layer_answer (NAME, sizeof NAME, size, value, size_found);
  return layer_target->clGetDeviceInfo (device, name, size, value, size_found);
}

static void
hang_by (const gchar *fault)
{
  while (has_fault (fault))
    pause ();
}

static cl_context CL_API_CALL
create_context (const cl_context_properties *properties, cl_uint n, const cl_device_id *devices,
    void (CL_CALLBACK *notify) (const char *message, const void *info, size_t size, void *data), void *data,
    cl_int *status)
{
  if (n > 0 && devices[0] == gpu)
    hang_by ("hang-context");
  return layer_target->clCreateContext (properties, n, devices, notify, data, status);
}

static gboolean
is_self_test (cl_program program)
{
  gsize size = 0;
  g_autofree gchar *source = NULL;

  layer_target->clGetProgramInfo (program, CL_PROGRAM_SOURCE, 0, NULL, &size);
  source = g_malloc0 (size + 1);
  layer_target->clGetProgramInfo (program, CL_PROGRAM_SOURCE, size, source, NULL);
  return strstr (source, "self_test") != NULL;
}

/* Once. */
static void
compile_slowly (void)
{
  static gint is_done;

  if (has_fault ("compile") && g_atomic_int_compare_and_exchange (&is_done, FALSE, TRUE))
    g_usleep (3 * G_USEC_PER_SEC);
}

static cl_int CL_API_CALL
build (cl_program program, cl_uint n, const cl_device_id *devices, const char *options,
    void (CL_CALLBACK *notify) (cl_program program, void *data), void *data)
{
  if (n > 0 && devices[0] != gpu)
    hang_by ("hang-cpu");
  if (n > 0 && devices[0] == gpu && !is_self_test (program)) {
    compile_slowly ();
    hang_by ("hang-build");
    if (has_fault ("build"))
      return CL_BUILD_PROGRAM_FAILURE;
  }
  return layer_target->clBuildProgram (program, n, devices, options, notify, data);
}

static gboolean
is_on_gpu (cl_command_queue queue, cl_kernel kernel)
{
  cl_device_id device = NULL;
  cl_program program = NULL;

  layer_target->clGetCommandQueueInfo (queue, CL_QUEUE_DEVICE, sizeof device, &device, NULL);
  layer_target->clGetKernelInfo (kernel, CL_KERNEL_PROGRAM, sizeof program, &program, NULL);
  return device == gpu && !is_self_test (program);
}

static cl_int CL_API_CALL
enqueue (cl_command_queue queue, cl_kernel kernel, cl_uint n_dimensions, const size_t *offset,
    const size_t *global, const size_t *local, cl_uint n_events, const cl_event *events, cl_event *event)
{
  if (is_on_gpu (queue, kernel) && has_fault ("launch"))
    return CL_OUT_OF_RESOURCES;
  if (is_on_gpu (queue, kernel) && has_fault ("hang"))
    g_atomic_pointer_set (&hanging, queue);
  if (is_on_gpu (queue, kernel))
    hang_by ("hang-enqueue");
  return layer_target->clEnqueueNDRangeKernel (
      queue, kernel, n_dimensions, offset, global, local, n_events, events, event);
}

static void
hang_if_at (cl_command_queue queue)
{
  while (queue == g_atomic_pointer_get (&hanging))
    pause ();
}

static cl_int CL_API_CALL
finish (cl_command_queue queue)
{
  hang_if_at (queue);
  return layer_target->clFinish (queue);
}

static cl_int CL_API_CALL
wait_for_events (cl_uint n, const cl_event *events)
{
  cl_command_queue queue = NULL;

  layer_target->clGetEventInfo (events[0], CL_EVENT_COMMAND_QUEUE, sizeof queue, &queue, NULL);
  hang_if_at (queue);
  if (has_fault ("slow"))
    g_usleep (G_USEC_PER_SEC / 10);
  return layer_target->clWaitForEvents (n, events);
}

const cl_icd_dispatch layer_calls = {
  .clGetDeviceIDs = get_device_ids,
  .clGetDeviceInfo = get_device_info,
  .clCreateContext = create_context,
  .clBuildProgram = build,
  .clEnqueueNDRangeKernel = enqueue,
  .clFinish = finish,
  .clWaitForEvents = wait_for_events,
};
