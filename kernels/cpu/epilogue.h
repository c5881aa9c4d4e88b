/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of a convolution, for a vector of output channels. */
#pragma once

#include "arguments/epilogue.h"
#include "cpu/vector_storage.h"

/* `epilogue`: a MsnetEpilogue */
static inline vector
finish (vector value, global const output_element *residual, int epilogue)
{
  if (epilogue == MSNET_EPILOGUE_ADD || epilogue == MSNET_EPILOGUE_ADD_RELU)
    value += LOAD_OUTPUT (0, residual);
  if (epilogue != MSNET_EPILOGUE_LINEAR && epilogue != MSNET_EPILOGUE_ADD)
    value = fmax (value, (vector)(0.0f));
  if (epilogue == MSNET_EPILOGUE_RELU6)
    value = fmin (value, (vector)(6.0f));
  if (epilogue == MSNET_EPILOGUE_RELU_ADD)
    value += LOAD_OUTPUT (0, residual);
  if (epilogue == MSNET_EPILOGUE_RELU_MULTIPLY)
    value *= LOAD_OUTPUT (0, residual);
  return value;
}

/* What an epilogue without a residual leaves as it is. */
typedef struct
{
  float low;
  float high;
} Range;

static inline Range
get_range (int epilogue)
{
  return (Range){ epilogue == MSNET_EPILOGUE_LINEAR ? -INFINITY : 0.0f,
    epilogue == MSNET_EPILOGUE_RELU6 ? 6.0f : INFINITY };
}

/* finish() without a branch, where sums are short. */
static inline vector
cut_off (vector value, Range range)
{
  return min (max (value, range.low), range.high);
}
