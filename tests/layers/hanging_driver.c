/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An OpenCL driver that hangs as soon as the loader asks it for anything, as that of a GPU does which fell
 * off its bus. */
#include <CL/cl.h>
#include <unistd.h>

__attribute__ ((visibility ("default"))) void *CL_API_CALL
clGetExtensionFunctionAddress (const char *name)
{
  for (;;)
    pause ();
  return NULL;
}
