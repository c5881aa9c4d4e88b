/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "orientation.h"

void
msnet_orientation_init (MsnetOrientation *orientation, GstVideoOrientationMethod wanted)
{
  *orientation = (MsnetOrientation){ wanted, GST_VIDEO_ORIENTATION_AUTO, GST_VIDEO_ORIENTATION_AUTO };
}

void
msnet_orientation_take_tags (MsnetOrientation *orientation, const GstTagList *tags)
{
  GstVideoOrientationMethod method;

  /* The function only reads. */
  if (!gst_video_orientation_from_tag ((GstTagList *)tags, &method))
    return;
  if (gst_tag_list_get_scope (tags) == GST_TAG_SCOPE_STREAM)
    orientation->of_stream = method;
  else
    orientation->of_all = method;
}

GstVideoOrientationMethod
msnet_orientation_get (const MsnetOrientation *orientation)
{
  if (orientation->wanted != GST_VIDEO_ORIENTATION_AUTO)
    return orientation->wanted;
  if (orientation->of_stream != GST_VIDEO_ORIENTATION_AUTO)
    return orientation->of_stream;
  if (orientation->of_all != GST_VIDEO_ORIENTATION_AUTO)
    return orientation->of_all;
  return GST_VIDEO_ORIENTATION_IDENTITY;
}

MsnetTurn
msnet_orientation_get_turn (const MsnetOrientation *orientation)
{
  switch (msnet_orientation_get (orientation)) {
  case GST_VIDEO_ORIENTATION_90R:
    return (MsnetTurn){ TRUE, { TRUE, FALSE } };
  case GST_VIDEO_ORIENTATION_180:
    return (MsnetTurn){ FALSE, { TRUE, TRUE } };
  case GST_VIDEO_ORIENTATION_90L:
    return (MsnetTurn){ TRUE, { FALSE, TRUE } };
  case GST_VIDEO_ORIENTATION_HORIZ:
    return (MsnetTurn){ FALSE, { TRUE, FALSE } };
  case GST_VIDEO_ORIENTATION_VERT:
    return (MsnetTurn){ FALSE, { FALSE, TRUE } };
  case GST_VIDEO_ORIENTATION_UL_LR:
    return (MsnetTurn){ TRUE, { FALSE, FALSE } };
  case GST_VIDEO_ORIENTATION_UR_LL:
    return (MsnetTurn){ TRUE, { TRUE, TRUE } };
  default:
    return (MsnetTurn){ FALSE, { FALSE, FALSE } };
  }
}
