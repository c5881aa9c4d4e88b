/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element `msnet`: raw video in, the same pixels out, with what happens in them as metadata. */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define MSNET_TYPE_ELEMENT (msnet_get_type ())
G_DECLARE_FINAL_TYPE (Msnet, msnet, MSNET, ELEMENT, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (msnet)

G_END_DECLS
