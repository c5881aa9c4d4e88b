/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An OpenCL layer: a module between the OpenCL loader and its drivers, which the loader takes from the
 * environment's OPENCL_LAYERS (ocl-icd from 2.3 on; older ones know no layers).
 *
 * A layer is layer.c and one file that fills in what it changes. */
#pragma once

#include <CL/cl_layer.h>
#include <glib.h>

G_BEGIN_DECLS

/* What lies below: every call of OpenCL.  Set before the first call arrives. */
extern const cl_icd_dispatch *layer_target;

/* What the layer changes; the rest is NULL and goes straight to the target. */
extern const cl_icd_dispatch layer_calls;

/* What clGet...Info() returns for @value of @size bytes. */
cl_int layer_answer (
    gconstpointer value, gsize size, gsize answer_size, gpointer answer, gsize *answer_size_found);

G_END_DECLS
