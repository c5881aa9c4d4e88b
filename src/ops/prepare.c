#include "prepare.h"

#include <math.h>

#include "opencl/error.h"
#include "operation.h"
#include "prepare_filter.h"
#include "prepare_layout.h"

#define MAX_WORK_ITEMS 32 /* a work-item makes several rows, which share most of the rows that they read */

struct _MsnetPrepare
{
  MsnetDevice *device;
  MsnetPrepareParams params;

  /* All that follows is of frames like `frame`. */
  MsnetFrame frame;
  MsnetBuffer *layout;
  MsnetBuffer *colors;
  MsnetBuffer *windows;
  MsnetBuffer *weights;
  MsnetBuffer *scratch;
  gsize line_size;
};

static gboolean
check_params (const MsnetPrepareParams *params, GError **error)
{
  if (params->size > 0 && params->size <= G_MAXINT16
      && (params->fit == MSNET_FIT_STRETCH || params->resize >= params->size))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "preparation: expected a size of 1 to %d and, for a crop, no larger than resize; found size %u, resize "
      "%u",
      G_MAXINT16, params->size, params->resize);
  return FALSE;
}

MsnetPrepare *
msnet_prepare_new (MsnetDevice *device, const MsnetPrepareParams *params, GError **error)
{
  MsnetPrepare *prepare;

  if (!check_params (params, error))
    return NULL;
  prepare = g_new0 (MsnetPrepare, 1);
  prepare->device = msnet_device_ref (device);
  prepare->params = *params;
  return prepare;
}

static void
clear_tables (MsnetPrepare *prepare)
{
  g_clear_pointer (&prepare->layout, msnet_buffer_unref);
  g_clear_pointer (&prepare->colors, msnet_buffer_unref);
  g_clear_pointer (&prepare->windows, msnet_buffer_unref);
  g_clear_pointer (&prepare->weights, msnet_buffer_unref);
  g_clear_pointer (&prepare->scratch, msnet_buffer_unref);
}

void
msnet_prepare_free (MsnetPrepare *prepare)
{
  if (prepare == NULL)
    return;
  clear_tables (prepare);
  msnet_device_unref (prepare->device);
  g_free (prepare);
}

/* Resized width and height of the whole frame, and left and top of the part that is taken from it. */
static void
get_fit (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble resized[2], gdouble skipped[2])
{
  gboolean square = frame->aspect_n == 0 || frame->aspect_d == 0;
  gdouble aspect = square ? 1.0 : (gdouble)frame->aspect_n / frame->aspect_d;
  const gdouble display[2] = { frame->width * aspect, frame->height };
  gdouble shorter = MIN (display[0], display[1]);

  for (guint i = 0; i < 2; i++) {
    gboolean crop = params->fit == MSNET_FIT_CROP;

    resized[i] = crop ? MAX (floor (params->resize * display[i] / shorter), params->resize) : params->size;
    skipped[i] = crop ? rint ((resized[i] - params->size) / 2.0) : 0.0;
  }
}

void
msnet_prepare_get_region (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble region[4])
{
  gdouble resized[2];
  gdouble skipped[2];

  get_fit (params, frame, resized, skipped);
  for (guint i = 0; i < 2; i++) {
    region[i] = skipped[i] / resized[i];
    region[2 + i] = params->size / resized[i];
  }
}

void
msnet_prepare_get_rows (const MsnetPrepareParams *params, const MsnetFrame *frame, guint *first, guint *end)
{
  gdouble resized[2];
  gdouble skipped[2];
  gdouble scale, reach, top, bottom;

  get_fit (params, frame, resized, skipped);
  scale = frame->height / resized[1];
  /* In samples of the coarsest plane, and one more for rounding. */
  reach = MAX (scale, 8) + 8;
  top = skipped[1] * scale - reach;
  bottom = (skipped[1] + params->size) * scale + reach;
  *first = MAX (top, 0);
  *end = MIN (ceil (bottom), frame->height);
}

/* The axes of all filters: rows of the bands, then columns of the samplings. */
static guint
get_axes (
    MsnetPrepareMap *map, const MsnetPrepareParams *params, const MsnetFrame *frame, MsnetFilterAxis axes[6])
{
  gdouble resized[2];
  gdouble skipped[2];
  guint n = 0;

  get_fit (params, frame, resized, skipped);
  for (gint i = 0; i < map->layout.n_bands; i++) {
    guint shift = map->shift_y[i];
    map->layout.bands[i].filter = n;
    axes[n++] = (MsnetFilterAxis){ msnet_frame_count_samples (frame->height, shift),
      (gdouble)frame->height / (1 << shift), resized[1], skipped[1] };
  }
  for (gint i = 0; i < map->layout.n_samplings; i++) {
    guint shift = map->shift_x[i];
    map->layout.samplings[i].filter = n;
    axes[n++] = (MsnetFilterAxis){ msnet_frame_count_samples (frame->width, shift),
      (gdouble)frame->width / (1 << shift), resized[0], skipped[0] };
  }
  return n;
}

static gboolean
upload_filters (MsnetPrepare *prepare, MsnetPrepareMap *map, const MsnetFrame *frame, GError **error)
{
  MsnetFilterAxis axes[6];
  guint n = get_axes (map, &prepare->params, frame, axes);
  guint size = prepare->params.size;
  guint pitch = 0;
  g_autofree gint32 *windows = g_new (gint32, 2 * n * size);
  g_autofree gfloat *weights = NULL;

  for (guint i = 0; i < n; i++)
    pitch = MAX (pitch, msnet_filter_get_pitch (&axes[i]));
  map->layout.pitch = pitch;
  weights = g_new0 (gfloat, (gsize)n * size * pitch);
  for (guint i = 0; i < n; i++)
    msnet_filter_fill (&axes[i], size, pitch, windows + 2 * i * size, weights + (gsize)i * size * pitch);
  prepare->windows
      = msnet_buffer_new_constant (prepare->device, windows, 2 * n * size * sizeof *windows, error);
  if (prepare->windows == NULL)
    return FALSE;
  prepare->weights = msnet_buffer_new_constant (
      prepare->device, weights, (gsize)n * size * pitch * sizeof *weights, error);
  return prepare->weights != NULL;
}

