/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stencil.h"

#include <string.h>

#define MOST_COMPONENTS 3
#define BLOCK 16 /* samples */

/* How a premultiplied colour becomes one component of the video: the sum of its channels in [0, 255], each
 * times its factor. */
typedef struct
{
  gfloat alpha;
  gfloat red;
  gfloat green;
  gfloat blue;
} Factors;

/* Channels of the pixels that one sample covers. */
typedef struct
{
  guint alpha;
  guint red;
  guint green;
  guint blue;
} Sum;

/* One component of a rectangle, premultiplied, in the component's own resolution. */
typedef struct
{
  gint x;
  gint y;
  gint width;
  gint height;
  guint8 *values;
  guint8 *alphas;
} Layer;

typedef struct
{
  guint n_layers;
  Layer layers[MOST_COMPONENTS];
} Stencil;

/* The pixels of a rectangle, cairo's ARGB32. */
typedef struct
{
  const guint8 *data;
  gint stride;
  gint x;
  gint y;
  gint width;
  gint height;
} Drawing;

gboolean
msnet_stencil_fits (const GstVideoInfo *info)
{
  const GstVideoFormatInfo *format = info->finfo;
  const GstVideoFormatFlags hindrances = GST_VIDEO_FORMAT_FLAG_ALPHA | GST_VIDEO_FORMAT_FLAG_PALETTE
                                         | GST_VIDEO_FORMAT_FLAG_COMPLEX | GST_VIDEO_FORMAT_FLAG_TILED;

  if ((format->flags & hindrances) || format->n_components > MOST_COMPONENTS)
    return FALSE;
  for (guint i = 0; i < format->n_components; i++)
    if (format->depth[i] != 8 || format->shift[i] != 0)
      return FALSE;
  return GST_VIDEO_FORMAT_INFO_IS_RGB (format) || GST_VIDEO_FORMAT_INFO_IS_YUV (format)
         || GST_VIDEO_FORMAT_INFO_IS_GRAY (format);
}

static void
get_yuv_factors (const GstVideoInfo *info, Factors factors[MOST_COMPONENTS])
{
  gint offset[GST_VIDEO_MAX_COMPONENTS], scale[GST_VIDEO_MAX_COMPONENTS];
  gdouble kr = 0.299, kb = 0.114; /* if the caps are silent */
  gdouble weights[3], luma, u, v;

  gst_video_color_matrix_get_Kr_Kb (info->colorimetry.matrix, &kr, &kb);
  gst_video_color_range_offsets (info->colorimetry.range, info->finfo, offset, scale);
  weights[0] = kr;
  weights[1] = 1.0 - kr - kb;
  weights[2] = kb;
  luma = scale[0] / 255.0;
  u = scale[1] / 255.0 / (2.0 * (1.0 - kb));
  v = scale[2] / 255.0 / (2.0 * (1.0 - kr));
  factors[0] = (Factors){ offset[0] / 255.0, luma * weights[0], luma * weights[1], luma * weights[2] };
  factors[1] = (Factors){ offset[1] / 255.0, -u * weights[0], -u * weights[1], u * (1.0 - weights[2]) };
  factors[2] = (Factors){ offset[2] / 255.0, v * (1.0 - weights[0]), -v * weights[1], -v * weights[2] };
}

static void
get_factors (const GstVideoInfo *info, Factors factors[MOST_COMPONENTS])
{
  static const Factors rgb[] = { { .red = 1.0 }, { .green = 1.0 }, { .blue = 1.0 } };

  if (!GST_VIDEO_INFO_IS_RGB (info)) {
    get_yuv_factors (info, factors);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rgb); i++)
    factors[i] = rgb[i];
}

/* Adds the channels of one line of the drawing to those of the samples that cover its pixels. */
static void
gather_line (Sum *sums, const guint32 *pixels, gint n, gint phase, guint w_sub)
{
  for (gint i = 0; i < n; i++) {
    guint32 pixel = pixels[i];
    Sum *sum = &sums[(i + phase) >> w_sub];
    if (pixel == 0)
      continue;
    sum->alpha += pixel >> 24;
    sum->red += pixel >> 16 & 0xff;
    sum->green += pixel >> 8 & 0xff;
    sum->blue += pixel & 0xff;
  }
}

/* @share: what one pixel is of a sample */
static void
fill_line (guint8 *values, guint8 *alphas, const Sum *sums, gint n, const Factors *factors, gfloat share)
{
  for (gint i = 0; i < n; i++) {
    const Sum *sum = &sums[i];
    gfloat value;
    if (sum->alpha == 0)
      continue;
    value = factors->alpha * sum->alpha + factors->red * sum->red + factors->green * sum->green
            + factors->blue * sum->blue;
    alphas[i] = (guint8)(sum->alpha * share + 0.5f);
    values[i] = (guint8)CLAMP (value * share + 0.5f, 0.0f, alphas[i]);
  }
}

