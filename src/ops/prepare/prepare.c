#include "prepare.h"

#include <math.h>

#include "base/error.h"
#include "ops/operation.h"
#include "ops/operations.h"
#include "filter.h"
#include "layout.h"

/* The CPU's kernel makes LINES rows at a time, of as many columns as take LINE_SIZE bytes of each row of the frame:
 * so its scratch memory, a float for each line and byte, stays in a core's cache. */
#define LINES 16
#define LINE_SIZE 3072

struct _MsnetPrepare
{
  MsnetDevice *device;
  MsnetPrepareParams params;

  /* All that follows is of frames like `frame`. */
  MsnetFrame frame;
  const MsnetKernel *kernel; /* whose tables these are */
  MsnetBuffer *layouts;
  MsnetBuffer *colors;
  MsnetBuffer *windows;
  MsnetBuffer *weights;
  MsnetBuffer *scratch;
  guint columns;   /* that the kernel makes at a time, and */
  gsize line_size; /* the bytes of a row, in all bands, that they are made of */
};

/* A frame on its way into frame @index of @output. */
typedef struct
{
  MsnetPrepare *prepare;
  MsnetTensor *output;
  guint index;
  MsnetBuffer *planes[3];
} Job;

/* The plain kernel reads other tables than those for CPUs. */
static gboolean
is_plain (const MsnetPrepare *prepare)
{
  return prepare->kernel == msnet_operation_get_plain (&msnet_prepare_operation);
}

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
  g_clear_pointer (&prepare->layouts, msnet_buffer_unref);
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

/* Resized width and height of the whole upright picture, and left and top of the part that is taken from it. */
static void
get_fit (const MsnetPrepareParams *params, const MsnetFrame *frame, gdouble resized[2], gdouble skipped[2])
{
  gdouble display[2];
  gdouble shorter;

  msnet_frame_get_display (frame, display);
  shorter = MIN (display[0], display[1]);
  for (guint i = 0; i < 2; i++) {
    gboolean crop = params->fit == MSNET_FIT_CROP;

    resized[i] = crop ? MAX (floor (params->resize * display[i] / shorter), params->resize) : params->size;
    skipped[i] = crop ? rint ((resized[i] - params->size) / 2.0) : 0.0;
  }
}

/* The same along a row (0) or a column (1) of the picture in memory. */
static void
get_memory_fit (
    const MsnetPrepareParams *params, const MsnetFrame *frame, guint axis, gdouble *resized, gdouble *skipped)
{
  const MsnetTurn *turn = &frame->turn;
  guint upright = turn->transposed ? 1 - axis : axis;
  gdouble all[2], before[2];

  get_fit (params, frame, all, before);
  *resized = all[upright];
  *skipped = turn->mirrored[upright] ? all[upright] - params->size - before[upright] : before[upright];
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
  gdouble resized, skipped;
  gdouble scale, reach, top, bottom;

  get_memory_fit (params, frame, 1, &resized, &skipped);
  scale = frame->height / resized;
  /* In samples of the coarsest plane, and one more for rounding. */
  reach = MAX (scale, 8) + 8;
  top = skipped * scale - reach;
  bottom = (skipped + params->size) * scale + reach;
  *first = MAX (top, 0);
  *end = MIN (ceil (bottom), frame->height);
}

static MsnetFilterAxis
get_axis (const MsnetPrepareParams *params, const MsnetFrame *frame, gboolean vertical, guint shift)
{
  guint length = vertical ? frame->height : frame->width;
  gdouble resized, skipped;

  get_memory_fit (params, frame, vertical, &resized, &skipped);
  return (MsnetFilterAxis){ .samples = msnet_frame_count_samples (length, shift),
    .extent = (gdouble)length / (1 << shift),
    .resized = resized,
    .skipped = skipped,
    .size = params->size };
}

