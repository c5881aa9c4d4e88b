/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of a convolution for one value; cpu/epilogue.h does it for vectors. */
#pragma once

#include "arguments/epilogue.h"

/* `epilogue`: a MsnetEpilogue; `residual`: 0 where it has none */
static inline float
finish_1 (float value, float residual, int epilogue)
{
  if (epilogue == MSNET_EPILOGUE_ADD || epilogue == MSNET_EPILOGUE_ADD_RELU)
    value += residual;
  if (epilogue != MSNET_EPILOGUE_LINEAR && epilogue != MSNET_EPILOGUE_ADD)
    value = fmax (value, 0.0f);
  if (epilogue == MSNET_EPILOGUE_RELU6)
    value = fmin (value, 6.0f);
  if (epilogue == MSNET_EPILOGUE_RELU_ADD)
    value += residual;
  if (epilogue == MSNET_EPILOGUE_RELU_MULTIPLY)
    value *= residual;
  return value;
}
