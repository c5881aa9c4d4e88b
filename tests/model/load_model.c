/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Loads a model file, for tests in Python.  Prints what is wrong; the exit status is 1 then.
 *
 *     load_model FILE */
#include "model/model.h"

#include <stdio.h>

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MsnetModel) model = argc == 2 ? msnet_model_load (argv[1], &error) : NULL;

  if (error != NULL)
    printf ("%s\n", error->message);
  return model == NULL;
}
