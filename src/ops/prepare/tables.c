/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tables.h"

#include "filter.h"
#include "layout.h"
#include "ops/choice.h"
#include "ops/operations.h"

/* A kernel that makes several rows at a time makes as many columns of them as take LINE_SIZE bytes of each
 * row of the frame: so its scratch memory, a float for each row and byte, stays in a core's cache. */
#define LINE_SIZE 3072

/* Filters for all bands and components of @layout, one for those that are subsampled alike. */
static void
fill_filters (const MsnetPrepareTables *tables, MsnetPrepareLayout *layout, MsnetFilterTables *filters)
{
  gint rows[] = { -1, -1, -1, -1 };
  gint columns[] = { -1, -1, -1, -1 };

  for (gint i = 0; i < layout->n_components; i++) {
    const guint shift_x = tables->frame.components[i].shift_x;
    const guint shift_y = tables->frame.components[i].shift_y;
    const MsnetFilterAxis x = msnet_prepare_get_axis (&tables->params, &tables->frame, FALSE, shift_x);
    const MsnetFilterAxis y = msnet_prepare_get_axis (&tables->params, &tables->frame, TRUE, shift_y);

    if (columns[shift_x] < 0)
      columns[shift_x] = msnet_filter_append (filters, &x);
    if (rows[shift_y] < 0)
      rows[shift_y] = tables->kernel->rows > 0 ? msnet_filter_append_steps (filters, &y)
                                               : msnet_filter_append (filters, &y);
    layout->components[i].filter = columns[shift_x];
    layout->bands[layout->components[i].band].filter = rows[shift_y];
  }
}

/* @layout of the columns [@column, @column + @n) alone. */
static gsize
narrow_layout (const MsnetPrepareTables *tables, MsnetPrepareLayout *layout, guint column, guint n)
{
  gint samples[3][2];

  for (gint i = 0; i < layout->n_components; i++) {
    const MsnetFilterAxis axis = msnet_prepare_get_axis (
        &tables->params, &tables->frame, FALSE, tables->frame.components[i].shift_x);

    msnet_filter_get_range (&axis, column, n, &samples[i][0], &samples[i][1]);
  }
  return msnet_prepare_layout_narrow (layout, samples);
}

static MsnetBuffer *
upload_array (MsnetDevice *device, GArray *array, GError **error)
{
  return msnet_buffer_new_constant (
      device, array->data, (gsize)array->len * g_array_get_element_size (array), error);
}

/* How many columns are made at a time: all, where they need no more than LINE_SIZE bytes. */
static guint
choose_columns (const MsnetPrepareTables *tables, MsnetPrepareLayout layout)
{
  const guint width = tables->width;
  const gsize line_size = narrow_layout (tables, &layout, 0, width);
  const guint parts = tables->kernel->rows > 0 ? MIN ((line_size + LINE_SIZE - 1) / LINE_SIZE, width) : 1;

  return (width + parts - 1) / parts;
}

/* One layout for every part of a row that is made at a time. */
static GArray *
make_layouts (MsnetPrepareTables *tables, const MsnetPrepareLayout *layout)
{
  GArray *layouts = g_array_new (FALSE, FALSE, sizeof *layout);

  tables->columns = choose_columns (tables, *layout);
  tables->line_size = 0;
  for (guint column = 0; column < tables->width; column += tables->columns) {
    MsnetPrepareLayout part = *layout;
    guint n = MIN (tables->columns, tables->width - column);

    tables->line_size = MAX (tables->line_size, narrow_layout (tables, &part, column, n));
    g_array_append_val (layouts, part);
  }
  return layouts;
}

static gboolean
upload (MsnetPrepareTables *tables, MsnetDevice *device, GError **error)
{
  g_auto (MsnetFilterTables) filters = { NULL };
  g_autoptr (GArray) layouts = NULL;
  MsnetPrepareLayout layout;
  MsnetPrepareColors colors;

  msnet_filter_tables_init (&filters);
  msnet_prepare_layout_init (&layout, &tables->frame);
  fill_filters (tables, &layout, &filters);
  layouts = make_layouts (tables, &layout);
  msnet_prepare_colors_init (&colors, &tables->frame, &tables->params);
  return (tables->layouts = upload_array (device, layouts, error)) != NULL
         && (tables->windows = upload_array (device, filters.windows, error)) != NULL
         && (tables->weights = upload_array (device, filters.weights, error)) != NULL
         && (tables->colors = msnet_buffer_new_constant (device, &colors, sizeof colors, error)) != NULL;
}

/* Two work-items for each core, so that scratch memory is used again and again. */
static gboolean
allocate_scratch (MsnetPrepareTables *tables, MsnetDevice *device, GError **error)
{
  const guint rows = tables->kernel->rows, height = tables->height;

  if (rows == 0)
    return TRUE;
  tables->n_items = MIN ((height + rows - 1) / rows, 2 * msnet_device_get_info (device)->compute_units);
  tables->scratch
      = msnet_buffer_new (device, tables->n_items * rows * tables->line_size * sizeof (gfloat), error);
  return tables->scratch != NULL;
}

MsnetPrepareTables *
msnet_prepare_tables_new (
    MsnetDevice *device, const MsnetPrepareParams *params, const MsnetFrame *frame, GError **error)
{
  g_autoptr (MsnetPrepareTables) tables = g_new0 (MsnetPrepareTables, 1);

  tables->params = *params;
  tables->frame = *frame;
  tables->area = msnet_prepare_get_area (params, frame);
  tables->width = tables->area.size[frame->turn.transposed != FALSE];
  tables->height = tables->area.size[!frame->turn.transposed];
  tables->kernel = msnet_operation_choose (&msnet_prepare_operation, device, &(MsnetPrepareJob){ tables });
  if (!upload (tables, device, error) || !allocate_scratch (tables, device, error))
    return NULL;
  return g_steal_pointer (&tables);
}

void
msnet_prepare_tables_free (MsnetPrepareTables *tables)
{
  if (tables == NULL)
    return;
  msnet_buffer_unref (tables->layouts);
  msnet_buffer_unref (tables->colors);
  msnet_buffer_unref (tables->windows);
  msnet_buffer_unref (tables->weights);
  msnet_buffer_unref (tables->scratch);
  g_free (tables);
}
