/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Frames of random bytes, in every layout of pixels. */
#pragma once

#include "base/frame.h"

G_BEGIN_DECLS

/* A layout of pixels: components with offsets from the start of their plane. */
typedef struct
{
  const gchar *name;
  MsnetPixels pixels;
  guint n_planes;
  MsnetComponent components[3];
} TestLayout;

#define TEST_N_LAYOUTS 15
extern const TestLayout test_layouts[TEST_N_LAYOUTS];

/* Random colours and a random turn, too. */
MsnetFrame test_frame_new (GRand *random, const TestLayout *layout, guint width, guint height);
void test_frame_clear (MsnetFrame *frame);

G_END_DECLS
