/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An engine without a network: remembers which frames it was given and asked about. */
#pragma once

#include "base/lock.h"
#include "clip/engine.h"

/**
 * FakeEngine:
 * @frames: identity of the frame in each slot: the first 8 bytes of its memory
 * @histories: fake_history() of all frames computed since the last reset, up to the one in each slot
 * @computed: (element-type guint64): the same of all frames since that reset
 * @inferred: (element-type guint64): frames of all calls of load(), T for each
 * @remembered: (element-type guint64): their histories
 * @n_prepared: calls of prepare()
 * @places: (element-type gpointer): where pixels lay that prepare() was given, each once
 * @fail: let the next run() fail
 */
typedef struct
{
  MsnetEngine engine;
  guint64 *frames;
  guint64 *histories;
  GArray *computed;
  GArray *inferred;
  GArray *remembered;
  guint n_prepared;
  GHashTable *places;
  gboolean fail;

  guint64 prepared; /* the frame that was prepared last */
  guint64 history;
  MsnetLock lock;
  MsnetSignal changed;
  gboolean held;    /* under @lock */
  gboolean waiting; /* under @lock */
} FakeEngine;

/* Two classes, the first one always at 0.75; a field of 2 x 2 cells that move by (1, -0.5) cells; an
 * activation map of 2 x 2 cells: 1, 2, 3, 4, and 0.5 for the bias. */
FakeEngine *fake_engine_new (guint n_frames, guint n_slots);

/* The same for streams: aborts where the motion is asked of another frame than the one computed last, or the
 * activation of others than those computed last. */
FakeEngine *fake_engine_new_stream (guint n_frames, guint n_slots);

/* What is kept of @frame after what was kept before; at first 0. */
guint64 fake_history (guint64 history, guint64 frame);

/* TRUE: compute() waits until it is set back.  Any thread. */
void fake_engine_hold (FakeEngine *fake, gboolean hold);

/* Until compute() is held. */
void fake_engine_wait (FakeEngine *fake);

/* A frame of 8 bytes that hold @identity, which must outlive it. */
MsnetFrame fake_frame (const guint64 *identity);
