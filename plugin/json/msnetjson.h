/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element `msnetjson`: what msnet says, as lines of JSON. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define MSNET_TYPE_JSON (msnet_json_get_type ())
G_DECLARE_FINAL_TYPE (MsnetJson, msnet_json, MSNET, JSON, GstElement)

GST_ELEMENT_REGISTER_DECLARE (msnetjson)

G_END_DECLS
