/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "temporal_shift.h"

#include "base/error.h"
#include "case.h"
#include "operation.h"
#include "operations.h"
#include "sizes.h"

/* In the text of sizes: a causal shift that reads the frame before from memory of its own. */
#define STREAM_VARIANT 3

static gboolean
expect (gboolean holds, GError **error, const gchar *expected)
{
  if (!holds)
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_SHAPE, "temporal shift: expected %s", expected);
  return holds;
}

static gboolean
check_previous (const MsnetTemporalShiftParams *params, GError **error)
{
  MsnetShape expected = params->input->shape;

  if (params->previous == NULL)
    return expect (params->input->shape.frame_halo, error, "an input with a frame halo");
  expected.halo = 0;
  expected.channels = params->n_channels;
  return expect (params->shift == MSNET_SHIFT_CAUSAL && expected.frames == 1, error,
             "one frame and a causal shift where the frame before is kept")
         && msnet_operation_check_shape (
             "temporal shift", "frame before", params->previous, &expected, error);
}

static gboolean
check (gconstpointer data, GError **error)
{
  const MsnetTemporalShiftParams *params = data;
  MsnetShape expected = params->input->shape;

  expected.halo = 0;
  return msnet_operation_check_shape ("temporal shift", "output", params->output, &expected, error)
         && expect (params->output->buffer != params->input->buffer, error, "two buffers")
         && expect (params->shift != MSNET_SHIFT_NONE, error, "a shift")
         && expect (msnet_shift_count_channels (params->shift, params->n_channels) <= expected.channels,
             error, "no more shifted channels than there are")
         && check_previous (params, error);
}

static gboolean
append_plain (const MsnetKernel *kernel, MsnetCommandList *list, gconstpointer data, GError **error)
{
  const MsnetTemporalShiftParams *params = data;
  const MsnetTensor *previous = params->previous != NULL ? params->previous : params->input;
  const MsnetShape *shape = &params->output->shape;
  const guint n_shifted = msnet_shift_count_channels (params->shift, params->n_channels);
  MsnetGeometry before = msnet_operation_get_geometry (&previous->shape);

  if (params->previous == NULL)
    before.origin -= before.frame;
  return msnet_command_list_append (list,
      &(MsnetLaunch){
          .file = "plain/temporal_shift.cl",
          .kernel = "temporal_shift",
          .options = msnet_operation_get_element_option (shape),
          MSNET_ARGUMENTS (MSNET_TENSOR (params->output), MSNET_TENSOR (params->input),
              MSNET_BUFFER (previous->buffer), MSNET_STRUCT (before), MSNET_INT (shape->width),
              MSNET_INT (n_shifted - params->n_channels), MSNET_INT (n_shifted)),
          .global = { shape->height, shape->frames },
      },
      error);
}

static gchar *
print_sizes (gconstpointer data)
{
  const MsnetTemporalShiftParams *params = data;

  return msnet_sizes_print (params->input, params->output, params->n_channels,
      params->previous != NULL ? STREAM_VARIANT : params->shift);
}

static gboolean
fill_case (MsnetCase *self, const gchar *text, GError **error)
{
  MsnetTemporalShiftParams params = { 0 };
  MsnetShape previous;
  MsnetSizes sizes;

  if (!msnet_sizes_parse (text, &sizes))
    return FALSE;
  previous = sizes.input;
  previous.channels = sizes.extent;
  sizes.input.frame_halo = sizes.variant != STREAM_VARIANT;
  params.n_channels = sizes.extent;
  params.shift = sizes.variant == STREAM_VARIANT ? MSNET_SHIFT_CAUSAL : (MsnetShift)sizes.variant;
  if ((params.input = msnet_case_add_tensor (self, &sizes.input, 0.0, 1.0, error)) == NULL
      || (params.output = msnet_case_add_tensor (self, &sizes.output, 0.0, 1.0, error)) == NULL
      || (sizes.variant == STREAM_VARIANT
          && (params.previous = msnet_case_add_tensor (self, &previous, 0.0, 1.0, error)) == NULL))
    return FALSE;
  msnet_case_set_params (self, &params, sizeof params, params.output);
  return TRUE;
}

static const MsnetKernel kernels[] = {
  { .name = "plain", .append = append_plain },
};

const MsnetOperation msnet_temporal_shift_operation = {
  .name = "temporal shift",
  MSNET_KERNELS (kernels),
  .check = check,
  .print_sizes = print_sizes,
  .fill_case = fill_case,
};

gboolean
msnet_temporal_shift_append (MsnetCommandList *list, const MsnetTemporalShiftParams *params, GError **error)
{
  return msnet_operation_append (&msnet_temporal_shift_operation, list, NULL, params, error);
}
