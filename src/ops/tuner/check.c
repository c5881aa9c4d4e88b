/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "check.h"

#include "machine/width.h"
#include "ops/case.h"
#include "ops/choice.h"

#include <math.h>

/* Kernels so much slower than the fastest are not tried in networks. */
#define FAR_BEHIND 1.5
#define ROUNDS 3

/* More than this much of the error of the direct way in bfloat16, with rounded weights, no gain in speed is
 * worth. */
#define MOST_ERROR 2.0

/* What a layer's sizes give over random values. */
typedef struct
{
  MsnetDevice *device;
  MsnetCase *work;
  gsize n_values;
  gfloat *expected; /* what the plain kernel makes of it, in float */
  gdouble largest;  /* of @expected */
  gdouble allowed;  /* with bfloat16, how far results may be from it; 0: as far as the kernel says */
} Check;

static void
check_clear (Check *self)
{
  msnet_case_free (self->work);
  g_free (self->expected);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, check_clear)

/* Returns: (transfer full) (nullable): what the plain kernel makes of @work */
static gfloat *
compute_plain (const Check *self, const MsnetTunedLayer *layer, MsnetCase *work, GError **error)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (self->device);

  return msnet_case_run (work, msnet_operation_get_plain (layer->operation), list, error);
}

/* The same of values that are stored in another way. */
static gfloat *
compute_values (const Check *self, const MsnetTunedLayer *layer, MsnetCaseValues values, GError **error)
{
  g_autoptr (MsnetCase) work = msnet_case_new (layer->operation, self->device, layer->key, values, error);

  return work != NULL ? compute_plain (self, layer, work, error) : NULL;
}

/* How far the direct way is from what float makes of the same values. */
static gboolean
allow_bf16 (Check *self, const MsnetTunedLayer *layer, GError **error)
{
  g_autofree gfloat *direct = compute_values (self, layer, MSNET_CASE_ROUNDED, error);

  for (gsize i = 0; direct != NULL && i < self->n_values; i++)
    self->allowed = MAX (self->allowed, MOST_ERROR * fabs (self->expected[i] - direct[i]));
  return direct != NULL;
}

static gboolean
check_init (Check *self, MsnetDevice *device, const MsnetTunedLayer *layer, GError **error)
{
  self->device = device;
  self->work = msnet_case_new (layer->operation, device, layer->key, MSNET_CASE_STORED, error);
  if (self->work == NULL)
    return FALSE;
  self->expected = self->work->is_bf16 ? compute_values (self, layer, MSNET_CASE_EXACT, error)
                                       : compute_plain (self, layer, self->work, error);
  if (self->expected == NULL)
    return FALSE;
  self->n_values = msnet_shape_get_size (&self->work->output->shape);
  for (gsize i = 0; i < self->n_values; i++)
    self->largest = MAX (self->largest, fabs (self->expected[i]));
  return !self->work->is_bf16 || allow_bf16 (self, layer, error);
}

/* TRUE where @found is near enough; what is no number is not. */
static gboolean
is_right (const Check *self, const MsnetKernel *kernel, const gfloat *found)
{
  const gdouble allowed = self->allowed > 0.0 ? self->allowed : kernel->bound * self->largest;

  for (gsize i = 0; i < self->n_values; i++)
    if (!(fabs (found[i] - self->expected[i]) <= allowed))
      return FALSE;
  return TRUE;
}

/* A kernel that passed, and what it takes. */
typedef struct
{
  const MsnetKernel *kernel;
  gdouble seconds;
} Passed;

/* Returns: FALSE where it does not run */
static gboolean
time_list (MsnetCommandList *list, gdouble *seconds)
{
  *seconds = G_MAXDOUBLE;
  for (guint i = 0; i < ROUNDS; i++) {
    const gint64 start = g_get_monotonic_time ();

    if (!msnet_command_list_run (list, NULL))
      return FALSE;
    *seconds = MIN (*seconds, (g_get_monotonic_time () - start) / 1e6);
  }
  return TRUE;
}

/* Returns: FALSE where it does not build, run or compute rightly */
static gboolean
pass (const Check *self, const MsnetKernel *kernel, Passed *passed)
{
  g_autoptr (MsnetCommandList) list = msnet_command_list_new (self->device);
  g_autofree gfloat *found = msnet_case_run (self->work, kernel, list, NULL);

  passed->kernel = kernel;
  return found != NULL && is_right (self, kernel, found) && time_list (list, &passed->seconds);
}

static GArray *
pass_all (const Check *self, MsnetTunedLayer *layer)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (self->device);
  const MsnetKernel *plain = msnet_operation_get_plain (layer->operation);
  GArray *passed = g_array_new (FALSE, FALSE, sizeof (Passed));

  for (const MsnetKernel *kernel = layer->operation->kernels; kernel != plain; kernel++) {
    Passed one;

    if (!msnet_kernel_may_use (kernel, info, self->work->params))
      continue;
    if (pass (self, kernel, &one))
      g_array_append_val (passed, one);
    else
      layer->rejected++;
  }
  return passed;
}

/* The rules' choice stays whatever it takes: others are compared with it. */
static void
keep_fast (MsnetTunedLayer *layer, const GArray *passed)
{
  gdouble best = G_MAXDOUBLE;

  for (guint i = 0; i < passed->len; i++)
    best = MIN (best, g_array_index (passed, Passed, i).seconds);
  for (guint i = 0; i < passed->len; i++) {
    const Passed *one = &g_array_index (passed, Passed, i);

    if (one->kernel == layer->rules)
      g_ptr_array_insert (layer->candidates, 0, (gpointer)one->kernel);
    else if (one->seconds <= FAR_BEHIND * best)
      g_ptr_array_add (layer->candidates, (gpointer)one->kernel);
  }
}

gboolean
msnet_tuner_check_layer (MsnetDevice *device, MsnetTunedLayer *layer, GError **error)
{
  g_auto (Check) self = { .largest = 0.0 };
  g_autoptr (GArray) passed = NULL;

  if (!check_init (&self, device, layer, error))
    return FALSE;
  layer->rules = msnet_operation_choose_by_rules (
      layer->operation, msnet_device_get_info (device), msnet_width_get (device), self.work->params);
  passed = pass_all (&self, layer);
  keep_fast (layer, passed);
  if (layer->candidates->len == 0)
    g_ptr_array_add (layer->candidates, (gpointer)msnet_operation_get_plain (layer->operation));
  return TRUE;
}
