/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blends drawings into pixels.  GStreamer's own blending unpacks and packs whole lines of the frame for every
 * rectangle; here a rectangle is turned once into the samples of the video's format, and blending it
 * into a frame is one multiplication a sample.
 *
 * For msnetoverlay. */
#pragma once

#include <gst/video/video-overlay-composition.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* Whether frames of @info can be blended in this way: 8 bits a component, no alpha, no tiles. */
gboolean msnet_stencil_fits (const GstVideoInfo *info);

/* @rectangle: not scaled, inside the frame; it keeps its stencil, so all frames must have the same format
 * @frame: mapped for reading and writing, of a format that fits */
void msnet_stencil_blend (GstVideoOverlayRectangle *rectangle, GstVideoFrame *frame);

G_END_DECLS
