/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_device.h"

#include "base/error.h"
#include "base/lock.h"
#include "clip/network_engine.h"
#include "json/msnetjson.h"
#include "meta/result_meta.h"
#include "msnet/msnet.h"
#include "overlay/msnetoverlay.h"

#include <string.h>

#define FIELD_SIZE 2

/* @score: of class 0, from the window's last frame: its ninth byte, 255 for 1; the other classes share the
 * rest */
typedef struct
{
  MsnetEngine engine;
  guint64 *slots;
  guint8 *levels;
  guint64 prepared;
  guint8 level;
  gboolean is_warm; /* a frame was prepared */
  gfloat score;

  GString *history; /* frames that were computed since the last reset */
  gsize *lengths;   /* of @history, with the frame in each slot */
  gsize *loaded;    /* the lengths of the window's points */
} FakeDevice;

static MsnetLock lock;
static MsnetSignal changed;

/* Under @lock. */
static gulong delay;
static gboolean hanging;
static gboolean failing;
static gboolean streaming;
static guint n_engines;
static GArray *windows;
static GString *histories;

void
fake_device_register_elements (void)
{
  msnet_meta_register ();
  GST_ELEMENT_REGISTER (msnet, NULL);
  GST_ELEMENT_REGISTER (msnetjson, NULL);
  GST_ELEMENT_REGISTER (msnetoverlay, NULL);
}

void
fake_device_set_delay (gulong microseconds)
{
  msnet_lock_take (&lock);
  delay = microseconds;
  msnet_lock_give (&lock);
}

void
fake_device_hang (gboolean hang)
{
  msnet_lock_take (&lock);
  hanging = hang;
  msnet_signal_send (&changed);
  msnet_lock_give (&lock);
}

void
fake_device_fail (gboolean fail)
{
  msnet_lock_take (&lock);
  failing = fail;
  msnet_lock_give (&lock);
}

void
fake_device_set_stream (gboolean stream)
{
  msnet_lock_take (&lock);
  streaming = stream;
  msnet_lock_give (&lock);
}

gchar *
fake_device_take_histories (void)
{
  gchar *taken;

  msnet_lock_take (&lock);
  taken = histories != NULL ? g_string_free (g_steal_pointer (&histories), FALSE) : g_strdup ("");
  msnet_lock_give (&lock);
  return taken;
}

static void
add_engines (gint n)
{
  msnet_lock_take (&lock);
  n_engines += n;
  msnet_signal_send (&changed);
  msnet_lock_give (&lock);
}

guint
fake_device_count_engines (void)
{
  guint n;

  msnet_lock_take (&lock);
  n = n_engines;
  msnet_lock_give (&lock);
  return n;
}

gboolean
fake_device_wait_for_engines (guint n)
{
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  gboolean in_time = TRUE;

  msnet_lock_take (&lock);
  while (n_engines != n && in_time)
    in_time = msnet_signal_wait_until (&changed, &lock, deadline);
  msnet_lock_give (&lock);
  return in_time;
}

GArray *
fake_device_take_windows (void)
{
  GArray *taken;

  msnet_lock_take (&lock);
  taken = windows != NULL ? windows : g_array_new (FALSE, FALSE, sizeof (guint64));
  windows = NULL;
  msnet_lock_give (&lock);
  return taken;
}

static gboolean
fake_prepare (MsnetEngine *self, const MsnetFrame *frame, GError **error)
{
  FakeDevice *device = (FakeDevice *)self;
  guint64 identity;

  memcpy (&identity, frame->planes[0].data, sizeof identity);
  device->prepared = GUINT64_FROM_LE (identity);
  device->level = frame->planes[0].data[sizeof identity];
  device->is_warm = TRUE;
  return TRUE;
}

/* Returns: whether the device fails */
static gboolean
behave (void)
{
  gulong pause;
  gboolean fails;

  msnet_lock_take (&lock);
  while (hanging)
    msnet_signal_wait (&changed, &lock);
  pause = delay;
  fails = failing;
  msnet_lock_give (&lock);
  if (pause)
    g_usleep (pause);
  return fails;
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, MSNET_ERROR, MSNET_ERROR_DEVICE, "the fake device fails");
  return FALSE;
}

