/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Convolutions of random values, with what their twin makes of them. */
#pragma once

#include "ops/all_kernels.h"
#include "ops/conv2d/conv2d.h"
#include "reference/conv2d.h"

G_BEGIN_DECLS

/* How the tensors of a case are stored, and the borders around them, beyond what it needs. */
typedef struct
{
  guint input;
  guint output;
  guint residual;
  MsnetDataType data_type;
} TestStorage;

/* Tensors, weights and the expected output of one case. */
typedef struct
{
  MsnetConv2dParams params;
  gfloat *weights;
  gfloat *bias;
  gfloat *expected;
} TestConv2d;

TestConv2d test_conv2d_new (
    MsnetDevice *device, GRand *random, const ReferenceConv2d *sizes, TestStorage storage);
void test_conv2d_clear (TestConv2d *self);

/* Returns: (transfer full): what @kernel computes, after the comparison with the twin */
gfloat *test_conv2d_run (
    const MsnetKernel *kernel, MsnetDevice *device, const TestConv2d *self, const ReferenceConv2d *sizes);

/* A convolution of @sizes by every kernel that can compute it. */
void test_conv2d_check (
    MsnetDevice *device, GRand *random, const ReferenceConv2d *sizes, TestStorage storage);

G_END_DECLS
