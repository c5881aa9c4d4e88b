/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of src/ share: a device, random values, comparisons that say where and what. */
#pragma once

#include "tensor/tensor.h"

#include <check.h>

G_BEGIN_DECLS

/* Returns: (transfer full): the device under test; ends the test program as skipped (77) where the
 * machine has none */
MsnetDevice *test_open_device (void);

/* Returns: (transfer none): the same one at each call, which main () closes */
MsnetDevice *test_get_device (void);
void test_close_device (void);

/* Returns: (transfer full): @n values between @low and @high; the same for the same @random */
gfloat *test_random_values (GRand *random, gsize n, gdouble low, gdouble high);

/* Rounds @n values to what @data_type can store. */
void test_round_values (gfloat *values, gsize n, MsnetDataType data_type);

/* Returns: the tolerance of a comparison, of the largest value: @exact, and where results are stored as
 *     bfloat16 what rounding them may add */
gdouble test_get_tolerance (MsnetDataType stored, gdouble exact);

/* Returns: (transfer full): a tensor that holds @values (dense, without halo), or zeros for NULL */
MsnetTensor *test_tensor_new (MsnetDevice *device, const MsnetShape *shape, const gfloat *values);

/* Aborts the test with worst index and both values where the two differ by more than @tolerance of
 * the largest expected value, or where something is not a number. */
void test_compare (
    const gchar *what, const gfloat *expected, const gfloat *found, gsize n, gdouble tolerance);

/* The same for a tensor on the device; also checks that its borders still are zero. */
void test_compare_tensor (const gchar *what, const gfloat *expected, MsnetTensor *found, gdouble tolerance);

/* Aborts the test unless @error is of MSNET_ERROR with @code and its message holds @part. */
void test_expect_error (const GError *error, gint code, const gchar *part);

/* What main () of main.c runs.  Each test program defines it, unless it takes arguments and has a main () of
 * its own. */
Suite *test_suite (void);

/* Runs @suite; what main () returns. */
gint test_run (Suite *suite);

G_END_DECLS
