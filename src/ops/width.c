#include "width.h"

#include "conv2d_candidate.h"
#include "tuning.h"

#define KEY "vector width"
#define WIDE "16"
#define NARROW "8"

/* Neighbours on the machine must not decide. */
#define CLEAR_GAIN 1.1

/* A convolution that is found in a core's own caches. */
#define SIDE 24
#define CHANNELS 64
#define ROUNDS 8
#define TIMES 2 /* in a row, so that waiting does not count */

/* One candidate, ready to run. */
typedef struct
{
  MsnetTensor *input;
  MsnetTensor *output;
  MsnetCommandList *list;
} Trial;

static void
trial_clear (Trial *trial)
{
  msnet_command_list_free (trial->list);
  msnet_tensor_free (trial->output);
  msnet_tensor_free (trial->input);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

static const MsnetConv2dCandidate *
find_candidate (const gchar *name)
{
  guint n_candidates;
  const MsnetConv2dCandidate *candidate = msnet_conv2d_get_candidates (&n_candidates);

  while (!g_str_equal (candidate->name, name))
    candidate++;
  return candidate;
}

static gdouble
run (const Trial *trial)
{
  const gint64 start = g_get_monotonic_time ();
  const guint end = msnet_command_list_get_length (trial->list);

  if (!msnet_command_list_run_times (trial->list, 0, end, TIMES, NULL))
    return G_MAXDOUBLE;
  return (g_get_monotonic_time () - start) / 1e6;
}

/* The first run is the one for which the driver compiles. */
static gboolean
trial_init (Trial *trial, MsnetDevice *device, const gchar *name)
{
  const MsnetConv2dCandidate *candidate = find_candidate (name);
  const MsnetShape input = { 1, SIDE, SIDE, CHANNELS, .halo = 1 }, output = { 1, SIDE, SIDE, CHANNELS };
  g_autofree gfloat *weights = g_new0 (gfloat, CHANNELS * CHANNELS * 9);
  g_autofree gfloat *bias = g_new0 (gfloat, CHANNELS);
  MsnetConv2dParams params = { .weights = weights, .bias = bias, .kernel = 3 };

  params.input = trial->input = msnet_tensor_new (device, &input, NULL);
  params.output = trial->output = msnet_tensor_new (device, &output, NULL);
  trial->list = msnet_command_list_new (device);
  return trial->input != NULL && trial->output != NULL
         && candidate->append (candidate, trial->list, &params, NULL) && run (trial) < G_MAXDOUBLE;
}

gboolean
msnet_width_prefers_narrow (gdouble wide, gdouble narrow)
{
  return wide > narrow * CLEAR_GAIN;
}

/* In turn, so that both see the same neighbours on the machine. */
static const gchar *
measure (MsnetDevice *device)
{
  g_auto (Trial) wide = { NULL };
  g_auto (Trial) narrow = { NULL };
  gdouble best_wide = G_MAXDOUBLE, best_narrow = G_MAXDOUBLE;

  if (!trial_init (&wide, device, "direct-16-6x64") || !trial_init (&narrow, device, "direct-8-6x32"))
    return WIDE;
  for (guint i = 0; i < ROUNDS; i++) {
    best_wide = MIN (best_wide, run (&wide));
    best_narrow = MIN (best_narrow, run (&narrow));
  }
  return msnet_width_prefers_narrow (best_wide, best_narrow) ? NARROW : WIDE;
}

guint
msnet_width_get (MsnetDevice *device)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  g_autofree gchar *found = NULL;

  if (!info->is_cpu || info->vector_width < 16)
    return info->vector_width;
  found = msnet_tuning_find (info, KEY);
  if (g_strcmp0 (found, WIDE) != 0 && g_strcmp0 (found, NARROW) != 0) {
    g_free (found);
    found = g_strdup (measure (device));
    msnet_tuning_set (info, KEY, found);
    msnet_tuning_save (info);
  }
  return g_str_equal (found, WIDE) ? 16 : 8;
}
