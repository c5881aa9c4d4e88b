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
  MSNET_DIRECTION_BOTH,    /* as forward; then t + 1 with t, for t = 0 .. T-2 */
} MsnetDirection;

/* Pairs of frames that @direction makes of @frames: T - 1, T or 2 (T - 1). */
guint msnet_direction_get_pairs (MsnetDirection direction, guint frames);

/* Frames that it needs: 1 or 2. */
guint msnet_direction_get_least_frames (MsnetDirection direction);

/**
 * MsnetCorrelationParams:
 * @scores: [pairs, H, W, P * P], channel (i + P/2) * P + (j + P/2): max (0, <f_t(y, x), f_s(y+Di, x+Dj)>),
 *     0 where y+Di, x+Dj is outside the map
 * @features: [T, H, W, C], normalised
 * @searched: (nullable): [1, H, W, C], the features of the frame before a stream's, which with direction past
 *     frame 0 is compared with instead of with itself; then T is 1
 * @patch: P, odd
 * @dilation: D, cells from one displacement to the next
 */
typedef struct
{
  MsnetTensor *scores;
  MsnetTensor *features;
  MsnetTensor *searched;
  guint patch;
  guint dilation;
  MsnetDirection direction;
} MsnetCorrelationParams;

gboolean msnet_correlation_append (
    MsnetCommandList *list, const MsnetCorrelationParams *params, GError **error);

/**
 * MsnetDisplacementParams: kernel-soft-argmax, or plain soft-argmax.
 * @displacement: [T, H, W, 3] (dx, dy in units of P/2 displacements, confidence) or [T, H, W, 2] without
 *     confidence; with @direction both twice that, forward then backward.  With forward and both the last
 *     pair is repeated for frame T - 1
 * @scores: [pairs, H, W, P * P]
 * @sigma: of the Gaussian around the best displacement, in displacements; INFINITY: plain, without one
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
 * @patch, @dilation: of the correlation
 */
typedef struct
{
  MsnetTensor *flatness;
  MsnetTensor *scores;
  guint patch;
  guint dilation;
} MsnetFlatnessParams;

gboolean msnet_flatness_append (MsnetCommandList *list, const MsnetFlatnessParams *params, GError **error);

G_END_DECLS
