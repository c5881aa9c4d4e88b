/* An engine without a network: remembers which frames it was given and asked about. */
#pragma once

#include "clip/engine.h"

/**
 * FakeEngine:
 * @frames: identity of the frame in each slot: the first 8 bytes of its memory
 * @inferred: (element-type guint64): frames of all calls of load(), T for each
 * @n_prepared: calls of prepare()
 * @fail: let the next run() fail
 */
typedef struct
{
  MsnetEngine engine;
  guint64 *frames;
  GArray *inferred;
  guint n_prepared;
  gboolean fail;
} FakeEngine;

/* Two classes, the first one always at 0.75; a field of 2 x 2 cells that move by (1, -0.5) cells. */
FakeEngine *fake_engine_new (guint n_frames, guint n_slots);

/* A frame of 8 bytes that hold @identity, which must outlive it. */
MsnetFrame fake_frame (const guint64 *identity);
