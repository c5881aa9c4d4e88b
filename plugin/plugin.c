/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers what the plugin holds. */
#include "json/msnetjson.h"
#include "meta/result_meta.h"
#include "msnet/msnet.h"
#include "overlay/msnetoverlay.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  msnet_meta_register ();
  return GST_ELEMENT_REGISTER (msnet, plugin) && GST_ELEMENT_REGISTER (msnetjson, plugin)
         && GST_ELEMENT_REGISTER (msnetoverlay, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, msnet, "Recognises actions and motion in video",
    plugin_init, PACKAGE_VERSION, "LGPL", "msnet", "msnet")
