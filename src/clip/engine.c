/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "engine.h"

void
msnet_engine_free (MsnetEngine *engine)
{
  if (engine != NULL)
    engine->free (engine);
}
