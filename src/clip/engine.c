#include "engine.h"

void
msnet_engine_free (MsnetEngine *engine)
{
  if (engine)
    engine->free (engine);
}
