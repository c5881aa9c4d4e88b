/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_field.h"

#include "opencl/command_list.h"

/* Below this much between best and median score a cell looks the same everywhere around it. */
static const gfloat flat_below = 0.01f;

struct _MsnetMotionField
{
  MsnetCommandList *list;
  MsnetTensor *displacement; /* [T, H, W, 3] */
  MsnetTensor *flatness;     /* [pairs, H, W, 1] */
  guint reach;               /* cells that a displacement of 1 stands for */
};

static gboolean
append_commands (MsnetMotionField *field, MsnetTensor *scores, const MsnetMotionSpec *motion, GError **error)
{
  MsnetDisplacementParams displacement = {
    .displacement = field->displacement,
    .scores = scores,
    .patch = motion->patch,
    .direction = motion->direction,
    .sigma = motion->sigma,
    .temperature = motion->temperature,
  };
  MsnetFlatnessParams flatness = {
    .flatness = field->flatness,
    .scores = scores,
    .patch = motion->patch,
    .dilation = 1,
  };

  return msnet_displacement_append (field->list, &displacement, error)
         && msnet_flatness_append (field->list, &flatness, error);
}

MsnetMotionField *
msnet_motion_field_new (
    MsnetDevice *device, MsnetTensor *scores, const MsnetMotionSpec *motion, guint frames, GError **error)
{
  g_autoptr (MsnetMotionField) field = g_new0 (MsnetMotionField, 1);
  MsnetShape displacement = scores->shape, flatness = scores->shape;

  /* Three channels whether or not the network itself uses the confidence. */
  displacement.frames = frames;
  displacement.channels = 3;
  flatness.channels = 1;
  field->reach = motion->patch / 2;
  field->list = msnet_command_list_new (device);
  field->displacement = msnet_tensor_new (device, &displacement, error);
  if (field->displacement == NULL)
    return NULL;
  field->flatness = msnet_tensor_new (device, &flatness, error);
  if (field->flatness == NULL || !append_commands (field, scores, motion, error))
    return NULL;
  return g_steal_pointer (&field);
}

void
msnet_motion_field_free (MsnetMotionField *field)
{
  if (field == NULL)
    return;
  msnet_command_list_free (field->list);
  msnet_tensor_free (field->flatness);
  msnet_tensor_free (field->displacement);
  g_free (field);
}

gboolean
msnet_motion_field_read (MsnetMotionField *field, guint pair, gfloat *values, GError **error)
{
  const MsnetShape *shape = &field->flatness->shape;
  gsize n_cells = (gsize)shape->height * shape->width;
  g_autofree gfloat *displacement = g_new (gfloat, msnet_shape_get_size (&field->displacement->shape));
  g_autofree gfloat *flatness = g_new (gfloat, msnet_shape_get_size (shape));

  if (!msnet_command_list_run (field->list, error)
      || !msnet_tensor_download (field->displacement, displacement, error)
      || !msnet_tensor_download (field->flatness, flatness, error))
    return FALSE;
  for (gsize cell = 0; cell < n_cells; cell++) {
    const gfloat *from = displacement + (pair * n_cells + cell) * 3;
    gboolean is_flat = flatness[pair * n_cells + cell] < flat_below;
    values[cell * 3] = is_flat ? 0 : from[0] * field->reach;
    values[cell * 3 + 1] = is_flat ? 0 : from[1] * field->reach;
    values[cell * 3 + 2] = is_flat ? 0 : from[2];
  }
  return TRUE;
}
