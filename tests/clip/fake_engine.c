/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_engine.h"

#include "base/error.h"

#include <string.h>

static gboolean
fake_prepare (MsnetEngine *self, const MsnetFrame *frame, GError **error)
{
  FakeEngine *fake = (FakeEngine *)self;

  memcpy (&fake->prepared, frame->planes[0].data, sizeof (guint64));
  fake->n_prepared++;
  g_hash_table_add (fake->places, (gpointer)frame->planes[0].data);
  return TRUE;
}

guint64
fake_history (guint64 history, guint64 frame)
{
  return (history + frame + 1) * G_GUINT64_CONSTANT (6364136223846793005);
}

static void
wait_while_held (FakeEngine *fake)
{
  msnet_lock_take (&fake->lock);
  fake->waiting = TRUE;
  msnet_signal_send (&fake->changed);
  while (fake->held)
    msnet_signal_wait (&fake->changed, &fake->lock);
  fake->waiting = FALSE;
  msnet_lock_give (&fake->lock);
}

static gboolean
fake_compute (MsnetEngine *self, guint slot, GError **error)
{
  FakeEngine *fake = (FakeEngine *)self;

  g_assert_cmpuint (slot, <, self->n_slots);
  wait_while_held (fake);
  fake->history = fake_history (fake->history, fake->prepared);
  fake->frames[slot] = fake->prepared;
  fake->histories[slot] = fake->history;
  g_array_append_val (fake->computed, fake->history);
  return TRUE;
}

static gboolean
fake_reset (MsnetEngine *self, GError **error)
{
  FakeEngine *fake = (FakeEngine *)self;

  fake->history = 0;
  g_array_set_size (fake->computed, 0);
  return TRUE;
}

void
fake_engine_hold (FakeEngine *fake, gboolean hold)
{
  msnet_lock_take (&fake->lock);
  fake->held = hold;
  msnet_signal_send (&fake->changed);
  msnet_lock_give (&fake->lock);
}

void
fake_engine_wait (FakeEngine *fake)
{
  msnet_lock_take (&fake->lock);
  while (!fake->waiting)
    msnet_signal_wait (&fake->changed, &fake->lock);
  msnet_lock_give (&fake->lock);
}

static void
fake_get_region (MsnetEngine *self, const MsnetFrame *frame, gdouble region[4])
{
  const gdouble middle[] = { 0.25, 0, 0.5, 1 };

  memcpy (region, middle, sizeof middle);
}

static void
fake_get_rows (MsnetEngine *self, const MsnetFrame *frame, guint *first, guint *end)
{
  *first = 0;
  *end = frame->height;
}

static gboolean
fake_load (MsnetEngine *self, const guint *slots, GError **error)
{
  FakeEngine *fake = (FakeEngine *)self;

  for (guint i = 0; i < self->n_frames; i++) {
    g_array_append_val (fake->inferred, fake->frames[slots[i]]);
    g_array_append_val (fake->remembered, fake->histories[slots[i]]);
  }
  return TRUE;
}

static gboolean
fake_run (MsnetEngine *self, gfloat *probabilities, GError **error)
{
  FakeEngine *fake = (FakeEngine *)self;

  if (fake->fail) {
    g_set_error (error, MSNET_ERROR, MSNET_ERROR_DEVICE, "the fake device fails");
    return FALSE;
  }
  probabilities[0] = 0.75f;
  probabilities[1] = 0.25f;
  return TRUE;
}

static gboolean
fake_read_motion (MsnetEngine *self, guint newer, gfloat *field, GError **error)
{
  FakeEngine *fake = (FakeEngine *)self;

  g_assert_cmpuint (newer, >, 0);
  g_assert_cmpuint (newer, <, self->n_frames);
  if (self->is_stream) {
    const guint64 *last = (guint64 *)fake->remembered->data + fake->remembered->len - self->n_frames;
    g_assert_cmpuint (last[newer], ==, fake->history);
  }
  for (guint cell = 0; cell < 4; cell++) {
    field[3 * cell] = 1;
    field[3 * cell + 1] = -0.5f;
    field[3 * cell + 2] = 0.9f;
  }
  return TRUE;
}

/* The window's frames must be those computed last: each point takes that of the point after it, or the one
 * computed before. */
static void
check_order (FakeEngine *fake)
{
  const guint n_frames = fake->engine.n_frames;
  const guint64 *points = (guint64 *)fake->remembered->data + fake->remembered->len - n_frames;
  guint at = fake->computed->len - 1;

  for (guint i = n_frames; i > 0; i--) {
    if (points[i - 1] != g_array_index (fake->computed, guint64, at))
      g_assert_cmpuint (at--, >, 0);
    g_assert_cmpuint (points[i - 1], ==, g_array_index (fake->computed, guint64, at));
  }
}

static gboolean
fake_read_activation (MsnetEngine *self, guint class_index, gfloat *map, gdouble *bias, GError **error)
{
  g_assert_cmpuint (class_index, ==, 0);
  if (self->is_stream)
    check_order ((FakeEngine *)self);
  for (guint cell = 0; cell < 4; cell++)
    map[cell] = cell + 1;
  *bias = 0.5;
  return TRUE;
}

static void
fake_free (MsnetEngine *self)
{
  FakeEngine *fake = (FakeEngine *)self;

  g_hash_table_unref (fake->places);
  g_array_unref (fake->computed);
  g_array_unref (fake->inferred);
  g_array_unref (fake->remembered);
  msnet_signal_clear (&fake->changed);
  msnet_lock_clear (&fake->lock);
  g_free (fake->histories);
  g_free (fake->frames);
  g_free (fake);
}

FakeEngine *
fake_engine_new (guint n_frames, guint n_slots)
{
  FakeEngine *fake = g_new0 (FakeEngine, 1);

  fake->engine = (MsnetEngine){
    .n_frames = n_frames,
    .n_slots = n_slots,
    .n_classes = 2,
    .field_size = 2,
    .field_cover = 1,
    .field_step = 1,
    .field_reach = 7,
    .activation_size = 2,
    .activation_cover = 1,
    .prepare = fake_prepare,
    .compute = fake_compute,
    .get_region = fake_get_region,
    .get_rows = fake_get_rows,
    .load = fake_load,
    .run = fake_run,
    .read_motion = fake_read_motion,
    .read_activation = fake_read_activation,
    .free = fake_free,
  };
  fake->frames = g_new0 (guint64, fake->engine.n_slots);
  fake->histories = g_new0 (guint64, fake->engine.n_slots);
  fake->places = g_hash_table_new (NULL, NULL);
  fake->computed = g_array_new (FALSE, FALSE, sizeof (guint64));
  fake->inferred = g_array_new (FALSE, FALSE, sizeof (guint64));
  fake->remembered = g_array_new (FALSE, FALSE, sizeof (guint64));
  msnet_lock_init (&fake->lock);
  msnet_signal_init (&fake->changed);
  return fake;
}

FakeEngine *
fake_engine_new_stream (guint n_frames, guint n_slots)
{
  FakeEngine *fake = fake_engine_new (n_frames, n_slots);

  fake->engine.is_stream = TRUE;
  fake->engine.reset = fake_reset;
  return fake;
}

MsnetFrame
fake_frame (const guint64 *identity)
{
  return (MsnetFrame){
    .pixels = MSNET_PIXELS_GRAY,
    .width = 8,
    .height = 1,
    .planes = { { (const guint8 *)identity, sizeof *identity } },
    .n_planes = 1,
    .components = { { .stride = sizeof *identity, .step = 1 } },
    .scales = { 255 },
  };
}
