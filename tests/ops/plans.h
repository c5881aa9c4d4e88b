/* Runs an operation with plain kernels and with those of the device, each compared with the scalar twin. */
#pragma once

#include "common/common.h"
#include "opencl/command_list.h"

G_BEGIN_DECLS

/* Appends the operation that @params describe. */
typedef gboolean (*AppendFunc) (MsnetCommandList *list, gconstpointer params, GError **error);

/**
 * test_plans:
 * @output: what the operation writes; set to zeros before each run
 * @expected: dense values of @output
 * @tolerance: of the largest expected value
 */
void test_plans (MsnetDevice *device, const gchar *what, AppendFunc append, gconstpointer params,
    MsnetTensor *output, const gfloat *expected, gdouble tolerance);

/* Aborts the test unless @append is refused with MSNET_ERROR_SHAPE and @message. */
void test_refusal (MsnetDevice *device, AppendFunc append, gconstpointer params, const gchar *message);

/* A shape with random borders around its inside; @halo: the least. */
MsnetShape test_random_borders (GRand *random, MsnetShape shape, guint halo);

/* Returns: one of @values, chosen by @random */
#define TEST_PICK(random, values) ((values)[g_rand_int_range (random, 0, G_N_ELEMENTS (values))])

G_END_DECLS