/* Makes the tables for frames like @frame, unless they are there. */
static gboolean
ensure_tables (MsnetPrepare *prepare, const MsnetFrame *frame, GError **error)
{
  MsnetPrepareMap map;
  MsnetPrepareColors colors;

  if (prepare->scratch != NULL && msnet_frame_is_like (&prepare->frame, frame))
    return TRUE;
  clear_tables (prepare);
  msnet_prepare_map_init (&map, frame);
  msnet_prepare_colors_init (&colors, &map, frame, &prepare->params);
  if (!upload_filters (prepare, &map, frame, error))
    return FALSE;
  prepare->layout = msnet_buffer_new_constant (prepare->device, &map.layout, sizeof map.layout, error);
  if (prepare->layout == NULL)
    return FALSE;
  prepare->colors = msnet_buffer_new_constant (prepare->device, &colors, sizeof colors, error);
  if (prepare->colors == NULL)
    return FALSE;
  prepare->line_size = map.line_size;
  prepare->scratch
      = msnet_buffer_new (prepare->device, MAX_WORK_ITEMS * map.line_size * sizeof (gfloat), error);
  prepare->frame = *frame;
  return prepare->scratch != NULL;
}

static gboolean
append_launch (MsnetPrepare *prepare, MsnetCommandList *list, MsnetTensor *output, gint origin,
    MsnetBuffer *const planes[3], GError **error)
{
  guint size = prepare->params.size;
  guint rows = (size + MAX_WORK_ITEMS - 1) / MAX_WORK_ITEMS;
  gint row_stride = msnet_shape_get_row_stride (&output->shape);
  MsnetLaunch vectors = {
    .file = "cpu/prepare.cl",
    .kernel = "prepare",
    MSNET_ARGUMENTS (MSNET_BUFFER (output->buffer), MSNET_INT (origin), MSNET_INT (row_stride),
        MSNET_BUFFER (prepare->scratch), MSNET_BUFFER (planes[0]), MSNET_BUFFER (planes[1]),
        MSNET_BUFFER (planes[2]), MSNET_BUFFER (prepare->layout), MSNET_BUFFER (prepare->colors),
        MSNET_BUFFER (prepare->windows), MSNET_BUFFER (prepare->weights), MSNET_INT (size), MSNET_INT (rows),
        MSNET_INT (prepare->line_size)),
    .global = { (size + rows - 1) / rows },
  };
  MsnetLaunch plain = {
    .file = "plain/prepare.cl",
    .kernel = "prepare",
    MSNET_ARGUMENTS (MSNET_BUFFER (output->buffer), MSNET_INT (origin), MSNET_INT (row_stride),
        MSNET_BUFFER (planes[0]), MSNET_BUFFER (planes[1]), MSNET_BUFFER (planes[2]),
        MSNET_BUFFER (prepare->layout), MSNET_BUFFER (prepare->colors), MSNET_BUFFER (prepare->windows),
        MSNET_BUFFER (prepare->weights), MSNET_INT (size)),
    MSNET_FLAT_SIZES (size * size),
  };

  return msnet_command_list_append (list, msnet_operation_may_use_cpu (list) ? &vectors : &plain, error);
}

static gboolean
check_output (MsnetPrepare *prepare, const MsnetTensor *output, guint index, GError **error)
{
  guint size = prepare->params.size;
  const MsnetShape expected = { MAX (output->shape.frames, index + 1), size, size, 3 };

  return msnet_operation_check_shape ("preparation", "output", output, &expected, error);
}

/* Plane @index, or @first again where the frame has fewer. */
static MsnetBuffer *
wrap_plane (MsnetPrepare *prepare, const MsnetFrame *frame, guint index, MsnetBuffer *first, GError **error)
{
  const MsnetPlane *plane = &frame->planes[index];

  if (index >= frame->n_planes)
    return msnet_buffer_ref (first);
  return msnet_buffer_new_wrapped (prepare->device, plane->data, plane->size, error);
}

gboolean
msnet_prepare_run (
    MsnetPrepare *prepare, MsnetTensor *output, guint index, const MsnetFrame *frame, GError **error)
{
  const MsnetShape *shape = &output->shape;
  gint origin = msnet_shape_get_origin (shape) + index * msnet_shape_get_frame_stride (shape);
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (prepare->device);
  g_autoptr (MsnetBuffer) first = NULL;
  g_autoptr (MsnetBuffer) second = NULL;
  g_autoptr (MsnetBuffer) third = NULL;

  if (!check_output (prepare, output, index, error) || !msnet_frame_check (frame, error)
      || !ensure_tables (prepare, frame, error))
    return FALSE;
  if ((first = wrap_plane (prepare, frame, 0, NULL, error)) == NULL
      || (second = wrap_plane (prepare, frame, 1, first, error)) == NULL
      || (third = wrap_plane (prepare, frame, 2, first, error)) == NULL)
    return FALSE;
  return append_launch (prepare, list, output, origin, (MsnetBuffer *[]){ first, second, third }, error)
         && msnet_command_list_run (list, error);
}
