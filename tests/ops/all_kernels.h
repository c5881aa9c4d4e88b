/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs every kernel of an operation, each compared with the scalar twin: a new row of a list is tested by all
 * cases that it can compute. */
#pragma once

#include "common/common.h"
#include "ops/operations.h"

G_BEGIN_DECLS

/* Appends the operation that @params describe. */
typedef gboolean (*AppendFunc) (MsnetCommandList *list, gconstpointer params, GError **error);

/**
 * test_kernels:
 * @output: what the operation writes; set to zeros before each run
 * @expected: dense values of @output
 * @tolerance: of the largest expected value; kernels with a larger bound are given that
 *
 * Each kernel that can compute @params on @device must be near @expected, and as near to the plain one as its
 * bound says.  One that multiplies bfloat16 gets no more: the values of tests can be stored so.
 */
void test_kernels (const MsnetOperation *operation, MsnetDevice *device, const gchar *what,
    gconstpointer params, MsnetTensor *output, const gfloat *expected, gdouble tolerance);

/* Returns: (transfer full): the values that @kernel computes, after the comparison with @expected */
gfloat *test_kernel (const MsnetKernel *kernel, MsnetDevice *device, const gchar *what, gconstpointer params,
    MsnetTensor *output, const gfloat *expected, gdouble tolerance);

/* Aborts the test unless some case of this test could be computed by each kernel, were the device to have all
 * that it asks for. */
void test_expect_all_kernels (const MsnetOperation *operation);

/* Aborts the test unless @append is refused with MSNET_ERROR_SHAPE and @message. */
void test_refusal (MsnetDevice *device, AppendFunc append, gconstpointer params, const gchar *message);

/* A shape with random borders around its inside; @halo: the least. */
MsnetShape test_random_borders (GRand *random, MsnetShape shape, guint halo);

/* Returns: one of @values, chosen by @random */
#define TEST_PICK(random, values) ((values)[g_rand_int_range (random, 0, G_N_ELEMENTS (values))])

G_END_DECLS
