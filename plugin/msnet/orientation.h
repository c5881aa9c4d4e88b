/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the pictures of a stream are turned to be upright: as its image-orientation tag says, or as a
 * property says.
 *
 * For `msnet`.  One thread at a time. */
#pragma once

#include "base/frame.h"

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * MsnetOrientation:
 * @wanted: GST_VIDEO_ORIENTATION_AUTO: as tags say
 * @of_stream, @of_all: what the last tags of each scope said; GST_VIDEO_ORIENTATION_AUTO: nothing
 */
typedef struct
{
  GstVideoOrientationMethod wanted;
  GstVideoOrientationMethod of_stream;
  GstVideoOrientationMethod of_all;
} MsnetOrientation;

/* Also forgets what tags said. */
void msnet_orientation_init (MsnetOrientation *orientation, GstVideoOrientationMethod wanted);

/* Tags without orientation change nothing.  Tags of the stream count more than global ones. */
void msnet_orientation_take_tags (MsnetOrientation *orientation, const GstTagList *tags);

/* Never GST_VIDEO_ORIENTATION_AUTO. */
GstVideoOrientationMethod msnet_orientation_get (const MsnetOrientation *orientation);
MsnetTurn msnet_orientation_get_turn (const MsnetOrientation *orientation);

G_END_DECLS