/* Filters for all bands and components of @layout, one for those that are subsampled alike. */
static void
fill_filters (const MsnetPrepare *prepare, const MsnetFrame *frame, MsnetPrepareLayout *layout,
    MsnetFilterTables *tables)
{
  gint rows[] = { -1, -1, -1, -1 };
  gint columns[] = { -1, -1, -1, -1 };

  for (gint i = 0; i < layout->n_components; i++) {
    const guint shift_x = frame->components[i].shift_x;
    const guint shift_y = frame->components[i].shift_y;
    const MsnetFilterAxis x = get_axis (&prepare->params, frame, FALSE, shift_x);
    const MsnetFilterAxis y = get_axis (&prepare->params, frame, TRUE, shift_y);

    if (columns[shift_x] < 0)
      columns[shift_x] = msnet_filter_append (tables, &x);
    if (rows[shift_y] < 0)
      rows[shift_y]
          = is_plain (prepare) ? msnet_filter_append (tables, &y) : msnet_filter_append_steps (tables, &y);
    layout->components[i].filter = columns[shift_x];
    layout->bands[layout->components[i].band].filter = rows[shift_y];
  }
}

/* @layout of the columns [@column, @column + @n) alone. */
static gsize
narrow_layout (
    const MsnetPrepare *prepare, const MsnetFrame *frame, MsnetPrepareLayout *layout, guint column, guint n)
{
  gint samples[3][2];

  for (gint i = 0; i < layout->n_components; i++) {
    const MsnetFilterAxis axis = get_axis (&prepare->params, frame, FALSE, frame->components[i].shift_x);

    msnet_filter_get_range (&axis, column, n, &samples[i][0], &samples[i][1]);
  }
  return msnet_prepare_layout_narrow (layout, samples);
}

static MsnetBuffer *
upload_array (MsnetPrepare *prepare, GArray *array, GError **error)
{
  return msnet_buffer_new_constant (
      prepare->device, array->data, (gsize)array->len * g_array_get_element_size (array), error);
}

/* How many columns are made at a time: all, where they need no more than LINE_SIZE bytes. */
static guint
choose_columns (const MsnetPrepare *prepare, const MsnetFrame *frame, MsnetPrepareLayout layout)
{
  const guint size = prepare->params.size;
  const gsize line_size = narrow_layout (prepare, frame, &layout, 0, size);
  const guint parts = is_plain (prepare) ? 1 : MIN ((line_size + LINE_SIZE - 1) / LINE_SIZE, size);

  return (size + parts - 1) / parts;
}

/* One layout for every part of a row that is made at a time. */
static gboolean
upload_layouts (
    MsnetPrepare *prepare, const MsnetFrame *frame, const MsnetPrepareLayout *layout, GError **error)
{
  const guint size = prepare->params.size;
  g_autoptr (GArray) layouts = g_array_new (FALSE, FALSE, sizeof *layout);

  prepare->columns = choose_columns (prepare, frame, *layout);
  prepare->line_size = 0;
  for (guint column = 0; column < size; column += prepare->columns) {
    MsnetPrepareLayout part = *layout;
    guint n = MIN (prepare->columns, size - column);

    prepare->line_size = MAX (prepare->line_size, narrow_layout (prepare, frame, &part, column, n));
    g_array_append_val (layouts, part);
  }
  prepare->layouts = upload_array (prepare, layouts, error);
  return prepare->layouts != NULL;
}

/* What the kernels are told about frames like @frame. */
static gboolean
upload_tables (MsnetPrepare *prepare, const MsnetFrame *frame, GError **error)
{
  g_auto (MsnetFilterTables) tables = { NULL };
  MsnetPrepareLayout layout;
  MsnetPrepareColors colors;

  msnet_filter_tables_init (&tables);
  msnet_prepare_layout_init (&layout, frame);
  fill_filters (prepare, frame, &layout, &tables);
  if (!upload_layouts (prepare, frame, &layout, error))
    return FALSE;
  prepare->windows = upload_array (prepare, tables.windows, error);
  if (prepare->windows == NULL)
    return FALSE;
  prepare->weights = upload_array (prepare, tables.weights, error);
  if (prepare->weights == NULL)
    return FALSE;
  msnet_prepare_colors_init (&colors, frame, &prepare->params);
  prepare->colors = msnet_buffer_new_constant (prepare->device, &colors, sizeof colors, error);
  return prepare->colors != NULL;
}

/* Two for each core, so that scratch memory is used again and again. */
static guint
count_work_items (const MsnetPrepare *prepare)
{
  return MIN (
      (prepare->params.size + LINES - 1) / LINES, 2 * msnet_device_get_info (prepare->device)->compute_units);
}

