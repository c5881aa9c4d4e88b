/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layer.h"

#include <string.h>

#define EXPORT __attribute__ ((visibility ("default")))

const cl_icd_dispatch *layer_target;

cl_int
layer_answer (gconstpointer value, gsize size, gsize answer_size, gpointer answer, gsize *answer_size_found)
{
  if (answer != NULL && answer_size < size)
    return CL_INVALID_VALUE;
  if (answer != NULL)
    memcpy (answer, value, size);
  if (answer_size_found != NULL)
    *answer_size_found = size;
  return CL_SUCCESS;
}

EXPORT cl_int CL_API_CALL
clGetLayerInfo (cl_layer_info name, size_t size, void *value, size_t *size_found)
{
  const cl_layer_api_version version = CL_LAYER_API_VERSION_100;

  if (name == CL_LAYER_NAME)
    return layer_answer ("msnet", sizeof "msnet", size, value, size_found);
  return name == CL_LAYER_API_VERSION ? layer_answer (&version, sizeof version, size, value, size_found)
                                      : CL_INVALID_VALUE;
}

EXPORT cl_int CL_API_CALL
clInitLayer (
    cl_uint n_entries, const cl_icd_dispatch *target, cl_uint *n_changed, const cl_icd_dispatch **calls)
{
  if (n_entries < sizeof layer_calls / sizeof (void *))
    return CL_INVALID_VALUE;
  layer_target = target;
  *n_changed = sizeof layer_calls / sizeof (void *);
  *calls = &layer_calls;
  return CL_SUCCESS;
}
