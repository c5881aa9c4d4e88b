/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "prepare.h"

#include "base/error.h"
#include "margin.h"
#include "ops/operation.h"
#include "tables.h"

struct _MsnetPrepare
{
  MsnetDevice *device;
  MsnetPrepareParams params;
  MsnetPrepareTables *tables; /* of the last frame; NULL: of none */
};

/* Of the picture from which a crop is taken, the shorter side. */
static guint
get_shorter (const MsnetPrepareParams *params)
{
  return params->resize_height > 0 || params->resize_width > 0
             ? MIN (params->resize_height, params->resize_width)
             : params->resize;
}

static gboolean
check_params (const MsnetPrepareParams *params, GError **error)
{
  if (params->size > 0 && params->size <= G_MAXINT16
      && (params->fit != MSNET_FIT_CROP || get_shorter (params) >= params->size))
    return TRUE;
  g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE,
      "preparation: expected a size of 1 to %d and, for a crop, no larger than resize; found size %u, resize "
      "%u",
      G_MAXINT16, params->size, get_shorter (params));
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

void
msnet_prepare_free (MsnetPrepare *prepare)
{
  if (prepare == NULL)
    return;
  msnet_prepare_tables_free (prepare->tables);
  msnet_device_unref (prepare->device);
  g_free (prepare);
}

/* Makes the tables for frames like @frame, unless they are there. */
static gboolean
ensure_tables (MsnetPrepare *prepare, const MsnetFrame *frame, GError **error)
{
  if (prepare->tables != NULL && msnet_frame_is_like (&prepare->tables->frame, frame))
    return TRUE;
  msnet_prepare_tables_free (prepare->tables);
  prepare->tables = msnet_prepare_tables_new (prepare->device, &prepare->params, frame, error);
  return prepare->tables != NULL;
}

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

static gboolean
append (MsnetCommandList *list, const MsnetPrepareJob *job, GError **error)
{
  return job->tables->kernel->append (job->tables->kernel, list, job, error)
         && msnet_prepare_margin_append (list, job, error);
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
  return append (list, &(MsnetPrepareJob){ prepare->tables, output, index, { first, second, third } }, error)
         && msnet_command_list_run (list, error);
}
