/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times preparation, from a video frame to the network's input, beside a plain copy of the rows that it
 * reads.
 *
 *   bench/preparation [--samples=40]
 *
 * A line for each frame: milliseconds of one core (the time of all cores together) that the whole call
 * takes, MB/s of what it reads, and the ratio to memcpy().  The last line is a frame of one pixel: what the
 * call itself costs.  Frames lie in the cores' caches where these are large enough, as they do behind a
 * decoder. */
#include "measure.h"
#include "opencl/open.h"
#include "ops/prepare/prepare.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

static gint n_samples = 40;

static const GOptionEntry options[] = {
  { "samples", 0, 0, G_OPTION_ARG_INT, &n_samples, "Samples of each", "N" },
  { NULL },
};

/* plane, offset, stride (filled in later), step, shift_x, shift_y */
typedef struct
{
  const gchar *name;
  MsnetPixels pixels;
  MsnetComponent components[3];
} Format;

static const Format gray = { "GRAY8", MSNET_PIXELS_GRAY, { { 0, 0, 0, 1 } } };
static const Format rgb = { "RGB", MSNET_PIXELS_RGB, { { 0, 0, 0, 3 }, { 0, 1, 0, 3 }, { 0, 2, 0, 3 } } };
static const Format bgrx = { "BGRx", MSNET_PIXELS_RGB, { { 0, 2, 0, 4 }, { 0, 1, 0, 4 }, { 0, 0, 0, 4 } } };
static const Format nv12
    = { "NV12", MSNET_PIXELS_YUV, { { 0, 0, 0, 1 }, { 1, 0, 0, 2, 1, 1 }, { 1, 1, 0, 2, 1, 1 } } };
static const Format i420
    = { "I420", MSNET_PIXELS_YUV, { { 0, 0, 0, 1 }, { 1, 0, 0, 1, 1, 1 }, { 2, 0, 0, 1, 1, 1 } } };
static const Format yuy2
    = { "YUY2", MSNET_PIXELS_YUV, { { 0, 0, 0, 2 }, { 0, 1, 0, 4, 1, 0 }, { 0, 3, 0, 4, 1, 0 } } };

typedef struct
{
  const Format *format;
  guint width;
  guint height;
  MsnetFit fit;
  guint size;
  MsnetFilter filter;
} Case;

#define CROP MSNET_FIT_CROP /* of the picture at 256 / 224 of the size */
#define STRETCH MSNET_FIT_STRETCH
#define PAD MSNET_FIT_PAD

static const gchar *const fits[] = { "crop   ", "stretch", "pad    " };
static const gchar *const filters[] = { "antialias", "bilinear " };

static const Case cases[] = {
  { &nv12, 1920, 1080, STRETCH, 224 },
  { &nv12, 1920, 1080, CROP, 224 },
  { &nv12, 1920, 1080, PAD, 224 },
  { &nv12, 1920, 1080, STRETCH, 224, MSNET_FILTER_BILINEAR },
  { &nv12, 1920, 1080, STRETCH, 160 },
  { &i420, 1920, 1080, STRETCH, 224 },
  { &yuy2, 1920, 1080, STRETCH, 224 },
  { &rgb, 1920, 1080, STRETCH, 224 },
  { &bgrx, 1920, 1080, STRETCH, 224 },
  { &gray, 1920, 1080, STRETCH, 224 },
  { &nv12, 3840, 2160, STRETCH, 224 },
  { &nv12, 1280, 720, STRETCH, 224 },
  { &nv12, 1280, 720, STRETCH, 160 },
  { &nv12, 640, 480, STRETCH, 160 },
  { &rgb, 112, 112, STRETCH, 224 },
  { &gray, 1, 1, STRETCH, 1 },
};

/* What a sample does: @prepare makes @output of @frame, or @copy takes its rows. */
typedef struct
{
  MsnetPrepare *prepare;
  MsnetTensor *output;
  MsnetFrame frame;
  guint8 *copy;
  guint first_row;
  guint end_row;
} Subject;

static gboolean
run_prepare (gpointer data, GError **error)
{
  Subject *subject = data;

  return msnet_prepare_run (subject->prepare, subject->output, 0, &subject->frame, error);
}

/* The bytes of plane @index before row @row of the frame. */
static gsize
get_position (const MsnetFrame *frame, guint index, guint row)
{
  return frame->planes[index].size * row / frame->height;
}

