/* What kernels of convolutions are told. */
#pragma once

/* How a convolution ends.  y: the sum of all products and of the bias */
typedef enum
{
  MSNET_EPILOGUE_LINEAR,   /* y */
  MSNET_EPILOGUE_RELU,     /* max (0, y) */
  MSNET_EPILOGUE_ADD_RELU, /* max (0, y + residual): the end of a residual block */
  MSNET_EPILOGUE_RELU_ADD, /* max (0, y) + residual: the end of MotionSqueeze */
} MsnetEpilogue;
