/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* prepare_rgb WIDTH HEIGHT crop|stretch|pad RESIZE|HEIGHTxWIDTH SIZE antialias|bilinear: packed RGB on
 * standard input, the prepared picture on standard output as SIZE x SIZE x 3 floats in [0, 1].  Driven by
 * check_peers.py. */
#include "common/common.h"
#include "ops/prepare/prepare.h"

#include <stdio.h>
#include <stdlib.h>

static void
stop (const gchar *message)
{
  g_printerr ("%s\n", message);
  exit (EXIT_FAILURE);
}

static MsnetFrame
read_frame (guint width, guint height)
{
  gsize stride = 3 * width;
  gsize size = height * stride;
  guint8 *data = g_malloc (size);

  if (fread (data, 1, size, stdin) != size)
    stop ("expected WIDTH x HEIGHT x 3 bytes on standard input");
  return (MsnetFrame){
    .pixels = MSNET_PIXELS_RGB,
    .width = width,
    .height = height,
    .planes = { { data, size } },
    .n_planes = 1,
    .components = { { 0, 0, stride, 3 }, { 0, 1, stride, 3 }, { 0, 2, stride, 3 } },
    .scales = { 255, 255, 255 },
  };
}

static guint
choose (const gchar *word, const gchar *const *words)
{
  guint i = 0;

  while (words[i] != NULL && !g_str_equal (word, words[i]))
    i++;
  if (words[i] == NULL)
    stop ("expected WIDTH HEIGHT crop|stretch|pad RESIZE|HEIGHTxWIDTH SIZE antialias|bilinear");
  return i;
}

static MsnetPrepareParams
read_params (const gchar *fit, const gchar *resize, const gchar *size, const gchar *filter)
{
  static const gchar *const fits[] = { "crop", "stretch", "pad", NULL };
  static const gchar *const filters[] = { "antialias", "bilinear", NULL };
  MsnetPrepareParams params = { .std = { 1.0f, 1.0f, 1.0f } };

  params.fit = choose (fit, fits);
  params.filter = choose (filter, filters);
  params.size = atoi (size);
  if (sscanf (resize, "%ux%u", &params.resize_height, &params.resize_width) != 2) {
    params.resize = atoi (resize);
    params.resize_height = 0;
  }
  return params;
}

int
main (int argc, char **argv)
{
  g_autoptr (MsnetDevice) device = NULL;
  g_autoptr (MsnetPrepare) prepare = NULL;
  g_autoptr (MsnetTensor) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *values = NULL;
  MsnetFrame frame;
  MsnetPrepareParams params;

  if (argc != 7)
    stop ("expected WIDTH HEIGHT FIT RESIZE SIZE FILTER");
  params = read_params (argv[3], argv[4], argv[5], argv[6]);
  device = test_open_device ();
  frame = read_frame (atoi (argv[1]), atoi (argv[2]));
  prepare = msnet_prepare_new (device, &params, &error);
  output = msnet_tensor_new (device, &(MsnetShape){ 1, params.size, params.size, 3 }, &error);
  values = g_new (gfloat, params.size * params.size * 3);
  if (prepare == NULL || output == NULL || !msnet_prepare_run (prepare, output, 0, &frame, &error)
      || !msnet_tensor_download (output, values, &error))
    stop (error->message);
  fwrite (values, sizeof *values, params.size * params.size * 3, stdout);
  g_free ((gpointer)frame.planes[0].data);
  return EXIT_SUCCESS;
}
