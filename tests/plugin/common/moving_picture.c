/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "moving_picture.h"

#include <stdlib.h>

#define LATTICE 8 /* pixels between the texture's random values */

static gdouble
lattice_value (gint column, gint row)
{
  guint32 hash = (guint32)column * 0x9E3779B1u ^ (guint32)row * 0x85EBCA77u;

  hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
  hash = (hash ^ (hash >> 12)) * 0x297A2D39u;
  return (hash ^ (hash >> 15)) / 4294967296.0;
}

/* A random texture, interpolated between the points of a lattice. */
static guint8
get_texel (gint x, gint y)
{
  gint column = (x + (1 << 20)) / LATTICE, row = (y + (1 << 20)) / LATTICE;
  gdouble u = (x + (1 << 20)) % LATTICE / (gdouble)LATTICE, v = (y + (1 << 20)) % LATTICE / (gdouble)LATTICE;
  gdouble top = (1 - u) * lattice_value (column, row) + u * lattice_value (column + 1, row);
  gdouble bottom = (1 - u) * lattice_value (column, row + 1) + u * lattice_value (column + 1, row + 1);

  return 255 * ((1 - v) * top + v * bottom);
}

GstBuffer *
moving_picture_new (guint width, guint height, gint x, gint y)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, width * height, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  for (guint row = 0; row < height; row++)
    for (guint column = 0; column < width; column++)
      map.data[row * width + column] = get_texel ((gint)column - x, (gint)row - y);
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

static gint
compare_floats (gconstpointer a, gconstpointer b)
{
  gfloat first = *(const gfloat *)a, second = *(const gfloat *)b;

  return (first > second) - (first < second);
}

gdouble
moving_picture_get_median (const MsnetMotion *motion, guint axis)
{
  const gfloat *field = g_bytes_get_data (motion->field, NULL);
  g_autofree gfloat *values = g_new (gfloat, motion->width * motion->height);
  guint n = 0;

  for (gint row = 3; row < motion->height - 3; row++)
    for (gint column = 3; column < motion->width - 3; column++)
      values[n++] = field[(row * motion->width + column) * 3 + axis];
  qsort (values, n, sizeof *values, compare_floats);
  return values[n / 2];
}
