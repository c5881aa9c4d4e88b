/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a convolution ends. */
#pragma once

/* y: the sum of all products and of the bias.  From MSNET_EPILOGUE_ADD on, there is a residual. */
typedef enum
{
  MSNET_EPILOGUE_LINEAR,        /* y */
  MSNET_EPILOGUE_RELU,          /* max (0, y) */
  MSNET_EPILOGUE_RELU6,         /* min (6, max (0, y)) */
  MSNET_EPILOGUE_ADD,           /* y + residual: the end of an inverted residual block */
  MSNET_EPILOGUE_ADD_RELU,      /* max (0, y + residual): the end of a residual block */
  MSNET_EPILOGUE_RELU_ADD,      /* max (0, y) + residual: the end of MotionSqueeze */
  MSNET_EPILOGUE_RELU_MULTIPLY, /* max (0, y) * residual: the same with fusion multiply */
} MsnetEpilogue;
