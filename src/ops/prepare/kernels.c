/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "arguments/prepare.h"
#include "ops/operation.h"
#include "ops/operations.h"
#include "tables.h"

/* How the output lies seen from the picture in memory, whose pixels the kernels make row by row: what
 * becomes of a turn is where the first pixel goes, and in which direction the next one and the next row. */
static MsnetGeometry
get_turned_geometry (const MsnetShape *shape, const MsnetPrepareArea *area, const MsnetTurn *turn)
{
  MsnetGeometry geometry = msnet_operation_get_geometry (shape);
  gint steps[] = { geometry.channels, geometry.row };

  for (guint i = 0; i < 2; i++) {
    geometry.origin += steps[i] * (gint)area->at[i];
    if (turn->mirrored[i]) {
      geometry.origin += steps[i] * ((gint)area->size[i] - 1);
      steps[i] = -steps[i];
    }
  }
  geometry.row = steps[!turn->transposed];
  geometry.channels = steps[turn->transposed];
  return geometry;
}

static MsnetPrepareArguments
get_arguments (const MsnetPrepareJob *job)
{
  const MsnetPrepareTables *tables = job->tables;

  return (MsnetPrepareArguments){
    .output = get_turned_geometry (&job->output->shape, &tables->area, &tables->frame.turn),
    .frame = job->index,
    .width = tables->width,
    .height = tables->height,
    .columns = tables->columns,
    .pitch = tables->line_size,
  };
}

static gboolean
append_cpu (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetPrepareJob *job = data;
  const MsnetPrepareTables *tables = job->tables;
  const MsnetPrepareArguments arguments = get_arguments (job);
  g_autofree gchar *options = g_strdup_printf (
      "-DVECTOR_WIDTH=%u %s", kernel->vector_width, msnet_operation_get_storage_options (NULL, job->output));

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "cpu/prepare.cl",
          .kernel = "prepare",
          .options = options,
          MSNET_ARGUMENTS (MSNET_BUFFER (job->output->buffer), MSNET_BUFFER (tables->scratch),
              MSNET_BUFFER (job->planes[0]), MSNET_BUFFER (job->planes[1]), MSNET_BUFFER (job->planes[2]),
              MSNET_BUFFER (tables->layouts), MSNET_BUFFER (tables->colors), MSNET_BUFFER (tables->windows),
              MSNET_BUFFER (tables->weights), MSNET_STRUCT (arguments)),
          .global = { tables->n_items },
      },
      error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetPrepareJob *job = data;
  const MsnetPrepareTables *tables = job->tables;
  const MsnetPrepareArguments arguments = get_arguments (job);

  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/prepare.cl",
          .kernel = "prepare",
          .options = msnet_operation_get_storage_options (NULL, job->output),
          MSNET_ARGUMENTS (MSNET_BUFFER (job->output->buffer), MSNET_BUFFER (job->planes[0]),
              MSNET_BUFFER (job->planes[1]), MSNET_BUFFER (job->planes[2]), MSNET_BUFFER (tables->layouts),
              MSNET_BUFFER (tables->colors), MSNET_BUFFER (tables->windows), MSNET_BUFFER (tables->weights),
              MSNET_STRUCT (arguments)),
          MSNET_FLAT_SIZES (tables->width * tables->height),
      },
      error);
}

static const MsnetKernel kernels[] = {
  { .name = "cpu-16",
      .vector_width = 16,
      .rows = MSNET_PREPARE_LINES,
      .bound = 1e-5,
      .may_use = msnet_kernel_is_for_cpu,
      .append = append_cpu },
  { .name = "cpu-8",
      .vector_width = 8,
      .rows = MSNET_PREPARE_LINES,
      .bound = 1e-5,
      .may_use = msnet_kernel_is_for_cpu,
      .append = append_cpu },
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_prepare_operation = {
  .name = "preparation",
  MSNET_KERNELS (kernels),
};
