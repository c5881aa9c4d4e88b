/* SPDX-License-Identifier: LGPL-2.1-or-later */
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

gboolean
msnet_overlay_position_is_right (MsnetOverlayPosition position)
{
  return position == MSNET_OVERLAY_POSITION_TOP_RIGHT || position == MSNET_OVERLAY_POSITION_BOTTOM_RIGHT;
}

gboolean
msnet_overlay_position_is_low (MsnetOverlayPosition position)
{
  return position == MSNET_OVERLAY_POSITION_BOTTOM_LEFT || position == MSNET_OVERLAY_POSITION_BOTTOM_RIGHT;
}

#define OPTION(member) G_STRUCT_OFFSET (MsnetOverlayOptions, member)
#define FLAGS (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

void
msnet_overlay_options_install (GObjectClass *klass)
{
  const MsnetProperty properties[] = {
    {
        OPTION (element),
        g_param_spec_string ("element", "Element",
            "Name of the msnet element whose results and actions are drawn (unset: of all)", NULL, FLAGS),
        MSNET_PROPERTY_TEXT,
    },
    {
        OPTION (font),
        g_param_spec_string ("font", "Font",
            "Pango description of the font; a size in it counts in pixels of a picture of 480 lines, "
            "and scales",
            "Sans Bold", FLAGS),
        MSNET_PROPERTY_TEXT,
    },
    {
        OPTION (position),
        g_param_spec_enum ("position", "Position",
            "Corner of the frame in which label and score are drawn, and the banners of actions",
            MSNET_TYPE_OVERLAY_POSITION, MSNET_OVERLAY_POSITION_TOP_LEFT, FLAGS),
    },
    {
        OPTION (timeline),
        g_param_spec_boolean ("timeline", "Time line",
            "Draw the labels of the last ten seconds along the foot of the frame", TRUE, FLAGS),
    },
    {
        OPTION (camera),
        g_param_spec_boolean ("camera", "Camera",
            "Draw signs with numbers for how fast the camera pans, tilts, zooms and rolls, if most "
            "of the picture agrees",
            TRUE, FLAGS),
    },
    {
        OPTION (activation),
        g_param_spec_boolean ("activation", "Activation",
            "Draw, as heat, where in the picture the score comes from, if msnet attaches its activation",
            TRUE, FLAGS),
    },
    {
        OPTION (motion_style),
        g_param_spec_enum ("motion-style", "Motion style", "How the motion field is drawn",
            MSNET_TYPE_OVERLAY_MOTION_STYLE, MSNET_OVERLAY_MOTION_STYLE_ARROWS, FLAGS),
    },
    {
        OPTION (opacity),
        g_param_spec_double ("opacity", "Opacity",
            "Opacity of all that is drawn; at 0 nothing is, and buffers pass untouched", 0.0, 1.0, 1.0,
            FLAGS),
    },
  };

  msnet_properties_install (klass, 1, properties, G_N_ELEMENTS (properties));
  gst_type_mark_as_plugin_api (MSNET_TYPE_OVERLAY_POSITION, 0);
  gst_type_mark_as_plugin_api (MSNET_TYPE_OVERLAY_MOTION_STYLE, 0);
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
         && a->activation == b->activation && a->motion_style == b->motion_style && a->opacity == b->opacity;
}

void
msnet_overlay_options_clear (MsnetOverlayOptions *options)
{
  g_clear_pointer (&options->element, g_free);
  g_clear_pointer (&options->font, g_free);
}