static gboolean
fake_compute (MsnetEngine *self, guint slot, GError **error)
{
  FakeDevice *device = (FakeDevice *)self;

  if (self->is_stream && behave ())
    return fail (error);
  device->slots[slot] = device->prepared;
  device->levels[slot] = device->level;
  g_string_append_printf (device->history, " %" G_GUINT64_FORMAT, device->prepared);
  device->lengths[slot] = device->history->len;
  return TRUE;
}

static gboolean
fake_reset (MsnetEngine *self, GError **error)
{
  g_string_truncate (((FakeDevice *)self)->history, 0);
  return TRUE;
}

/* Under @lock. */
static void
note_history (FakeDevice *device)
{
  if (histories == NULL)
    histories = g_string_new (NULL);
  g_string_append (histories, "history");
  g_string_append_len (histories, device->history->str, device->loaded[device->engine.n_frames - 1]);
  g_string_append (histories, "\n");
}

static gboolean
fake_load (MsnetEngine *self, const guint *slots, GError **error)
{
  FakeDevice *device = (FakeDevice *)self;

  device->score = device->levels[slots[self->n_frames - 1]] / 255.0f;
  msnet_lock_take (&lock);
  if (windows == NULL)
    windows = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < self->n_frames; i++) {
    g_array_append_val (windows, device->slots[slots[i]]);
    device->loaded[i] = device->lengths[slots[i]];
  }
  if (self->is_stream && device->is_warm)
    note_history (device);
  msnet_lock_give (&lock);
  return TRUE;
}

static gboolean
fake_run (MsnetEngine *self, gfloat *probabilities, GError **error)
{
  FakeDevice *device = (FakeDevice *)self;

  if (!self->is_stream && behave ())
    return fail (error);
  probabilities[0] = self->n_classes > 1 ? device->score : 1;
  for (guint i = 1; i < self->n_classes; i++)
    probabilities[i] = (1 - device->score) / (self->n_classes - 1);
  return TRUE;
}

static gboolean
fake_read_motion (MsnetEngine *self, guint newer, gfloat *field, GError **error)
{
  FakeDevice *device = (FakeDevice *)self;

  if (self->is_stream && device->loaded[newer] != device->history->len)
    g_error ("motion is asked of another frame than the one computed last");
  for (guint i = 0; i < FIELD_SIZE * FIELD_SIZE * 3; i++)
    field[i] = 0.5f;
  return TRUE;
}

static void
fake_get_region (MsnetEngine *self, const MsnetFrame *frame, gdouble region[4])
{
  region[0] = region[1] = 0;
  region[2] = region[3] = 1;
}

static void
fake_get_rows (MsnetEngine *self, const MsnetFrame *frame, guint *first, guint *end)
{
  *first = 0;
  *end = frame->height;
}

static void
fake_free (MsnetEngine *self)
{
  FakeDevice *device = (FakeDevice *)self;

  g_string_free (device->history, TRUE);
  g_free (device->loaded);
  g_free (device->lengths);
  g_free (device->slots);
  g_free (device->levels);
  g_free (device);
  add_engines (-1);
}

static gboolean
is_streaming (void)
{
  gboolean stream;

  msnet_lock_take (&lock);
  stream = streaming;
  msnet_lock_give (&lock);
  return stream;
}

MsnetEngine *
msnet_network_engine_new (
    MsnetModel *model, MsnetDevice *opencl, const MsnetEngineOptions *options, GError **error)
{
  FakeDevice *device = g_new0 (FakeDevice, 1);

  device->engine = (MsnetEngine){
    .n_frames = msnet_model_get_frames (model),
    .n_slots = options->n_slots,
    .n_classes = msnet_model_get_network (model)->classes,
    .field_size = FIELD_SIZE,
    .field_cover = 1,
    .field_step = 1,
    .field_reach = 7,
    .is_stream = is_streaming (),
    .prepare = fake_prepare,
    .compute = fake_compute,
    .reset = fake_reset,
    .load = fake_load,
    .run = fake_run,
    .read_motion = fake_read_motion,
    .get_region = fake_get_region,
    .get_rows = fake_get_rows,
    .free = fake_free,
  };
  device->slots = g_new0 (guint64, options->n_slots);
  device->levels = g_new0 (guint8, options->n_slots);
  device->lengths = g_new0 (gsize, options->n_slots);
  device->loaded = g_new0 (gsize, device->engine.n_frames);
  device->history = g_string_new (NULL);
  add_engines (1);
  return &device->engine;
}