static gboolean
run_copy (gpointer data, GError **error)
{
  Subject *subject = data;
  const MsnetFrame *frame = &subject->frame;
  guint8 *to = subject->copy;

  for (guint i = 0; i < frame->n_planes; i++) {
    gsize first = get_position (frame, i, subject->first_row);
    gsize size = get_position (frame, i, subject->end_row) - first;

    memcpy (to, frame->planes[i].data + first, size);
    to += size;
  }
  return TRUE;
}

static gsize
count_bytes (const Subject *subject)
{
  gsize sum = 0;

  for (guint i = 0; i < subject->frame.n_planes; i++)
    sum += get_position (&subject->frame, i, subject->end_row)
           - get_position (&subject->frame, i, subject->first_row);
  return sum;
}

static void
frame_init (MsnetFrame *frame, const Case *subject)
{
  *frame = (MsnetFrame){ .pixels = subject->format->pixels,
    .width = subject->width,
    .height = subject->height,
    .kr = 0.2126,
    .kb = 0.0722,
    .offsets = { 16, 128, 128 },
    .scales = { 219, 224, 224 } };
  memcpy (frame->components, subject->format->components, sizeof frame->components);
  for (guint i = 0; i < msnet_frame_get_n_components (frame); i++) {
    MsnetComponent *component = &frame->components[i];
    guint8 *data;

    component->stride = msnet_frame_count_samples (frame->width, component->shift_x) * component->step;
    if (component->plane < frame->n_planes)
      continue;
    frame->n_planes = component->plane + 1;
    frame->planes[component->plane].size
        = component->stride * msnet_frame_count_samples (frame->height, component->shift_y);
    frame->planes[component->plane].data = data = g_malloc (frame->planes[component->plane].size);
    for (gsize j = 0; j < frame->planes[component->plane].size; j++)
      data[j] = j * 2654435761u >> 24;
  }
}

static void
frame_clear (MsnetFrame *frame)
{
  for (guint i = 0; i < frame->n_planes; i++)
    g_free ((gpointer)frame->planes[i].data);
}

static gboolean
measure (Bench *bench, guint cores, const Case *what, Subject *subject, GError **error)
{
  const gsize bytes = count_bytes (subject);
  BenchResult preparation, copy;
  gdouble seconds;

  if (!bench_measure (bench, n_samples, run_prepare, subject, &preparation, error)
      || !bench_measure (bench, n_samples, run_copy, subject, &copy, error))
    return FALSE;
  seconds = preparation.seconds * cores;
  printf ("%-5s %4u x %4u, %s to %3u, %s %7.3f ms %8.0f MB/s %6.2f of memcpy()\n", what->format->name,
      what->width, what->height, fits[what->fit], what->size, filters[what->filter], seconds * 1e3,
      bytes / seconds / 1e6, preparation.seconds / copy.seconds);
  return TRUE;
}

static gboolean
time_case (Bench *bench, MsnetDevice *device, const Case *what, GError **error)
{
  const MsnetPrepareParams params = { .fit = what->fit,
    .resize = what->size * 256 / 224,
    .size = what->size,
    .filter = what->filter,
    .mean = { 0.485, 0.456, 0.406 },
    .std = { 0.229, 0.224, 0.225 } };
  const MsnetShape shape = { 1, what->size, what->size, 3, 3 };
  g_autoptr (MsnetPrepare) prepare = msnet_prepare_new (device, &params, error);
  g_autoptr (MsnetTensor) output = prepare != NULL ? msnet_tensor_new (device, &shape, error) : NULL;
  g_autofree guint8 *memory = NULL;
  Subject subject = { .prepare = prepare, .output = output };
  gboolean done;

  if (output == NULL)
    return FALSE;
  frame_init (&subject.frame, what);
  msnet_prepare_get_rows (&params, &subject.frame, &subject.first_row, &subject.end_row);
  subject.copy = memory = g_malloc (count_bytes (&subject));
  done = measure (bench, msnet_device_get_info (device)->compute_units, what, &subject, error);
  frame_clear (&subject.frame);
  return done;
}

static gboolean
run (gchar **arguments, GError **error)
{
  g_autoptr (MsnetDevice) device = msnet_device_open ("cpu", error);
  g_autoptr (Bench) bench = device != NULL ? bench_new (device, TRUE, error) : NULL;

  if (bench == NULL)
    return FALSE;
  printf ("%s\n", msnet_device_get_info (device)->name);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    if (!time_case (bench, device, &cases[i], error))
      return FALSE;
  return TRUE;
}

int
main (int argc, char **argv)
{
  const BenchProgram program = {
    .summary = "Times preparation, from a video frame to the input of a network.",
    .options = options,
    .run = run,
  };

  return bench_main (&program, argc, argv);
}
