/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* prepare_rgb WIDTH HEIGHT crop|stretch RESIZE SIZE: packed RGB on standard input, the prepared picture on
 * standard output as SIZE x SIZE x 3 floats in [0, 1].  Driven by check_pillow.py. */
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

int
main (int argc, char **argv)
{
  g_autoptr (MsnetDevice) device = NULL;
  g_autoptr (MsnetPrepare) prepare = NULL;
  g_autoptr (MsnetTensor) output = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gfloat *values = NULL;
  MsnetFrame frame;
  MsnetPrepareParams params = { .std = { 1.0f, 1.0f, 1.0f } };

  if (argc != 6)
    stop ("expected WIDTH HEIGHT crop|stretch RESIZE SIZE");
  params.fit = g_str_equal (argv[3], "crop") ? MSNET_FIT_CROP : MSNET_FIT_STRETCH;
  params.resize = atoi (argv[4]);
  params.size = atoi (argv[5]);
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
