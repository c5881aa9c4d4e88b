#include "recognition.h"

#include <string.h>

MsnetField *
msnet_field_new (guint size, const gdouble region[4], guint64 start, guint64 end)
{
  MsnetField *field = g_new0 (MsnetField, 1);

  field->size = size;
  field->cells = g_new0 (gfloat, size * size * 3);
  field->start = start;
  field->end = end;
  memcpy (field->region, region, sizeof field->region);
  return field;
}

void
msnet_field_free (MsnetField *field)
{
  if (!field)
    return;
  g_free (field->cells);
  g_free (field);
}

void
msnet_field_scale (MsnetField *field, guint reach)
{
  gdouble seconds = (field->end - field->start) / 1e9;
  gdouble scale[2];

  for (guint axis = 0; axis < 2; axis++) {
    scale[axis] = field->region[2 + axis] / field->size / seconds;
    field->limit[axis] = reach * scale[axis];
  }
  for (guint i = 0; i < field->size * field->size; i++)
    for (guint axis = 0; axis < 2; axis++)
      field->cells[3 * i + axis] *= scale[axis];
}

MsnetRecognition *
msnet_recognition_new (guint n_classes)
{
  MsnetRecognition *recognition = g_new0 (MsnetRecognition, 1);

  recognition->n_classes = n_classes;
  recognition->probabilities = g_new0 (gfloat, n_classes);
  return recognition;
}

void
msnet_recognition_free (MsnetRecognition *recognition)
{
  if (!recognition)
    return;
  msnet_field_free (recognition->field);
  g_free (recognition->probabilities);
  g_free (recognition);
}
