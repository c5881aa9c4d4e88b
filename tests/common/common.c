/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include "base/error.h"
#include "opencl/open.h"
#include "tensor/bfloat16.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define SKIPPED 77

MsnetDevice *
test_open_device (void)
{
  g_autoptr (GError) error = NULL;
  MsnetDevice *device = msnet_device_open (NULL, &error);

  if (device != NULL)
    return device;
  printf ("%s\n", error->message);
  exit (g_error_matches (error, MSNET_ERROR, MSNET_ERROR_NO_DEVICE) ? SKIPPED : EXIT_FAILURE);
}

static MsnetDevice *common_device;

MsnetDevice *
test_get_device (void)
{
  if (common_device == NULL)
    common_device = test_open_device ();
  return common_device;
}

void
test_close_device (void)
{
  g_clear_pointer (&common_device, msnet_device_unref);
}

gfloat *
test_random_values (GRand *random, gsize n, gdouble low, gdouble high)
{
  gfloat *values = g_new (gfloat, n);

  for (gsize i = 0; i < n; i++)
    values[i] = g_rand_double_range (random, low, high);
  return values;
}

void
test_round_values (gfloat *values, gsize n, MsnetDataType data_type)
{
  g_autofree guint16 *stored = NULL;

  if (data_type == MSNET_FLOAT32)
    return;
  stored = g_new (guint16, n);
  msnet_bfloat16_from_float (stored, values, n);
  msnet_bfloat16_to_float (values, stored, n);
}

gdouble
test_get_tolerance (MsnetDataType stored, gdouble exact)
{
  return exact + (stored == MSNET_BFLOAT16 ? 1.0 / 256 : 0.0);
}

MsnetTensor *
test_tensor_new (MsnetDevice *device, const MsnetShape *shape, const gfloat *values)
{
  g_autoptr (GError) error = NULL;
  MsnetTensor *tensor = msnet_tensor_new (device, shape, &error);

  ck_assert_msg (tensor != NULL, "%s", error != NULL ? error->message : "");
  if (values != NULL)
    ck_assert (msnet_tensor_upload (tensor, values, NULL));
  return tensor;
}

typedef struct
{
  gsize worst; /* index of the largest difference */
  gdouble difference;
  gdouble largest; /* magnitude of the largest expected value */
} Comparison;

static Comparison
compare (const gfloat *expected, const gfloat *found, gsize n)
{
  Comparison result = { 0, 0.0, 0.0 };

  for (gsize i = 0; i < n; i++) {
    gdouble difference = fabs ((gdouble)expected[i] - found[i]);

    result.largest = MAX (result.largest, fabs (expected[i]));
    if (difference <= result.difference)
      continue;
    result.worst = i;
    result.difference = difference;
    if (isnan (difference))
      break;
  }
  return result;
}

void
test_compare (const gchar *what, const gfloat *expected, const gfloat *found, gsize n, gdouble tolerance)
{
  Comparison result = compare (expected, found, n);

  ck_assert_msg (result.difference <= tolerance * result.largest,
      "%s: worst at %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
      ": expected %.9g, found %.9g: %.3g of the maximum",
      what, result.worst, n, expected[result.worst], found[result.worst], result.difference / result.largest);
}

static gboolean
is_inside (const MsnetShape *shape, gsize index)
{
  gsize frame_stride = msnet_shape_get_frame_stride (shape);
  gsize row_stride = msnet_shape_get_row_stride (shape);
  gsize frame = index / frame_stride;
  gsize row = index % frame_stride / row_stride;
  gsize column = index % row_stride / shape->channels;
  gsize first = shape->frame_halo ? 1 : 0;

  return frame >= first && frame < first + shape->frames && row >= shape->halo
         && row < shape->halo + shape->height && column >= shape->halo && column < shape->halo + shape->width;
}

static void
check_borders (const gchar *what, MsnetTensor *tensor)
{
  static const guint8 zero[sizeof (gfloat)] = { 0 };
  gsize size = msnet_buffer_get_size (tensor->buffer);
  gsize element = msnet_shape_get_element_size (&tensor->shape);
  g_autofree guint8 *bytes = g_malloc (size);

  ck_assert (msnet_buffer_download (tensor->buffer, 0, bytes, size, NULL));
  for (gsize i = 0; i < size / element; i++)
    if (memcmp (bytes + i * element, zero, element) != 0 && !is_inside (&tensor->shape, i))
      ck_abort_msg (
          "%s: something was written into the border, at value %" G_GSIZE_FORMAT " of the buffer", what, i);
}

void
test_compare_tensor (const gchar *what, const gfloat *expected, MsnetTensor *found, gdouble tolerance)
{
  const MsnetShape *shape = &found->shape;
  gsize n = msnet_shape_get_size (shape);
  g_autofree gfloat *values = g_new (gfloat, n);
  Comparison result;
  gsize pixel;

  ck_assert (msnet_tensor_download (found, values, NULL));
  result = compare (expected, values, n);
  pixel = result.worst / shape->channels;
  ck_assert_msg (result.difference <= tolerance * result.largest,
      "%s: worst at frame %zu, row %zu, column %zu, channel %zu of %u x %u x %u x %u: expected %.9g, "
      "found %.9g: %.3g of the maximum",
      what, pixel / shape->width / shape->height, pixel / shape->width % shape->height, pixel % shape->width,
      result.worst % shape->channels, shape->frames, shape->height, shape->width, shape->channels,
      expected[result.worst], values[result.worst], result.difference / result.largest);
  check_borders (what, found);
}

void
test_expect_error (const GError *error, gint code, const gchar *part)
{
  ck_assert_msg (error != NULL, "no error; expected one with \"%s\"", part);
  ck_assert_msg (g_error_matches (error, MSNET_ERROR, code), "expected MSNET_ERROR %d, found %s %d: %s", code,
      g_quark_to_string (error->domain), error->code, error->message);
  ck_assert_msg (
      strstr (error->message, part) != NULL, "expected \"%s\" in the message: %s", part, error->message);
}

gint
test_run (Suite *suite)
{
  SRunner *runner = srunner_create (suite);
  gint n_failed;

  srunner_set_fork_status (runner, CK_NOFORK); /* the device's threads would not follow into a fork */
  srunner_run_all (runner, CK_NORMAL);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
