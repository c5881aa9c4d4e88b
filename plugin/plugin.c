#include <gst/gst.h>

static gboolean
plugin_init (GstPlugin *plugin)
{
  return TRUE;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, msnet, "Recognises actions and motion in video",
    plugin_init, PACKAGE_VERSION, "LGPL", "msnet", "msnet")
