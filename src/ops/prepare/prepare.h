/* From a video frame to the network's input: colour conversion, antialiased resize (Pillow's
 * bilinear) and normalisation, in one kernel straight from the frame's planes.
 *
 * Each component is resized by itself, then the small picture is converted: both are linear, so that the
 * order only shows where values are clamped.  Subsampled planes are taken to cover the same picture as the
 * others, their samples in the middle of the pixels that they stand for, whatever the stream says about
 * chroma siting. */
#pragma once

#include "opencl/command_list.h"
#include "tensor/tensor.h"

G_BEGIN_DECLS

typedef enum
{
  MSNET_PIXELS_RGB, /* packed, any order, with or without a fourth byte */
  MSNET_PIXELS_YUV, /* planar, semi-planar or packed: the same description */
  MSNET_PIXELS_GRAY,
} MsnetPixels;

/* A block of the frame's memory, only read. */
typedef struct
{
  const guint8 *data;
  gsize size; /* bytes */
} MsnetPlane;

/**
 * MsnetComponent: where one component (R, G, B or Y, U, V) of a frame lies.
 * @plane: index of its block
 * @offset: bytes from the block's start to the first sample
 * @stride: bytes from row to row; @step: bytes from sample to sample, 1 to 64
 * @shift_x, @shift_y: log2 of its subsampling, 0 to 3
 */
typedef struct
{
  guint plane;
  gsize offset;
  gsize stride;
  guint step;
  guint shift_x;
  guint shift_y;
} MsnetComponent;

/**
 * MsnetTurn: what makes a picture upright that lies turned in memory, as cameras leave it.
 * @transposed: rows become columns; this comes first
 * @mirrored: then left and right change places, [0], and top and bottom, [1]
 */
typedef struct
{
  gboolean transposed;
  gboolean mirrored[2];
} MsnetTurn;

/**
 * MsnetFrame: one picture in memory, described the same way for every format.
 * @planes: @n_planes of them
 * @width, @height: in pixels; of an interlaced frame describe the first field (half the rows, stride doubled)
 * @aspect_n, @aspect_d: pixel aspect ratio, of the pixels as described; 0 means 1
 * @components: three, or one for gray
 * @turn: all else describes the picture as it lies in memory
 * @kr, @kb: luma coefficients (YUV)
 * @offsets, @scales: (sample - offset) / scale is R, G, B, Y in [0, 1] or U, V in [-0.5, 0.5], as
 *     gst_video_color_range_offsets() gives them
 */
typedef struct
{
  MsnetPixels pixels;
  guint width;
  guint height;
  guint aspect_n;
  guint aspect_d;
  MsnetPlane planes[3];
  guint n_planes;
  MsnetComponent components[3];
  MsnetTurn turn;
  gdouble kr;
  gdouble kb;
  gint offsets[3];
  gint scales[3];
} MsnetFrame;

/* Components of @frame: 3, or 1 for gray. */
guint msnet_frame_get_n_components (const MsnetFrame *frame);

/* Samples of a subsampled axis of @length pixels. */
guint msnet_frame_count_samples (guint length, guint shift);

typedef enum
{
  MSNET_FIT_CROP,
  MSNET_FIT_STRETCH,
} MsnetFit;

/**
 * MsnetPrepareParams:
 * @fit, @resize, @size: MSNET_FIT_CROP: shorter side (in display size) to @resize >= @size, the longer one in
 *     proportion, rounded down; then the centre of @size x @size, its corner rounded half to even (as
 *     torchvision's Resize and CenterCrop).  MSNET_FIT_STRETCH: everything to @size x @size
 * @bgr: channels in the order B, G, R
 * @mean, @std: of each channel, in the order of the output
 */
typedef struct
{
  MsnetFit fit;
  guint resize;
  guint size;
  gboolean bgr;
  gfloat mean[3];
  gfloat std[3];
} MsnetPrepareParams;

typedef struct _MsnetPrepare MsnetPrepare;

MsnetPrepare *msnet_prepare_new (MsnetDevice *device, const MsnetPrepareParams *params, GError **error);
void msnet_prepare_free (MsnetPrepare *prepare);

/* Width by height of the upright picture, as it is displayed. */
gdouble msnet_frame_get_aspect (const MsnetFrame *frame);

/* The part of the frame that the network sees: x, y, width, height in fractions of the upright picture. */
void msnet_prepare_get_region (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble region[4]);

/* The rows of @frame that preparation reads, [first, end): those of the region, and what the filter reaches
 * beyond it. */
void msnet_prepare_get_rows (
    const MsnetPrepareParams *params, const MsnetFrame *frame, guint *first, guint *end);

/* Checks that every sample of @frame lies in the memory of its plane: else FALSE with MSNET_ERROR_SHAPE. */
gboolean msnet_frame_check (const MsnetFrame *frame, GError **error);

/* Prepares @frame, upright, into frame @index of @output: [T, size, size, 3], any halo and data type.  Blocks until the
 * frame's memory is no longer needed.  Tables are kept between frames of the same geometry. */
gboolean msnet_prepare_run (
    MsnetPrepare *prepare, MsnetTensor *output, guint index, const MsnetFrame *frame, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MsnetPrepare, msnet_prepare_free)

G_END_DECLS
