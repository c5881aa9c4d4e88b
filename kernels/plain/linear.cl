/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The classifier, and the consensus over frames.  A work-item makes one value.  Global size: (values). */

#include "geometry.h"

/* output[t, k] = bias[k] + sum over c of weights[k, c] input[t, c]
 *
 * output: [T, 1, 1, K]; input: [T, 1, 1, C]; weights: [K][C] */
kernel void
linear (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in,
    global const float *weights, global const float *bias, int frames)
{
  const int class_index = get_global_id (0) % out.channels;
  const int frame = get_global_id (0) / out.channels;
  float sum;

  if (frame >= frames)
    return;
  input += get_row (in, frame, 0);
  weights += class_index * in.channels;
  sum = bias[class_index];
  for (int channel = 0; channel < in.channels; channel++)
    sum += weights[channel] * input[channel];
  output[get_row (out, frame, 0) + class_index] = sum;
}

/* output[k] = mean over t of input[t, k]
 *
 * output: [1, 1, 1, K]; input: [T, 1, 1, K] */
kernel void
consensus (global float *output, MsnetGeometry out, global const float *input, MsnetGeometry in, int frames)
{
  const int class_index = get_global_id (0);
  float sum = 0.0f;

  if (class_index >= in.channels)
    return;
  for (int frame = 0; frame < frames; frame++)
    sum += input[get_row (in, frame, 0) + class_index];
  output[out.origin + class_index] = sum / (float)frames;
}
