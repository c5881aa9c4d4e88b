#include "options.h"

GType
msnet_overlay_position_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_OVERLAY_POSITION_TOP_LEFT, "Top left", "top-left" },
    { MSNET_OVERLAY_POSITION_TOP_RIGHT, "Top right", "top-right" },
    { MSNET_OVERLAY_POSITION_BOTTOM_LEFT, "Bottom left", "bottom-left" },
    { MSNET_OVERLAY_POSITION_BOTTOM_RIGHT, "Bottom right", "bottom-right" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetOverlayPosition", values));
  return type;
}

GType
msnet_overlay_motion_style_get_type (void)
{
  static gsize type = 0;
  static const GEnumValue values[] = {
    { MSNET_OVERLAY_MOTION_STYLE_NONE, "Not drawn", "none" },
    { MSNET_OVERLAY_MOTION_STYLE_ARROWS, "Arrows, coloured by direction", "arrows" },
    { MSNET_OVERLAY_MOTION_STYLE_WHEEL, "Colour by direction, strength by speed", "wheel" },
    { MSNET_OVERLAY_MOTION_STYLE_HEAT, "Colour by speed", "heat" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("MsnetOverlayMotionStyle", values));
  return type;
}

void
msnet_overlay_options_copy (MsnetOverlayOptions *to, const MsnetOverlayOptions *from)
{
  msnet_overlay_options_clear (to);
  *to = *from;
  to->element = g_strdup (from->element);
  to->font = g_strdup (from->font);
}

gboolean
msnet_overlay_options_equal (const MsnetOverlayOptions *a, const MsnetOverlayOptions *b)
{
  return g_strcmp0 (a->element, b->element) == 0 && g_strcmp0 (a->font, b->font) == 0
         && a->position == b->position && a->timeline == b->timeline && a->camera == b->camera
         && a->motion_style == b->motion_style && a->opacity == b->opacity;
}

void
msnet_overlay_options_clear (MsnetOverlayOptions *options)
{
  g_clear_pointer (&options->element, g_free);
  g_clear_pointer (&options->font, g_free);
}
