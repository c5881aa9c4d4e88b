#include "candidate.h"
#include "key.h"
#include "ops/plan.h"
#include "machine/tuning.h"
#include "machine/width.h"

/* Vectors of eight are right for any CPU: compilers split them where it has narrower ones.  Products of bfloat16 have
 * been timed by themselves. */
static gboolean
is_narrow_enough (const MsnetConv2dCandidate *candidate, guint width)
{
  return candidate->is_bf16 || candidate->vector_width <= MAX (8, width);
}

static gboolean
is_worthwhile (const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params)
{
  return candidate->is_worthwhile == NULL || candidate->is_worthwhile (candidate, params);
}

static gboolean
is_named (const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params)
{
  return msnet_plan_names (candidate->name);
}

static gboolean
is_named_and_worthwhile (const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params)
{
  return is_named (candidate, params) && is_worthwhile (candidate, params);
}

typedef gboolean (*AcceptFunc) (const MsnetConv2dCandidate *candidate, const MsnetConv2dParams *params);

/* The first that can be used and @accept takes; NULL: none */
static const MsnetConv2dCandidate *
find_first (const MsnetDeviceInfo *device, guint width, const MsnetConv2dParams *params, AcceptFunc accept)
{
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);

  for (guint i = 0; i < n_candidates; i++)
    if (is_narrow_enough (&candidates[i], width) && candidates[i].may_use (&candidates[i], device, params)
        && accept (&candidates[i], params))
      return &candidates[i];
  return NULL;
}

const MsnetConv2dCandidate *
msnet_conv2d_choose_by_rules (const MsnetDeviceInfo *device, guint width, const MsnetConv2dParams *params)
{
  const guint forced = msnet_plan_get_width ();
  const struct
  {
    guint width;
    AcceptFunc accept;
  } rules[] = {
    { forced > 0 ? forced : width, is_named_and_worthwhile }, { forced > 0 ? forced : width, is_named },
    { G_MAXUINT, is_named },                        /* a name may ask for vectors that the device splits */
    { forced > 0 ? forced : width, is_worthwhile }, /* of plain as well, the last */
  };
  const MsnetConv2dCandidate *candidate = NULL;

  for (guint i = 0; candidate == NULL && i < G_N_ELEMENTS (rules); i++)
    candidate = find_first (device, rules[i].width, params, rules[i].accept);
  return candidate;
}

/* What the tuner found, where it still can be used.  NULL: nothing */
static const MsnetConv2dCandidate *
find_tuned (const MsnetDeviceInfo *device, const MsnetConv2dParams *params)
{
  g_autofree gchar *key = msnet_conv2d_make_key (params);
  g_autofree gchar *name = msnet_tuning_find (device, key);
  guint n_candidates;
  const MsnetConv2dCandidate *candidates = msnet_conv2d_get_candidates (&n_candidates);

  for (guint i = 0; name != NULL && i < n_candidates; i++)
    if (g_str_equal (candidates[i].name, name) && candidates[i].may_use (&candidates[i], device, params))
      return &candidates[i];
  return NULL;
}

const MsnetConv2dCandidate *
msnet_conv2d_choose (MsnetDevice *device, const MsnetConv2dParams *params)
{
  const MsnetDeviceInfo *info = msnet_device_get_info (device);
  const MsnetConv2dCandidate *tuned;

  if (!msnet_plan_is_free ())
    return msnet_conv2d_choose_by_rules (info, info->vector_width, params);
  tuned = find_tuned (info, params);
  return tuned != NULL ? tuned : msnet_conv2d_choose_by_rules (info, msnet_width_get (device), params);
}