/* Makes the tables for frames like @frame, unless they are there. */
static gboolean
ensure_tables (MsnetPrepare *prepare, const MsnetFrame *frame, GError **error)
{
  if (prepare->scratch != NULL && msnet_frame_is_like (&prepare->frame, frame))
    return TRUE;
  clear_tables (prepare);
  prepare->kernel = msnet_operation_choose (&msnet_prepare_operation, prepare->device, &(Job){ prepare });
  if (!upload_tables (prepare, frame, error))
    return FALSE;
  prepare->scratch = msnet_buffer_new (
      prepare->device, count_work_items (prepare) * LINES * prepare->line_size * sizeof (gfloat), error);
  prepare->frame = *frame;
  return prepare->scratch != NULL;
}

/* How the output lies seen from the picture in memory, whose pixels the kernels make row by row: what becomes of a
 * turn is where the first pixel goes, and in which direction the next one and the next row. */
static MsnetArgument
get_turned_geometry (const MsnetShape *shape, const MsnetTurn *turn)
{
  gint origin = msnet_shape_get_origin (shape);
  gint steps[] = { shape->channels, msnet_shape_get_row_stride (shape) };

  for (guint i = 0; i < 2; i++)
    if (turn->mirrored[i]) {
      origin += steps[i] * ((gint)shape->width - 1);
      steps[i] = -steps[i];
    }
  return MSNET_INTS (
      origin, steps[!turn->transposed], msnet_shape_get_frame_stride (shape), steps[turn->transposed]);
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const Job *job = data;
  const MsnetPrepare *prepare = job->prepare;
  g_autofree gchar *options = g_strdup_printf (
      "-DVECTOR_WIDTH=%u %s", kernel->vector_width, msnet_operation_get_storage_options (NULL, job->output));

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/prepare.cl",
          .kernel = "prepare",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (job->output->buffer),
              get_turned_geometry (&job->output->shape, &prepare->frame.turn), MSNET_INT (job->index),
              MSNET_BUFFER (prepare->scratch), MSNET_BUFFER (job->planes[0]), MSNET_BUFFER (job->planes[1]),
              MSNET_BUFFER (job->planes[2]), MSNET_BUFFER (prepare->layouts), MSNET_BUFFER (prepare->colors),
              MSNET_BUFFER (prepare->windows), MSNET_BUFFER (prepare->weights),
              MSNET_INT (prepare->params.size), MSNET_INT (prepare->columns), MSNET_INT (prepare->line_size)),
          .global = { count_work_items (prepare) },
      },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const Job *job = data;
  const MsnetPrepare *prepare = job->prepare;
  const guint size = prepare->params.size;

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/prepare.cl",
          .kernel = "prepare",
          .options = msnet_operation_get_storage_options (NULL, job->output),
          MSNET_ARGUMENTS (MSNET_BUFFER (job->output->buffer),
              get_turned_geometry (&job->output->shape, &prepare->frame.turn), MSNET_INT (job->index),
              MSNET_BUFFER (job->planes[0]), MSNET_BUFFER (job->planes[1]), MSNET_BUFFER (job->planes[2]),
              MSNET_BUFFER (prepare->layouts), MSNET_BUFFER (prepare->colors),
              MSNET_BUFFER (prepare->windows), MSNET_BUFFER (prepare->weights), MSNET_INT (size)),
          MSNET_FLAT_SIZES (size * size),
      },
      error);
}

static const MsnetKernel kernels[] = {
  { .name = "cpu-16",
      .vector_width = 16,
      .bound = 1e-5,
      .may_use = msnet_kernel_is_for_cpu,
      .append = append_cpu },
  { .name = "cpu-8",
      .vector_width = 8,
      .bound = 1e-5,
      .may_use = msnet_kernel_is_for_cpu,
      .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_prepare_operation = {
  .name = "preparation",
  MSNET_KERNELS (kernels),
};

static gboolean
check_output (MsnetPrepare *prepare, const MsnetTensor *output, guint index, GError **error)
{
  guint size = prepare->params.size;
  const MsnetShape expected
      = { MAX (output->shape.frames, index + 1), size, size, 3, .data_type = output->shape.data_type };

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
  return prepare->kernel->append (
             prepare->kernel, list, &(Job){ prepare, output, index, { first, second, third } }, error)
         && msnet_command_list_run (list, error);
}
