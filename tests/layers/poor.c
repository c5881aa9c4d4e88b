/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes every device a poor one that is no CPU, with a name that is no UTF-8: work-groups of one work-item,
 * 32 KB of local memory, no vectors, no doubles, no halves, no images.  What is over its limits is refused
 * as drivers do. */
#include "layer.h"

#define LOCAL_BYTES (32 * 1024)

static cl_int CL_API_CALL
get_device_info (cl_device_id device, cl_device_info name, size_t size, void *value, size_t *size_found)
{
  const cl_device_type type = CL_DEVICE_TYPE_GPU;
  const cl_ulong local_bytes = LOCAL_BYTES;
  const size_t ones[3] = { 1, 1, 1 };
  const cl_uint one = 1;
  const cl_ulong nothing = 0;
  const char device_name[] = "Poor\xae device"; /* the sign of registered trade marks, in Latin-1 */

  switch (name) {
  case CL_DEVICE_TYPE:
    return layer_answer (&type, sizeof type, size, value, size_found);
  case CL_DEVICE_NAME:
    return layer_answer (device_name, sizeof device_name, size, value, size_found);
  case CL_DEVICE_LOCAL_MEM_SIZE:
    return layer_answer (&local_bytes, sizeof local_bytes, size, value, size_found);
  case CL_DEVICE_MAX_WORK_GROUP_SIZE:
    return layer_answer (ones, sizeof *ones, size, value, size_found);
  case CL_DEVICE_MAX_WORK_ITEM_SIZES:
    return layer_answer (ones, sizeof ones, size, value, size_found);
  case CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT:
  case CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT:
    return layer_answer (&one, sizeof one, size, value, size_found);
  case CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE:
  case CL_DEVICE_NATIVE_VECTOR_WIDTH_HALF:
  case CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE:
  case CL_DEVICE_PREFERRED_VECTOR_WIDTH_HALF:
  case CL_DEVICE_IMAGE_SUPPORT:
    return layer_answer (&nothing, sizeof (cl_uint), size, value, size_found);
  case CL_DEVICE_DOUBLE_FP_CONFIG:
  case CL_DEVICE_HALF_FP_CONFIG:
    return layer_answer (&nothing, sizeof nothing, size, value, size_found);
  case CL_DEVICE_EXTENSIONS:
    return layer_answer ("", 1, size, value, size_found);
  }
  return layer_target->clGetDeviceInfo (device, name, size, value, size_found);
}

static cl_int CL_API_CALL
get_kernel_info (cl_kernel kernel, cl_device_id device, cl_kernel_work_group_info name, size_t size,
    void *value, size_t *size_found)
{
  const size_t one = 1;

  if (name == CL_KERNEL_WORK_GROUP_SIZE)
    return layer_answer (&one, sizeof one, size, value, size_found);
  return layer_target->clGetKernelWorkGroupInfo (kernel, device, name, size, value, size_found);
}

static cl_ulong
get_local_bytes (cl_command_queue queue, cl_kernel kernel)
{
  cl_device_id device = NULL;
  cl_ulong bytes = 0;

  layer_target->clGetCommandQueueInfo (queue, CL_QUEUE_DEVICE, sizeof device, &device, NULL);
  layer_target->clGetKernelWorkGroupInfo (
      kernel, device, CL_KERNEL_LOCAL_MEM_SIZE, sizeof bytes, &bytes, NULL);
  return bytes;
}

static cl_int CL_API_CALL
enqueue (cl_command_queue queue, cl_kernel kernel, cl_uint n_dimensions, const size_t *offset,
    const size_t *global, const size_t *local, cl_uint n_events, const cl_event *events, cl_event *event)
{
  for (cl_uint i = 0; local != NULL && i < n_dimensions; i++)
    if (local[i] > 1)
      return CL_INVALID_WORK_GROUP_SIZE;
  if (get_local_bytes (queue, kernel) > LOCAL_BYTES)
    return CL_OUT_OF_RESOURCES;
  return layer_target->clEnqueueNDRangeKernel (
      queue, kernel, n_dimensions, offset, global, local, n_events, events, event);
}

const cl_icd_dispatch layer_calls = {
  .clGetDeviceInfo = get_device_info,
  .clGetKernelWorkGroupInfo = get_kernel_info,
  .clEnqueueNDRangeKernel = enqueue,
};
