/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Correlation of neighbouring frames and the displacement read from it (MSNET.md 3.3 to 3.7). */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

/* Which frame each frame t is compared with. */
typedef enum
{
  MSNET_DIRECTION_FORWARD, /* t with t + 1, for t = 0 .. T-2 */
  MSNET_DIRECTION_PAST,    /* t with t - 1 (searched); frame 0 with itself */
} MsnetDirection;

/* Pairs of frames that @direction makes of @frames: T - 1 or T. */
guint msnet_direction_get_pairs (MsnetDirection direction, guint frames);

/**
 * MsnetCorrelationParams:
 * @scores: [pairs, H, W, P * P], channel (dy + P/2) * P + (dx + P/2): max (0, <f_t(y, x), f_s(y+dy, x+dx)>),
 *     0 where y+dy, x+dx is outside the map
 * @features: [T, H, W, C], normalised
 * @searched: (nullable): [1, H, W, C], the features of the frame before a stream's, which with direction past
 *     frame 0 is compared with instead of with itself; then T is 1
 * @patch: P, odd
 */
typedef struct
{
  MsnetTensor *scores;
  MsnetTensor *features;
  MsnetTensor *searched;
  guint patch;
  MsnetDirection direction;
} MsnetCorrelationParams;

gboolean msnet_correlation_append (
    MsnetCommandList *list, const MsnetCorrelationParams *params, GError **error);

/**
 * MsnetDisplacementParams: kernel-soft-argmax.
 * @displacement: [T, H, W, 3] (dx, dy in units of P/2 cells, confidence) or [T, H, W, 2] without
 *     confidence; with @direction forward the last pair is repeated for frame T - 1
 * @scores: [pairs, H, W, P * P]
 * @sigma: of the Gaussian around the best cell, in cells
 * @temperature: tau of the softmax
 */
typedef struct
{
  MsnetTensor *displacement;
  MsnetTensor *scores;
  guint patch;
  MsnetDirection direction;
  gdouble sigma;
  gdouble temperature;
} MsnetDisplacementParams;

gboolean msnet_displacement_append (
    MsnetCommandList *list, const MsnetDisplacementParams *params, GError **error);

/**
 * MsnetFlatnessParams: how far the best score of each cell stands out.
 * @flatness: [pairs, H, W, 1]: best minus median (lower of the two middle ones where their number is even)
 *     of the scores whose displacement stays inside the map
 * @scores: [pairs, H, W, P * P]
 */
typedef struct
{
  MsnetTensor *flatness;
  MsnetTensor *scores;
  guint patch;
} MsnetFlatnessParams;

gboolean msnet_flatness_append (MsnetCommandList *list, const MsnetFlatnessParams *params, GError **error);

G_END_DECLS
