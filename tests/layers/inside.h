/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of the layers share: the loader reads its environment once, so each case needs a process of
 * its own, which runs with the layer inside. */
#pragma once

#include "common/common.h"

G_BEGIN_DECLS

/* How a case ended, and what it said. */
typedef struct
{
  gboolean succeeded;
  gchar *messages;
} Ending;

/* Runs this program again with @layer, MSNET_GUARD=@guard and the case's two arguments; ends the test as
 * skipped where the OpenCL loader knows no layers. */
Ending inside_run (const gchar *layer, const gchar *guard, const gchar *first, const gchar *second);

/* Returns: (transfer full): the device, in the process of a case */
MsnetDevice *inside_open_device (const gchar *layer);

G_END_DECLS
