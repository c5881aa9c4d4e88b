/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "motion_field.h"

#include "motion_layers.h"
#include "opencl/command_list.h"

/* Below this much between best and median score a cell looks the same everywhere around it. */
static const gfloat flat_below = 0.01f;

struct _MsnetMotionField
{
  MsnetCommandList *list;
  MsnetTensor scores;        /* of the pairs that are asked for, a part of the network's */
  MsnetTensor *displacement; /* [T, H, W, 3] */
  MsnetTensor *flatness;     /* [pairs, H, W, 1] */
  guint reach;               /* cells that a displacement of 1 stands for */
};

static gboolean
append_commands (
    MsnetMotionField *field, const MsnetMotionSpec *motion, MsnetDirection direction, GError **error)
{
  const MsnetDisplacementParams displacement
      = msnet_motion_describe_displacement (motion, direction, field->displacement, &field->scores);
  const MsnetFlatnessParams flatness = {
    .flatness = field->flatness,
    .scores = &field->scores,
    .patch = motion->patch,
    .dilation = motion->dilation,
  };

  return msnet_displacement_append (field->list, &displacement, error)
         && msnet_flatness_append (field->list, &flatness, error);
}

MsnetMotionField *
msnet_motion_field_new (
    MsnetDevice *device, MsnetTensor *scores, const MsnetMotionSpec *motion, guint frames, GError **error)
{
  g_autoptr (MsnetMotionField) field = g_new0 (MsnetMotionField, 1);
  /* Of both directions the forward one, whose pairs come first. */
  const MsnetDirection direction
      = motion->direction == MSNET_DIRECTION_BOTH ? MSNET_DIRECTION_FORWARD : motion->direction;
  MsnetShape displacement, flatness;

  field->scores = *scores;
  field->scores.shape.frames = msnet_direction_get_pairs (direction, frames);
  /* Three channels whether or not the network itself uses the confidence. */
  displacement = flatness = field->scores.shape;
  displacement.frames = frames;
  displacement.channels = 3;
  flatness.channels = 1;
  field->reach = motion->patch / 2 * motion->dilation;
  field->list = msnet_command_list_new (device);
  field->displacement = msnet_tensor_new (device, &displacement, error);
  if (field->displacement == NULL)
    return NULL;
  field->flatness = msnet_tensor_new (device, &flatness, error);
  if (field->flatness == NULL || !append_commands (field, motion, direction, error))
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

  g_return_val_if_fail (pair < shape->frames, FALSE);
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
