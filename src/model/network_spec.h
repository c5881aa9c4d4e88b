/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `msnet.network` of a model file says, checked (network_parse.h). */
#pragma once

#include "ops/conv2d/conv2d.h"
#include "ops/correlation.h"

G_BEGIN_DECLS

/* `motion` of `msnet.network`; absent: TSM or TSN. */
typedef struct
{
  gboolean present;
  guint patch;
  gdouble sigma;
  gdouble temperature;
  MsnetDirection direction;
  gboolean confidence;
} MsnetMotionSpec;

typedef struct _MsnetBackbone MsnetBackbone;

typedef struct
{
  const MsnetBackbone *backbone;
  guint depth; /* as the backbone has it; ResNet: 18, 34, 50, 101, 152 */
  guint width; /* as the backbone has it; ResNet: channels of the first stage, 64 is standard */
  MsnetShift shift;
  guint shift_every; /* every so many blocks of a stage shift */
  guint classes;
  MsnetMotionSpec motion;
} MsnetNetworkSpec;

G_END_DECLS