static void
fill_layer (Layer *layer, const Drawing *drawing, const Factors *factors, guint w_sub, guint h_sub)
{
  gint bottom = drawing->y + drawing->height;
  g_autofree Sum *sums = NULL;

  layer->x = drawing->x >> w_sub;
  layer->y = drawing->y >> h_sub;
  layer->width = ((drawing->x + drawing->width - 1) >> w_sub) + 1 - layer->x;
  layer->height = ((bottom - 1) >> h_sub) + 1 - layer->y;
  layer->values = g_malloc0 ((gsize)layer->width * layer->height);
  layer->alphas = g_malloc0 ((gsize)layer->width * layer->height);
  sums = g_new (Sum, layer->width);
  for (gint y = 0; y < layer->height; y++) {
    gint top = MAX ((layer->y + y) << h_sub, drawing->y);
    gsize place = (gsize)y * layer->width;

    memset (sums, 0, sizeof (Sum) * layer->width);
    for (gint row = top; row < MIN ((layer->y + y + 1) << h_sub, bottom); row++)
      gather_line (sums, (const guint32 *)(drawing->data + (gsize)(row - drawing->y) * drawing->stride),
          drawing->width, drawing->x - (layer->x << w_sub), w_sub);
    fill_line (layer->values + place, layer->alphas + place, sums, layer->width, factors,
        1.0f / (1 << (w_sub + h_sub)));
  }
}

static void
stencil_free (gpointer data)
{
  Stencil *stencil = data;

  for (guint i = 0; i < stencil->n_layers; i++) {
    g_free (stencil->layers[i].values);
    g_free (stencil->layers[i].alphas);
  }
  g_free (stencil);
}

static Stencil *
stencil_new (GstVideoOverlayRectangle *rectangle, const GstVideoInfo *info)
{
  Stencil *stencil = g_new0 (Stencil, 1);
  GstBuffer *pixels = gst_video_overlay_rectangle_get_pixels_unscaled_raw (
      rectangle, GST_VIDEO_OVERLAY_FORMAT_FLAG_PREMULTIPLIED_ALPHA);
  Factors factors[MOST_COMPONENTS];
  Drawing drawing = { 0 };
  guint width, height;
  GstMapInfo map;

  gst_video_overlay_rectangle_get_render_rectangle (rectangle, &drawing.x, &drawing.y, &width, &height);
  gst_buffer_map (pixels, &map, GST_MAP_READ);
  drawing.data = map.data;
  drawing.stride = gst_buffer_get_video_meta (pixels)->stride[0];
  drawing.width = width;
  drawing.height = height;
  get_factors (info, factors);
  stencil->n_layers = info->finfo->n_components;
  for (guint i = 0; i < stencil->n_layers; i++)
    fill_layer (&stencil->layers[i], &drawing, &factors[i], info->finfo->w_sub[i], info->finfo->h_sub[i]);
  gst_buffer_unmap (pixels, &map);
  return stencil;
}

static Stencil *
get_stencil (GstVideoOverlayRectangle *rectangle, const GstVideoInfo *info)
{
  GQuark quark = g_quark_from_static_string ("msnet-stencil");
  Stencil *stencil = gst_mini_object_get_qdata (GST_MINI_OBJECT (rectangle), quark);

  if (stencil == NULL) {
    stencil = stencil_new (rectangle, info);
    gst_mini_object_set_qdata (GST_MINI_OBJECT (rectangle), quark, stencil, stencil_free);
  }
  return stencil;
}

/* value + sample (255 - alpha) / 255, rounded; if alpha is 0 the sample stays as it is. */
static inline guint8
blend_sample (guint8 sample, guint8 value, guint8 alpha)
{
  guint rest = sample * (255u - alpha) + 128u;

  return value + ((rest + (rest >> 8)) >> 8);
}

static inline void
blend_samples (
    guint8 *restrict samples, gint step, const guint8 *restrict values, const guint8 *restrict alphas, gint n)
{
  for (gint i = 0; i < n; i++)
    samples[i * step] = blend_sample (samples[i * step], values[i], alphas[i]);
}

/* Most of a drawing is transparent: that is skipped by blocks.  A block's length and the usual steps are
 * constants, so that the compiler makes vectors of them. */
static void
blend_line (guint8 *samples, gint step, const guint8 *values, const guint8 *alphas, gint n)
{
  static const guint8 transparent[BLOCK] = { 0 };
  gint i = 0;

  for (; i + BLOCK <= n; i += BLOCK) {
    if (memcmp (alphas + i, transparent, BLOCK) == 0)
      continue;
    if (step == 1)
      blend_samples (samples + i, 1, values + i, alphas + i, BLOCK);
    else
      blend_samples (samples + i * step, step, values + i, alphas + i, BLOCK);
  }
  blend_samples (samples + i * step, step, values + i, alphas + i, n - i);
}

void
msnet_stencil_blend (GstVideoOverlayRectangle *rectangle, GstVideoFrame *frame)
{
  const Stencil *stencil = get_stencil (rectangle, &frame->info);

  for (guint i = 0; i < stencil->n_layers; i++) {
    const Layer *layer = &stencil->layers[i];
    gint step = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, i);
    guint8 *samples = (guint8 *)GST_VIDEO_FRAME_COMP_DATA (frame, i)
                      + (gsize)layer->y * GST_VIDEO_FRAME_COMP_STRIDE (frame, i) + (gsize)layer->x * step;

    for (gint row = 0; row < layer->height; row++)
      blend_line (samples + (gsize)row * GST_VIDEO_FRAME_COMP_STRIDE (frame, i), step,
          layer->values + (gsize)row * layer->width, layer->alphas + (gsize)row * layer->width, layer->width);
  }
}
