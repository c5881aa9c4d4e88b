/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "negotiation.h"

#include <gst/video/video-overlay-composition.h>

#define COMPOSITION GST_CAPS_FEATURE_META_GST_VIDEO_OVERLAY_COMPOSITION

static GstStaticCaps blendable
    = GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE (GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS));
static GstStaticCaps all_caps = GST_STATIC_CAPS (
    GST_VIDEO_CAPS_MAKE (GST_VIDEO_OVERLAY_COMPOSITION_BLEND_FORMATS) ";" GST_VIDEO_CAPS_MAKE_WITH_FEATURES (
        "ANY", GST_VIDEO_FORMATS_ALL));

GstCaps *
msnet_negotiation_get_template (void)
{
  return gst_static_caps_get (&all_caps);
}

static gboolean
has_composition (const GstCaps *caps, guint n)
{
  GstCapsFeatures *features = gst_caps_get_features (caps, n);

  return features != NULL && !gst_caps_features_is_any (features)
         && gst_caps_features_contains (features, COMPOSITION);
}

/* @caps, each structure with the feature (@wanted) or without. */
static GstCaps *
with_composition (const GstCaps *caps, gboolean wanted)
{
  GstCaps *copy = gst_caps_copy (caps);

  for (guint i = 0; i < gst_caps_get_size (copy); i++) {
    GstCapsFeatures *features = gst_caps_get_features (copy, i);
    if (gst_caps_features_is_any (features) || has_composition (copy, i) == wanted)
      continue;
    if (wanted)
      gst_caps_features_add (features, COMPOSITION);
    else
      gst_caps_features_remove (features, COMPOSITION);
  }
  return copy;
}

/* The part of @caps into which drawings can be blended. */
static GstCaps *
get_blendable (GstCaps *caps)
{
  g_autoptr (GstCaps) software = gst_static_caps_get (&blendable);

  return gst_caps_intersect_full (caps, software, GST_CAPS_INTERSECT_FIRST);
}

/* Where buffers with a composition are taken, those without are taken too: it is added here. */
static GstCaps *
get_sink_caps (GstCaps *downstream)
{
  g_autoptr (GstCaps) composed = gst_caps_new_empty ();
  GstCaps *caps;

  for (guint i = 0; i < gst_caps_get_size (downstream); i++)
    if (has_composition (downstream, i) || gst_caps_features_is_any (gst_caps_get_features (downstream, i)))
      gst_caps_append (composed, gst_caps_copy_nth (downstream, i));
  caps = with_composition (composed, FALSE);
  caps = gst_caps_merge (caps, g_steal_pointer (&composed));
  return gst_caps_merge (caps, get_blendable (downstream));
}

static GstCaps *
get_src_caps (GstCaps *upstream)
{
  return gst_caps_merge (with_composition (upstream, TRUE), get_blendable (upstream));
}

/* What to ask the other side, so that an answer to @filter can be made of it. */
static GstCaps *
get_filter_for_peer (GstCaps *filter)
{
  return gst_caps_merge (with_composition (filter, TRUE), with_composition (filter, FALSE));
}

GstCaps *
msnet_negotiation_get_caps (GstPad *pad, GstPad *other, GstCaps *filter, gboolean sink)
{
  g_autoptr (GstCaps) own = gst_pad_get_pad_template_caps (pad);
  g_autoptr (GstCaps) asked = filter != NULL ? get_filter_for_peer (filter) : NULL;
  g_autoptr (GstCaps) peer = gst_pad_peer_query_caps (other, asked);
  g_autoptr (GstCaps) known = gst_caps_intersect_full (peer, own, GST_CAPS_INTERSECT_FIRST);
  GstCaps *caps = sink ? get_sink_caps (known) : get_src_caps (known);

  if (filter != NULL) {
    GstCaps *filtered = gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);
    gst_caps_unref (caps);
    caps = filtered;
  }
  return caps;
}

static gboolean
peer_accepts (GstPad *src_pad, GstCaps *caps)
{
  g_autoptr (GstCaps) peer = gst_pad_peer_query_caps (src_pad, caps);

  return !gst_caps_is_empty (peer);
}

/* Elements that pass the query on answer only after they know the caps. */
static gboolean
peer_takes_meta (GstPad *src_pad, GstCaps *caps)
{
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, FALSE);

  return gst_pad_peer_query (src_pad, query)
         && gst_query_find_allocation_meta (query, GST_VIDEO_OVERLAY_COMPOSITION_META_API_TYPE, NULL);
}

gboolean
msnet_negotiation_choose (GstPad *src_pad, GstCaps *caps, gboolean *attach)
{
  g_autoptr (GstCaps) composed = with_composition (caps, TRUE);
  g_autoptr (GstCaps) software = get_blendable (caps);
  gboolean can_blend = !gst_caps_is_empty (software);

  *attach = TRUE;
  if (peer_accepts (src_pad, composed) && gst_pad_push_event (src_pad, gst_event_new_caps (composed))
      && (!can_blend || peer_takes_meta (src_pad, composed)))
    return TRUE;
  *attach = FALSE;
  return can_blend && gst_pad_push_event (src_pad, gst_event_new_caps (caps));
}
