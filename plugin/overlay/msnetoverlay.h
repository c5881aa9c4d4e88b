/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element `msnetoverlay`: what msnet says, drawn over the video. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define MSNET_TYPE_OVERLAY (msnet_overlay_get_type ())
G_DECLARE_FINAL_TYPE (MsnetOverlay, msnet_overlay, MSNET, OVERLAY, GstElement)

GST_ELEMENT_REGISTER_DECLARE (msnetoverlay)

G_END_DECLS
